import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { ownLife } from '../../profile/process/life.ts'
import { git } from '../../tests/support/repository.ts'
import { removeLeftFolders } from '../process/own-folder.ts'
import { lastCommitOf } from './commit.ts'
import { addWorktree, removeLeftWorktrees } from './worktree.ts'

const alive = new AbortController().signal

/** A repository with one workspace package, `demo`, and one dependency, `dep`, both installed; two commits. */
async function createRepository(t: TestContext): Promise<{ root: string; first: string }> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'flamegate repö '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  git(root, 'init', '--quiet', '--initial-branch=main')
  await writeFile(join(root, '.gitignore'), 'node_modules\n')
  await writeFile(join(root, 'package.json'), '{ "name": "top", "workspaces": ["packages/*"] }\n')
  await writeFile(join(root, 'package-lock.json'), lockfile('1.0.0'))
  await mkdir(join(root, 'packages', 'demo'), { recursive: true })
  await writeFile(join(root, 'packages', 'demo', 'index.js'), 'module.exports = "old demo"\n')
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', 'first')
  const first = git(root, 'rev-parse', 'HEAD')
  await writeFile(join(root, 'packages', 'demo', 'index.js'), 'module.exports = "new demo"\n')
  git(root, 'commit', '--quiet', '-am', 'second')
  for (const name of ['dep', '@scope/other']) {
    await mkdir(join(root, 'node_modules', name), { recursive: true })
    await writeFile(join(root, 'node_modules', name, 'index.js'), `module.exports = "${name}"\n`)
  }
  await symlink(join('..', 'packages', 'demo'), join(root, 'node_modules', 'demo'), 'junction')
  return { root, first }
}

const lockfile = (version: string) =>
  `${JSON.stringify({ name: 'top', version, lockfileVersion: 3, packages: { '': { name: 'top', version } } })}\n`

const FAKE_PNPM = `
const fs = require('node:fs')
fs.appendFileSync(LOG, process.argv.slice(2).join(' ') + '\\n')
fs.mkdirSync('node_modules/.pnpm/late', { recursive: true })
fs.writeFileSync('node_modules/.pnpm/late/index.js', 'module.exports = ' + JSON.stringify(fs.readFileSync('pnpm-lock.yaml', 'utf8')))
fs.symlinkSync('.pnpm/late', 'node_modules/late', 'junction')
`

/** Nothing of a worktree is left, neither its folder nor what git knows of it. */
function assertGone(root: string, folder: string): void {
  assert.equal(existsSync(folder), false)
  assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
  assert.equal(git(root, 'branch', '--list').split('\n').length, 1)
}

describe('a worktree of another commit', () => {
  test('has the project’s dependencies, but its own workspace packages, and is gone afterwards', async (t) => {
    const { root, first } = await createRepository(t)
    const { folder, commit, remove } = await addWorktree(root, first, alive)
    assert.equal(commit, first)
    const load = createRequire(join(folder, 'index.js'))
    assert.equal(load('demo'), 'old demo')
    assert.equal(load('dep'), 'dep')
    assert.equal(load('@scope/other'), '@scope/other')
    await remove()
    assertGone(root, folder)
    assert.equal(
      await readFile(join(root, 'node_modules', 'dep', 'index.js'), 'utf8'),
      'module.exports = "dep"\n',
    )
    assert.equal(createRequire(join(root, 'index.js'))('demo'), 'new demo')
  })

  test('leaves uncommitted work in the tree alone', async (t) => {
    const { root, first } = await createRepository(t)
    await writeFile(join(root, 'packages', 'demo', 'index.js'), 'module.exports = "edited"\n')
    const { remove } = await addWorktree(root, first, alive)
    await remove()
    assert.match(git(root, 'status', '--porcelain'), /^M packages\/demo\/index.js$/)
    assert.equal(git(root, 'stash', 'list'), '')
  })

  test('installs its own dependencies where the lockfile is another', async (t) => {
    const { root, first } = await createRepository(t)
    await writeFile(join(root, 'package-lock.json'), lockfile('2.0.0'))
    await writeFile(
      join(root, 'package.json'),
      '{ "name": "top", "version": "2.0.0", "workspaces": ["packages/*"] }\n',
    )
    git(root, 'commit', '--quiet', '-am', 'third')
    const { folder, remove } = await addWorktree(root, 'HEAD~2', alive)
    // Its own lockfile has no dependency: the project's must not shine through.
    assert.throws(() => createRequire(join(folder, 'index.js'))('dep'), { code: 'MODULE_NOT_FOUND' })
    assert.equal(git(root, 'rev-parse', 'HEAD~2'), first)
    await remove()
    assertGone(root, folder)
  })

  test('is the project’s folder where that lies in a repository with others', async (t) => {
    const { root, first } = await createRepository(t)
    const { folder, remove } = await addWorktree(join(root, 'packages', 'demo'), first, alive)
    const load = createRequire(join(folder, 'other.js'))
    assert.equal(load('./index.js'), 'old demo')
    assert.equal(load('demo'), 'old demo')
    assert.equal(load('dep'), 'dep')
    await remove()
    assertGone(root, dirname(dirname(folder)))
  })

  test('says where a commit has no such folder', async (t) => {
    const { root, first } = await createRepository(t)
    await mkdir(join(root, 'apps', 'new'), { recursive: true })
    await assert.rejects(addWorktree(join(root, 'apps', 'new'), first, alive), {
      code: 'bad-target',
      message: /has no apps\/new/,
    })
  })

  test('has another lockfile’s dependencies installed by its own package manager, and only once', async (t) => {
    const { root } = await createRepository(t)
    const log = join(await mkdtemp(join(tmpdir(), 'flamegate-pnpm-')), 'log.txt')
    t.after(() => rm(dirname(log), { recursive: true }))
    // A package manager that writes what it is asked for, and installs as pnpm does: by links.
    const fake = join(dirname(log), 'pnpm.cjs')
    await writeFile(fake, FAKE_PNPM.replace('LOG', JSON.stringify(log)))
    const { npm_execpath: usual } = process.env
    process.env.npm_execpath = fake
    t.after(() => {
      process.env.npm_execpath = usual
    })
    git(root, 'rm', '--quiet', 'package-lock.json')
    await writeFile(join(root, 'pnpm-lock.yaml'), 'old\n')
    git(root, 'add', '-A')
    git(root, 'commit', '--quiet', '-m', 'pnpm')
    await writeFile(join(root, 'pnpm-lock.yaml'), 'new\n')
    for (const _ of [1, 2]) {
      const { folder, remove } = await addWorktree(root, 'HEAD', alive)
      assert.equal(createRequire(join(folder, 'index.js'))('late'), 'old\n')
      await remove()
    }
    const asked = await readFile(log, 'utf8')
    assert.equal(asked, 'install --frozen-lockfile\n'.repeat(process.platform === 'win32' ? 2 : 1))
  })

  test('a lockfile that npm cannot install is an error that says what to do', async (t) => {
    const { root } = await createRepository(t)
    await writeFile(join(root, 'package-lock.json'), 'no lockfile\n')
    git(root, 'commit', '--quiet', '-am', 'broken')
    await writeFile(join(root, 'package-lock.json'), lockfile('2.0.0'))
    await assert.rejects(addWorktree(root, 'HEAD', alive), {
      code: 'cannot-install',
      hint: /--against <folder>/,
    })
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
  })

  test('a commit that git does not know', async (t) => {
    const { root } = await createRepository(t)
    for (const ref of ['nowhere', '--help', 'HEAD; echo pwned']) {
      await assert.rejects(addWorktree(root, ref, alive), { code: 'no-commit', hint: /git log/ })
    }
  })

  test('an interrupted one leaves nothing', async (t) => {
    const { root, first } = await createRepository(t)
    const reason = new Error('interrupted')
    await assert.rejects(addWorktree(root, first, AbortSignal.abort(reason)), reason)
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
  })

  test('what killed processes left is removed, also where git was cut short; what is not theirs stays', async (t) => {
    const { root, first } = await createRepository(t)
    const temp = await realpath(tmpdir())
    const { start, place } = ownLife()
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'exit')
    const nameOf = (pid: number | undefined, end: string) =>
      join(temp, `flamegate-${pid}-${start}-${place}-${end.padStart(8, '0')}`)
    const [left, locked, missing, unlinked] = ['1', '2', '3', '4'].map((end) => nameOf(dead.pid, end))
    const [live, foreign] = [nameOf(process.pid, '5'), join(temp, `flamegate-own-${process.pid}`)]
    for (const folder of [left, locked, missing, unlinked, live, foreign]) {
      git(root, 'worktree', 'add', '--quiet', '--detach', folder!, first)
      t.after(() => rm(folder!, { recursive: true, force: true }))
    }
    git(root, 'worktree', 'lock', locked!)
    await rm(missing!, { recursive: true })
    await rm(foreign, { recursive: true })
    await rm(join(root, '.git/worktrees', basename(unlinked!), 'gitdir'))
    await removeLeftWorktrees(root)
    assert.deepEqual(
      (await readdir(join(root, '.git/worktrees'))).sort(),
      [basename(live), basename(foreign)].sort(),
    )
    for (const folder of [left!, locked!]) assert.equal(existsSync(folder), false)
    assert.ok(existsSync(live))
    // That git did not know any more is a temporary folder like others.
    assert.ok((await removeLeftFolders()).includes(join(tmpdir(), basename(unlinked!))))
  })

  test('the commit that last wrote a file', async (t) => {
    const { root, first } = await createRepository(t)
    assert.equal(await lastCommitOf(root, 'package.json'), first)
    assert.equal(await lastCommitOf(root, 'nothing.json'), undefined)
  })
})
