import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileUrlOf, shortenUrl, workspaceUrl } from './file-url.ts'

const NOT_WINDOWS = { skip: process.platform === 'win32' }

test('files of a workspace by their way from the project', NOT_WINDOWS, () => {
  for (const [path, root, shown] of [
    ['/srv/shop/apps/api/src/a.ts', '/srv/shop/apps/api', 'src/a.ts'],
    ['/srv/shop/packages/price/b.ts', '/srv/shop/apps/api', '../../packages/price/b.ts'],
    ['/srv/other/c.ts', '/srv/shop/apps/api', '/srv/other/c.ts'],
    ['/usr/lib/d.js', '/srv/shop', '/usr/lib/d.js'],
    ['/srv/e.ts', '/srv', 'e.ts'],
    ['/e.ts', '/srv', '/e.ts'],
  ] as const)
    assert.equal(workspaceUrl(fileUrlOf(path), root), shown, path)
  assert.equal(workspaceUrl('node:fs', '/srv/shop'), 'node:fs')
})

test('elsewhere they keep their own paths', NOT_WINDOWS, () => {
  assert.equal(shortenUrl(fileUrlOf('/srv/shop/packages/b.ts'), '/srv/shop/apps'), '/srv/shop/packages/b.ts')
})
