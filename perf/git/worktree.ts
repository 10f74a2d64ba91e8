// Other commits of the project in folders of their own, with their dependencies.
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { FlamegateError, messageOf } from '../errors.ts'
import { isLeftBehind, nameOwnFolder } from '../process/own-folder.ts'
import { runProgram } from '../process/program.ts'
import { readConfig } from '../suite/config.ts'
import { resolveCommit } from './commit.ts'
import { provideDependencies } from './dependencies.ts'
import { git, NO_HOOKS } from './git.ts'
import { saidBy } from './refusal.ts'

/** Another commit of the project in a folder of its own, until it is removed. */
export interface Worktree {
  /** The project's folder in it. */
  readonly folder: string
  readonly commit: string
  /** Leaves nothing behind, in git neither. */
  remove(): Promise<void>
}

/**
 * Checks a commit out beside the project, with its dependencies: the project's own where the lockfile is the same, freshly
 * installed ones where it is not. Workspace packages are the commit's own in either case.
 * @param ref a commit, tag or branch
 * @throws FlamegateError 'no-commit' when git does not know it, 'cannot-install' when its dependencies cannot be had;
 *   the signal's reason when it is aborted. Nothing is left behind then.
 */
export async function addWorktree(root: string, ref: string, signal: AbortSignal): Promise<Worktree> {
  const worktree = await addBare(root, await resolveCommit(root, ref))
  try {
    const { ignoreScripts = false, prepare } = await readConfig(root)
    const folder = await projectIn(worktree, root, ref)
    signal.throwIfAborted()
    await provideDependencies({ root, folder, ignoresScripts: ignoreScripts, signal })
    if (prepare !== undefined) await runPrepare(folder, prepare, signal)
    return { ...worktree, folder }
  } catch (error) {
    await worktree.remove()
    throw error
  }
}

/** The project's folder in a worktree of its repository. @throws FlamegateError 'bad-target' where the commit has none */
async function projectIn({ folder }: Worktree, root: string, ref: string): Promise<string> {
  const prefix = await git(root, 'rev-parse', '--show-prefix')
  const project = resolve(folder, prefix)
  if (existsSync(project)) return project
  throw new FlamegateError('bad-target', `${ref} has no ${prefix}`, {
    hint: 'compare with a commit that has this folder',
  })
}

/**
 * A worktree without a file in it: a place for what git keeps for every worktree apart, as the marks of a bisection.
 * @param commit its hash
 */
export function addEmptyWorktree(root: string, commit: string): Promise<Worktree> {
  return addBare(root, commit, '--no-checkout')
}

/** Without dependencies. @throws FlamegateError where git cannot make it; nothing is left behind then */
async function addBare(root: string, commit: string, ...flags: readonly string[]): Promise<Worktree> {
  // Outside of the project: what is missing in the commit must not be found in the project around it.
  const folder = await nameOwnFolder()
  const remove = () => removeWorktree(root, folder)
  try {
    await git(root, ...NO_HOOKS, 'worktree', 'add', '--detach', '--quiet', ...flags, folder, commit)
    return { folder, commit, remove }
  } catch (cause) {
    await remove()
    throw new FlamegateError('cannot-write', `git cannot check out ${commit}: ${saidBy(cause)}`, {
      hint: 'git keeps a worktree in .git and its files in the temporary folder (TMPDIR): is either disk full or read-only?',
      cause,
    })
  }
}

/** Also one that was not finished, which git keeps locked. Others whose folders are missing are not ours to prune. */
async function removeWorktree(root: string, folder: string): Promise<void> {
  await git(root, 'worktree', 'remove', '--force', '--force', folder).catch(() => {})
  await rm(folder, { recursive: true, force: true })
}

/**
 * Removes the worktrees of the project that killed processes left, and what git knows of them; their folders.
 * Source: gitrepository-layout(5), `worktrees/<id>`: git names it after the folder, and has it before there is a folder.
 */
export async function removeLeftWorktrees(root: string): Promise<string[]> {
  const common = await git(root, 'rev-parse', '--git-common-dir').catch(() => undefined)
  if (common === undefined) return []
  const kept = join(resolve(root, common), 'worktrees')
  const removed: string[] = []
  for (const id of await readdir(kept).catch(() => [])) {
    if (!(await isLeftBehind(id))) continue
    const link = await readFile(join(kept, id, 'gitdir'), 'utf8').catch(() => '')
    const folder = dirname(link.trim())
    if (basename(folder) === id) await removeWorktree(root, folder)
    await rm(join(kept, id), { recursive: true, force: true }).then(
      () => removed.push(folder),
      () => {},
    )
  }
  return removed
}

/** Commands of installed packages are found as in a script of `package.json`. */
function pathIn(folder: string): Record<string, string> {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const bins: string[] = []
  for (let above = folder; above !== dirname(above); above = dirname(above))
    bins.push(join(above, 'node_modules', '.bin'))
  return { [name]: [...bins, process.env[name] ?? ''].join(delimiter) }
}

/** Runs the command that the config has for it, which is its author's. @throws FlamegateError 'cannot-install' */
async function runPrepare(folder: string, command: string, signal: AbortSignal): Promise<void> {
  try {
    await runProgram(command, [], { cwd: folder, env: pathIn(folder), signal, shell: true })
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw new FlamegateError(
      'cannot-install',
      `'${command}' fails in the other version: ${messageOf(cause)}`,
      {
        hint: 'it is what prepare says in the config; does it run in a fresh checkout?',
        cause,
      },
    )
  }
}
