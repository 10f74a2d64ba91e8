import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { commitFiles } from '../../tests/support/history.ts'
import { git } from '../../tests/support/repository.ts'
import { findBaseCommit } from './base-commit.ts'

/** main: first, second, third. A branch left it at second; `merged` is what GitHub would check out of it. */
let origin: string
let folder: string
const at = new Map<string, string>()

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flamegate bäse '))
  origin = join(folder, 'origin')
  git(folder, 'init', '--quiet', '--initial-branch=main', 'origin')
  git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const commit = async (name: string) => {
    at.set(name, await commitFiles(origin, name, { [name]: name }))
  }
  await commit('first')
  await commit('second')
  git(origin, 'checkout', '--quiet', '-b', 'branch')
  await commit('change')
  git(origin, 'checkout', '--quiet', 'main')
  await commit('third')
  git(origin, 'checkout', '--quiet', '-b', 'merged')
  git(origin, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'branch')
  git(origin, 'checkout', '--quiet', 'main')
})
after(() => rm(folder, { recursive: true }))

async function checkout(t: TestContext, branch: string, ...how: string[]): Promise<string> {
  const root = await mkdtemp(join(folder, 'checkout-'))
  t.after(() => rm(root, { recursive: true }))
  git(folder, 'clone', '--quiet', '--branch', branch, ...how, pathToFileURL(origin).href, root)
  return root
}

function pullRequest() {
  const [base, head] = [at.get('third')!, at.get('change')!]
  return { kind: 'pull-request', number: 1, base, head, isFork: false } as const
}

describe('what is compared with', () => {
  for (const how of [[], ['--depth=1']]) {
    const where = how.length === 0 ? 'a whole clone' : 'a clone of one commit'
    test(`of a pull request's merge, in ${where}: the base it is merged into`, async (t) => {
      const root = await checkout(t, 'merged', ...how)
      assert.equal(await findBaseCommit(root, pullRequest()), at.get('third'))
      assert.equal(git(root, 'cat-file', '-t', at.get('third')!), 'commit')
    })
    test(`of a pull request's own commit, in ${where}: where it left its base`, async (t) => {
      const root = await checkout(t, 'branch', ...how)
      assert.equal(await findBaseCommit(root, pullRequest()), at.get('second'))
    })
    test(`of a push, in ${where}: what was there before`, async (t) => {
      const root = await checkout(t, 'main', ...how)
      assert.equal(await findBaseCommit(root, { kind: 'push', before: at.get('first') }), at.get('first'))
    })
    test(`of a forced push whose commits are gone, in ${where}: the parent`, async (t) => {
      const root = await checkout(t, 'main', ...how)
      assert.equal(await findBaseCommit(root, { kind: 'push', before: 'e'.repeat(40) }), at.get('second'))
    })
  }

  test('of a merge queue: its base; by the clock: the parent', async (t) => {
    const root = await checkout(t, 'main', '--depth=1')
    assert.equal(
      await findBaseCommit(root, { kind: 'merge-group', base: at.get('second')! }),
      at.get('second'),
    )
    assert.equal(await findBaseCommit(root, { kind: 'other' }), at.get('second'))
  })

  test('nothing, before the first commit, and where nobody has it', async (t) => {
    const root = await checkout(t, 'main')
    git(root, 'checkout', '--quiet', at.get('first')!)
    await assert.rejects(findBaseCommit(root, { kind: 'other' }), /is the first commit/)
    await assert.rejects(findBaseCommit(root, { kind: 'merge-group', base: 'e'.repeat(40) }), /no remote has/)
  })
})
