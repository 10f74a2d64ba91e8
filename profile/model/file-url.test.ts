import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileUrlOf, shortenUrl, workspaceUrl } from './file-url.ts'

const NOT_WINDOWS = { skip: process.platform === 'win32' }

test('files of a workspace by their way from the project', NOT_WINDOWS, () => {
  for (const [path, root, shown] of [
    ['/work/shop/apps/api/src/a.ts', '/work/shop/apps/api', 'src/a.ts'],
    ['/work/shop/packages/price/b.ts', '/work/shop/apps/api', '../../packages/price/b.ts'],
    ['/work/other/c.ts', '/work/shop/apps/api', '/work/other/c.ts'],
    ['/usr/lib/d.js', '/work/shop', '/usr/lib/d.js'],
    ['/work/e.ts', '/work', 'e.ts'],
    ['/e.ts', '/work', '/e.ts'],
  ] as const)
    assert.equal(workspaceUrl(fileUrlOf(path), root), shown, path)
  assert.equal(workspaceUrl('node:fs', '/work/shop'), 'node:fs')
})

test('elsewhere they keep their own paths', NOT_WINDOWS, () => {
  assert.equal(
    shortenUrl(fileUrlOf('/work/shop/packages/b.ts'), '/work/shop/apps'),
    '/work/shop/packages/b.ts',
  )
})
