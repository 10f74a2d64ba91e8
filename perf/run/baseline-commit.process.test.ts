// The baseline's code is found by what it is, whatever became of the commit that it was measured of.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { git, initRepository } from '../../tests/support/repository.ts'
import { hashModule } from '../identity/module-print.ts'
import type { Baseline } from '../results/baseline.ts'
import { findBaselineCommit } from './baseline-commit.ts'

const FILE = 'work.js'
const source = (n: number) => `export const work = () => ${n}\n`

async function folder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'flamegate bäse '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  return root
}

/** A repository whose first commit has this code. */
async function repository(t: TestContext, n: number): Promise<string> {
  const root = await folder(t)
  await writeFile(join(root, 'package.json'), '{ "type": "module" }\n')
  await writeFile(join(root, FILE), source(n))
  await initRepository(root)
  return root
}

const head = (root: string) => git(root, 'rev-parse', 'HEAD')

/** A baseline as `perf:baseline` writes it now: of the tree as it is. */
function measured(root: string, n: number): Baseline {
  const { whole } = hashModule(source(n), join(root, FILE), 'module')
  const commit = { hash: head(root), isDirty: git(root, 'status', '--porcelain') !== '' }
  const modules = { [FILE]: { path: FILE, whole, top: null, functions: [] } }
  return {
    schemaVersion: 3,
    code: { node: 'v20', commit, modules, scenarios: {} },
    rows: [],
  } as unknown as Baseline
}

async function commit(root: string, subject: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text)
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', subject)
  return head(root)
}

/** Measured before it was committed, as the docs advise: what it names is the commit before. */
async function withBaselineInItsCommit(
  t: TestContext,
): Promise<{ root: string; baseline: Baseline; hash: string }> {
  const root = await repository(t, 1)
  await writeFile(join(root, FILE), source(2))
  const baseline = measured(root, 2)
  const hash = await commit(root, 'faster', { 'baseline.json': JSON.stringify(baseline) })
  return { root, baseline, hash }
}

describe('the commit of a baseline', () => {
  test('that was measured before it was committed is the one that wrote the file', async (t) => {
    const { root, baseline, hash } = await withBaselineInItsCommit(t)
    assert.equal(baseline.code!.commit!.isDirty, true)
    await commit(root, 'slower', { [FILE]: source(3) })
    assert.equal(await findBaselineCommit(root, baseline), hash)
  })

  test('that was squashed away is the one that has its code now', async (t) => {
    const root = await repository(t, 1)
    git(root, 'checkout', '--quiet', '-b', 'feature')
    await commit(root, 'half', { [FILE]: source(7) })
    const gone = await commit(root, 'whole', { [FILE]: source(2) })
    const baseline = measured(root, 2)
    await commit(root, 'baseline', { 'baseline.json': JSON.stringify(baseline) })
    git(root, 'checkout', '--quiet', 'main')
    git(root, 'merge', '--quiet', '--squash', 'feature')
    git(root, 'commit', '--quiet', '-m', 'feature (#1)')
    const squashed = head(root)
    git(root, 'branch', '-D', 'feature')
    git(root, 'reflog', 'expire', '--expire=now', '--all')
    git(root, 'gc', '--quiet', '--prune=now')
    assert.throws(() => git(root, 'cat-file', '-e', gone))
    await commit(root, 'later', { [FILE]: source(3) })
    assert.equal(await findBaselineCommit(root, baseline), squashed)
  })

  test('whose file was written anew without it is found in history', async (t) => {
    const { root, baseline, hash } = await withBaselineInItsCommit(t)
    await commit(root, 'slower', { [FILE]: source(3) })
    await commit(root, 'layout of the file', { 'baseline.json': JSON.stringify(baseline, null, 2) })
    assert.equal(await findBaselineCommit(root, baseline), hash)
  })

  for (const isDirty of [false, true]) {
    const how = isDirty ? 'measured before it was committed' : 'that it names'
    test(`${how}, which a shallow clone lacks, is fetched`, async (t) => {
      const { root, baseline, hash } = await withBaselineInItsCommit(t)
      const named = isDirty
        ? baseline
        : { ...baseline, code: { ...baseline.code!, commit: { hash, isDirty } } }
      for (let i = 3; i < 6; i++) await commit(root, `commit ${i}`, { [FILE]: source(i) })
      const clone = join(await folder(t), 'clone')
      git(root, 'clone', '--quiet', '--depth=1', pathToFileURL(root).href, clone)
      assert.throws(() => git(clone, 'cat-file', '-e', hash))
      assert.equal(await findBaselineCommit(clone, named), hash)
      assert.equal(git(clone, 'status', '--porcelain'), '')
    })
  }

  test('that is nowhere: it is said, with the cure', async (t) => {
    const root = await repository(t, 1)
    const clone = join(await folder(t), 'clone')
    git(root, 'clone', '--quiet', '--depth=1', pathToFileURL(root).href, clone)
    await assert.rejects(findBaselineCommit(clone, measured(clone, 9)), {
      code: 'no-commit',
      hint: /measure a new baseline with npm run perf:baseline, or judge by its numbers with --stored/,
    })
  })
})
