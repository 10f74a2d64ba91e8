import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { plan } from '../../tests/support/run-data.ts'
import type { CountedFork } from '../profiling/fork.ts'
import { CountCache } from './count-cache.ts'

const FILES = {
  'package.json': '{ "name": "top" }',
  'src/index.js': "import './price.js'\n",
  'src/price.js': 'export const price = 1\n',
  'prices.json': '{ "apple": 3 }',
  'node_modules/.package-lock.json': '{ "packages": {} }',
  'node_modules/padding/index.js': 'exports.pad = 1\n',
}
async function createProject(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'flamegate cöunts '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return root
}

/** All files here were written just now, and do not change while they are counted. */
const ANY_AGE_MS = -60_000

/** Counts that say which call they are from, of a scenario that ran and read those files. */
function counterOf(root: string, unseen: string[] = [], meanwhile = async () => {}) {
  const ran = ['src/index.js', 'src/price.js', 'node_modules/padding/index.js'].map((name) => ({
    url: pathToFileURL(join(root, name)).href,
    functions: [],
  }))
  const paths = ['prices.json', 'discount.json'].map((name) => join(root, name))
  let calls = 0
  const count = async () => {
    await meanwhile()
    return {
      ops: { calls: ++calls, heap: 0 },
      observations: { ran, inputs: { paths, unseen } },
    } as unknown as CountedFork
  }
  /** As a command of its own does, which reads files anew. */
  const ask = async (id = 'a/b.micro', settledMs = ANY_AGE_MS) =>
    (await new CountCache(settledMs).recall(plan(id), root, count)).ops.calls
  return { ask }
}

test('counts of the same files are made once, those of another scenario for themselves', async (t) => {
  const { ask } = counterOf(await createProject(t))
  assert.deepEqual([await ask(), await ask(), await ask('c/d.micro'), await ask()], [1, 1, 2, 1])
})

for (const [what, change] of [
  ['another text of a module', (root) => appendFile(join(root, 'src/price.js'), '// more\n')],
  ['another text of a file that is read', (root) => writeFile(join(root, 'prices.json'), '{}')],
  ['a file that was looked for in vain', (root) => writeFile(join(root, 'discount.json'), '{}')],
  [
    'a new file that could be loaded in the place of another',
    (root) => writeFile(join(root, 'src/price.ts'), ''),
  ],
  ['a package.json', (root) => writeFile(join(root, 'package.json'), '{ "name": "top", "type": "module" }')],
  ['a module of a package', (root) => appendFile(join(root, 'node_modules/padding/index.js'), '//\n')],
  ['a package more', (root) => mkdir(join(root, 'node_modules/other'))],
  [
    'another installation',
    (root) => writeFile(join(root, 'node_modules/.package-lock.json'), '{ "packages": { "x": {} } }'),
  ],
  ['a tsconfig, which may say what names mean', (root) => writeFile(join(root, 'tsconfig.json'), '{}')],
  ['a config of flamegate', (root) => writeFile(join(root, 'flamegate.config.mjs'), 'export default {}')],
  [
    'a damaged entry',
    async (root) => {
      const folder = join(root, 'node_modules/.cache/flamegate/counts')
      for (const name of await readdir(folder)) await writeFile(join(folder, name), 'x')
    },
  ],
] as [string, (root: string) => Promise<unknown>][]) {
  test(`counted anew: ${what}`, async (t) => {
    const root = await createProject(t)
    const { ask } = counterOf(root)
    assert.deepEqual([await ask(), await ask()], [1, 1])
    await change(root)
    assert.equal(await ask(), 2)
  })
}

test('kept from the first run on, whatever a command itself makes before and after it', async (t) => {
  const root = await createProject(t)
  await setTimeout(100)
  // As its cache of stripped types does.
  await mkdir(join(root, 'node_modules/.cache'))
  const { ask } = counterOf(root)
  assert.equal(await ask('a/b.micro', 50), 1)
  await mkdir(join(root, '.flamegate'))
  assert.equal(await ask('a/b.micro', 50), 1)
  await mkdir(join(root, 'other'))
  assert.equal(await ask('a/b.micro', 50), 2)
})

test('never kept: counts of a time in which there was a name more', async (t) => {
  const root = await createProject(t)
  await mkdir(join(root, 'node_modules/.cache/flamegate/counts'), { recursive: true })
  await setTimeout(100)
  const { ask } = counterOf(root, [], async () => {
    await mkdir(join(root, 'node_modules/other'))
    await rm(join(root, 'node_modules/other'), { recursive: true })
  })
  assert.deepEqual([await ask('a/b.micro', 50), await ask('a/b.micro', 50)], [1, 2])
})

test('counted anew in another environment, but for what the shell and npm put there', async (t) => {
  const { ask } = counterOf(await createProject(t))
  t.after(() => {
    delete process.env.FLAMEGATE_TEST_CURRENCY
    delete process.env.npm_lifecycle_flamegate
  })
  await ask()
  process.env.npm_lifecycle_flamegate = 'perf'
  assert.equal(await ask(), 1)
  process.env.FLAMEGATE_TEST_CURRENCY = 'EUR'
  assert.equal(await ask(), 2)
})

test('never kept: work that is not seen, files that were written just now, a project without node_modules', async (t) => {
  const root = await createProject(t)
  const unseen = counterOf(root, ['child_process.spawn'])
  assert.deepEqual([await unseen.ask(), await unseen.ask()], [1, 2])
  const late = counterOf(root)
  assert.deepEqual([await late.ask('a/b.micro', 2_000), await late.ask('a/b.micro', 2_000)], [1, 2])
  await rm(join(root, 'node_modules'), { recursive: true })
  const bare = counterOf(root)
  assert.deepEqual([await bare.ask(), await bare.ask()], [1, 2])
})
