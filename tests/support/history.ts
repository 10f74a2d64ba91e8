// Builders of git histories.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { createProject } from './project.ts'
import { git } from './repository.ts'

/** Files of one commit, by path; null for one that it removes. */
export type Files = Readonly<Record<string, string | null>>

/** Where the measured module of a project is. */
export const TARGET = 'packages/demo/target.ts'

/** Commits files on top of what there is; the commit's hash. */
export async function commitFiles(root: string, subject: string, files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const place = join(root, path)
    await mkdir(dirname(place), { recursive: true })
    if (text === null) await rm(place, { recursive: true, force: true })
    else await writeFile(place, text)
  }
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '--allow-empty', '-m', subject)
  return git(root, 'rev-parse', 'HEAD')
}

/** A project in git with one commit for each item, `commit 0` and so on, and their hashes. */
export async function createHistory(
  t: TestContext,
  scenarios: string,
  commits: readonly Files[],
): Promise<{ readonly root: string; readonly hashes: readonly string[] }> {
  const root = await createProject(t, scenarios)
  git(root, 'init', '--quiet', '--initial-branch=main')
  const hashes: string[] = []
  for (const [i, files] of commits.entries()) {
    const ignored: Files = i === 0 ? { '.gitignore': 'tmp\nnode_modules\n' } : {}
    hashes.push(await commitFiles(root, `commit ${i}`, { ...ignored, ...files }))
  }
  return { root, hashes }
}

/** All that a command might leave in a repository: worktrees, refs, and changes; the same text for the same state. */
export function stateOf(root: string): string {
  const ask = [
    ['worktree', 'list', '--porcelain'],
    ['for-each-ref'],
    ['status', '--porcelain', '--branch'],
    ['stash', 'list'],
    ['rev-parse', 'HEAD'],
  ]
  return ask.map((args) => git(root, ...args)).join('\n--\n')
}

/** Temporary folders of versions that a process with this id made. */
export async function versionFolders(pid: number): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`flamegate-${pid}-`))
}
