// Git repositories in temporary folders.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Runs git in a test's own repository, with an identity of its own. */
export function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim()
}

/** Makes a repository of a folder, with all that is in it as its first commit. */
export async function initRepository(root: string): Promise<void> {
  await writeFile(join(root, '.gitignore'), 'node_modules\ntmp\n')
  git(root, 'init', '--quiet', '--initial-branch=main')
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', 'first')
}

/** What a command may leave in a repository: worktrees, refs, stashes. */
export function tracesIn(root: string): readonly string[] {
  return [['worktree', 'list', '--porcelain'], ['for-each-ref'], ['stash', 'list']].map((args) =>
    git(root, ...args),
  )
}

/** A folder that a command takes for the system's temporary one, by its environment: what it leaves there can be seen. */
export async function ownTemp(t: TestContext): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate own tëmp '))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return { folder, env: { TMPDIR: folder, TEMP: folder, TMP: folder } }
}
