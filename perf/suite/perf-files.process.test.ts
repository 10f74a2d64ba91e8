import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { git } from '../../tests/support/repository.ts'
import { findPerfFiles, perfFolderOf } from './perf-files.ts'

const FILES = [
  'cart.perf.js',
  'lib/price.perf.mts',
  'packages/a/perf/a.perf.ts',
  'perf/b.perf.cjs',
  'perf/data.js',
  'dist/perf/b.perf.js',
  'node_modules/x/x.perf.js',
  'ignored/c.perf.js',
]
const FOUND = ['cart.perf.js', 'lib/price.perf.mts', 'packages/a/perf/a.perf.ts', 'perf/b.perf.cjs']

async function projectWith(t: TestContext, manifest = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'flamegate files '))
  t.after(() => rm(root, { recursive: true }))
  for (const file of FILES) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), '')
  }
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(root, '.gitignore'), 'node_modules\nignored\n')
  return root
}

const found = async (root: string) =>
  (await findPerfFiles(root)).map((path) => relative(root, path).replaceAll('\\', '/'))

test('perf files are found wherever git does not ignore them, new ones too', async (t) => {
  const root = await projectWith(t)
  git(root, 'init', '--quiet')
  assert.deepEqual(await found(root), FOUND)
})

test('without git all are found that no tool has made', async (t) => {
  const root = await projectWith(t)
  assert.deepEqual(await found(root), [...FOUND.slice(0, 1), 'ignored/c.perf.js', ...FOUND.slice(1)])
})

test('a config says which', async (t) => {
  const root = await projectWith(t, { flamegate: { include: ['packages/*/perf/*'] } })
  assert.deepEqual(await found(root), ['packages/a/perf/a.perf.ts'])
})

test('a config that includes nothing says so', async (t) => {
  const root = await projectWith(t, { flamegate: { include: ['nowhere/*'] } })
  await assert.rejects(found(root), /nothing matches nowhere/)
})

test('helpers of perf files lie in folders of that name', () => {
  assert.equal(perfFolderOf('packages/a/perf/deep/a.perf.ts'), 'packages/a/perf')
  assert.equal(perfFolderOf('bench/a.perf.ts'), 'bench')
  assert.equal(perfFolderOf('lib/a.perf.ts'), undefined)
})
