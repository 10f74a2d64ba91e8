// Builders of git histories.
import { execFileSync } from 'node:child_process'
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
  [first, ...others]: readonly Files[],
): Promise<{ readonly root: string; readonly hashes: readonly string[] }> {
  const root = await createProject(t, scenarios)
  git(root, 'init', '--quiet', '--initial-branch=main')
  await commitFiles(root, 'commit 0', { '.gitignore': 'tmp\nnode_modules\n', ...first })
  importCommits(root, others)
  git(root, 'reset', '--quiet', '--hard')
  return { root, hashes: git(root, 'rev-list', '--reverse', 'main').split('\n') }
}

/** One process for all commits: each that git makes by itself takes four. */
function importCommits(root: string, commits: readonly Files[]): void {
  const begin = Math.floor(Date.now() / 1000) - commits.length
  const stream = commits.flatMap((files, i) => [
    'commit refs/heads/main',
    `committer Test <test@example.org> ${begin + i} +0000`,
    dataOf(`commit ${i + 1}`),
    ...(i === 0 ? ['from refs/heads/main^0'] : []),
    ...Object.entries(files).map(([path, text]) =>
      text === null ? `D ${path}` : `M 100644 inline ${path}\n${dataOf(text)}`,
    ),
  ])
  execFileSync('git', ['fast-import', '--quiet'], { cwd: root, input: `${stream.join('\n')}\n` })
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
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
