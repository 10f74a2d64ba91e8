// Other commits of the project in folders of their own, with their dependencies.
import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { FlamegateError, messageOf } from '../errors.ts'
import { isLeftBehind, nameOwnFolder } from '../process/own-folder.ts'
import { runProgram } from '../process/program.ts'
import { readConfig } from '../suite/config.ts'
import { resolveCommit } from './commit.ts'
import { git, NO_HOOKS } from './git.ts'
import { saidBy } from './refusal.ts'

/** Another commit of the project in a folder of its own, until it is removed. */
export interface Worktree {
  readonly folder: string
  readonly commit: string
  /** Leaves nothing behind, in git neither. */
  remove(): Promise<void>
}

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock']

/**
 * Checks a commit out beside the project, with its dependencies: the project's own where the lockfile is the same, freshly
 * installed ones where it is not. Workspace packages are the commit's own in either case.
 * @param ref a commit, tag or branch
 * @throws FlamegateError 'no-commit' when git does not know it, 'cannot-install' when its dependencies cannot be had;
 *   the signal's reason when it is aborted. Nothing is left behind then.
 */
export async function addWorktree(root: string, ref: string, signal: AbortSignal): Promise<Worktree> {
  const worktree = await addBare(root, await resolveCommit(root, ref))
  const { folder } = worktree
  try {
    const config = await readConfig(root)
    signal.throwIfAborted()
    if (await hasSameLockfile(root, folder)) await linkDependencies(root, folder)
    else await installDependencies(folder, config.ignoreScripts ?? false, signal)
    if (config.prepare !== undefined) await prepare(folder, config.prepare, signal)
    return worktree
  } catch (error) {
    await worktree.remove()
    throw error
  }
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

async function hasSameLockfile(root: string, folder: string): Promise<boolean> {
  const contents = (base: string) =>
    Promise.all(LOCKFILES.map((name) => readFile(join(base, name), 'utf8').catch(() => null)))
  const [here, there] = [await contents(root), await contents(folder)]
  return here.every((content, i) => content === there[i])
}

/**
 * Gives every package of the commit the project's installed dependencies, by links. A link of the project's that leads to
 * one of its own packages leads to the commit's package instead.
 */
async function linkDependencies(root: string, folder: string): Promise<void> {
  const base = await realpath(root)
  const waiting = ['']
  for (const place of waiting) {
    const from = join(base, place, 'node_modules')
    if (!existsSync(join(folder, place)) || !existsSync(from)) continue
    for (const name of await packageNames(from)) {
      const target = await realpath(join(from, name))
      const inside = relative(base, target)
      const isOwn = !inside.startsWith('..') && !inside.split(sep).includes('node_modules')
      if (isOwn && !waiting.includes(inside)) waiting.push(inside)
      const link = join(folder, place, 'node_modules', name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(isOwn ? join(folder, inside) : target, link, 'junction')
    }
  }
}

/** `express`, `@scope/name`: all that is installed in a folder, by name; broken links are left out. */
async function packageNames(folder: string): Promise<string[]> {
  const names: string[] = []
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue
    const inner = name.startsWith('@') ? await readdir(join(folder, name)) : undefined
    names.push(...(inner?.map((part) => `${name}/${part}`) ?? [name]))
  }
  return names.filter((name) => existsSync(join(folder, name)))
}

/** @throws FlamegateError 'cannot-install' */
async function installDependencies(
  folder: string,
  ignoresScripts: boolean,
  signal: AbortSignal,
): Promise<void> {
  const lockfile = LOCKFILES.find((name) => existsSync(join(folder, name)))
  if (lockfile === undefined) return
  const fail = (fact: string, cause?: unknown): never => {
    throw new FlamegateError(
      'cannot-install',
      `the other commit's dependencies cannot be installed: ${fact}`,
      {
        hint: 'check it out and install them yourself, then compare with --against <folder>',
        cause,
      },
    )
  }
  if (!(await lstat(join(folder, lockfile))).isFile() || !/^(package-lock|npm-shrinkwrap)/.test(lockfile)) {
    fail(`${lockfile} is not npm's`)
  }
  try {
    const flags = ignoresScripts ? ['--ignore-scripts'] : []
    await runNpm(folder, ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...flags], signal)
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    fail(messageOf(cause), cause)
  }
}

/** Runs the command that the config has for it, which is its author's. @throws FlamegateError 'cannot-install' */
async function prepare(folder: string, command: string, signal: AbortSignal): Promise<void> {
  try {
    await runProgram(command, [], { cwd: folder, signal, shell: true })
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

/** npm as it runs us, or the one in the path. */
function runNpm(cwd: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return runProgram(process.execPath, [script, ...args], { cwd, signal })
  return runProgram('npm', args, { cwd, signal, shell: process.platform === 'win32' })
}
