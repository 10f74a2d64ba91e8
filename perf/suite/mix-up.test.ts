import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { cleanAfterSuite, once } from '../../tests/support/shared.ts'
import { findMixUp } from './mix-up.ts'

suite('a version that is compared', () => {
  const cleaner = cleanAfterSuite()
  const folders = once(async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'flamegate mix ')))
    cleaner.after(() => rm(base, { recursive: true }))
    const [root, folder] = [join(base, 'root'), join(base, 'other')]
    await Promise.all([mkdir(root), mkdir(folder)])
    return { root, folder }
  })

  const CASES: readonly [string, readonly string[], RegExp | undefined][] = [
    ['may run its own code', ['other/lib/price.js'], undefined],
    [
      'may run it by perf files of the working tree',
      ['other/lib/price.js', 'root/perf/a.perf.js'],
      undefined,
    ],
    ['may use helpers beside perf files', ['other/lib/price.js', 'root/bench/data.js'], undefined],
    ['may share installed packages', ['other/lib/price.js', 'root/node_modules/a/index.js'], undefined],
    [
      'must not run code of the working tree',
      ['other/a.js', 'root/lib/price.js'],
      /lib\/price\.js of the working tree/,
    ],
    ['must run code of its own', ['other/perf/a.perf.js'], /no file of its own/],
    ['has no code in what is installed', ['other/node_modules/a/index.js'], /no file of its own/],
    ['names three files, and how many more', ['1', '2', '3', '4'].map((n) => `root/${n}.js`), /and 1 more/],
  ]
  for (const [what, files, expected] of CASES) {
    test(what, async () => {
      const { root, folder } = await folders()
      const urls = ['node:fs', ...files.map((file) => pathToFileURL(join(root, '..', file)).href)]
      const reason = findMixUp({ urls, root, folder })
      if (expected === undefined) assert.equal(reason, undefined)
      else assert.match(reason ?? '', expected)
    })
  }

  test('in a folder of the working tree it is still itself', async () => {
    const { root } = await folders()
    const folder = join(root, 'packages', 'a')
    await mkdir(folder, { recursive: true })
    const urls = [pathToFileURL(join(folder, 'a.js')).href]
    assert.equal(findMixUp({ urls, root, folder }), undefined)
  })
})
