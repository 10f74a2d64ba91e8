import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { git, initRepository } from '../../tests/support/repository.ts'
import { FlamegateError } from '../errors.ts'
import { resolveCommit } from './commit.ts'
import { addWorktree } from './worktree.ts'

const alive = new AbortController().signal

async function createFolder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'flamegate repö # %41 '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  return root
}

/** For as long as the test runs. */
function setEnvironment(t: TestContext, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name]
    process.env[name] = value
    t.after(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
  }
}

const refused = (message: RegExp, hint: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FlamegateError, String(error))
  assert.match(error.message, message)
  assert.match(error.hint ?? '', hint)
  return true
}

describe('git that does not answer says why, and what helps', () => {
  test('it is not installed', async (t) => {
    setEnvironment(t, { PATH: await createFolder(t), Path: '' })
    await assert.rejects(
      resolveCommit(await createFolder(t), 'HEAD'),
      refused(/not installed/, /install git/),
    )
  })

  test('there is no repository', async (t) => {
    const root = await createFolder(t)
    setEnvironment(t, { GIT_CEILING_DIRECTORIES: root })
    await assert.rejects(resolveCommit(root, 'HEAD'), refused(/not a git repository/, /git init .*--against/))
  })

  test('the repository belongs to somebody else', async (t) => {
    const root = await createFolder(t)
    await initRepository(root)
    setEnvironment(t, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })
    await assert.rejects(
      resolveCommit(root, 'HEAD'),
      refused(/dubious ownership/, /trust them: git config --global --add safe\.directory .*repö/),
    )
  })

  test('there is no such commit', async (t) => {
    const root = await createFolder(t)
    await initRepository(root)
    await assert.rejects(resolveCommit(root, 'v9'), refused(/no commit 'v9'/, /git log/))
  })

  test('a file cannot be checked out: in its words, and nothing is left', async (t) => {
    const root = await createFolder(t)
    await writeFile(join(root, '.gitattributes'), '*.big filter=lfs\n')
    await writeFile(join(root, 'a.big'), 'x')
    await initRepository(root)
    git(root, 'config', 'filter.lfs.smudge', 'git no-such-command')
    git(root, 'config', 'filter.lfs.required', 'true')
    await assert.rejects(
      addWorktree(root, 'HEAD', alive),
      refused(/cannot check out \w+: external filter/, /full or read-only/),
    )
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
  })
})
