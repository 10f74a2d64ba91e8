// The dependencies of another version: those of the working tree where the lockfile is the same, else its own, installed once.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { FlamegateError, messageOf } from '../errors.ts'
import { git, topOf } from './git.ts'
import { findManager, frozenInstall, LOCKFILES, type PackageManager, runManager } from './package-manager.ts'

/** A version of the project, and the working tree. */
export interface DependencyRequest {
  /** The project in the working tree. */
  readonly root: string
  /** The project in the other version. */
  readonly folder: string
  readonly ignoresScripts: boolean
  readonly signal: AbortSignal
}

/** Installed dependencies are kept for so many lockfiles. */
const KEPT = 3

/**
 * Gives another version its dependencies. Workspace packages are its own in any case.
 * @throws FlamegateError 'cannot-install'; the signal's reason
 */
export async function provideDependencies(request: DependencyRequest): Promise<void> {
  const { root, folder } = request
  const [top, otherTop] = [await topOf(root), await topOf(folder)]
  const [here, there] = [await findManager(root), await findManager(folder)]
  const places = [...ancestors(relative(otherTop, folder)), relative(otherTop, there.folder)]
  if ((await lockOf(here, top)) === (await lockOf(there, otherTop))) return link(top, otherTop, places)
  if (there.lockfile === undefined) return
  const cached = join(cacheOf(root), await keyOf(there, request))
  const all = await packagePlaces(otherTop)
  if (existsSync(cached)) {
    await utimes(cached, new Date(), new Date())
    return link(cached, otherTop, [...places, ...all])
  }
  await install(there, request)
  await keep(otherTop, all, cached).catch(() => {})
}

/** What the lockfiles of a project say, and where they are in its repository. */
async function lockOf({ folder }: PackageManager, top: string): Promise<string> {
  const texts = LOCKFILES.map((name) => readFile(join(folder, name), 'utf8').catch(() => null))
  return JSON.stringify([relative(top, await realpath(folder)), ...(await Promise.all(texts))])
}

/** `''`, `apps`, `apps/api`. */
function ancestors(path: string): string[] {
  const names = path.split(sep).filter(Boolean)
  return ['', ...names.map((_, i) => names.slice(0, i + 1).join(sep))]
}

async function packagePlaces(top: string): Promise<string[]> {
  const listed = await git(top, 'ls-files', '-z', '--', 'package.json', '*/package.json')
  return listed
    .split('\0')
    .filter(Boolean)
    .map((path) => dirname(path).replace(/^\.$/, ''))
}

/**
 * Gives every package of a version installed dependencies, by links. A link that leads to one of the project's own packages
 * leads to the version's package instead.
 * @param from the folder that has them, laid out as the repository is
 */
async function link(from: string, to: string, places: readonly string[]): Promise<void> {
  const base = await realpath(from)
  const waiting = [...new Set(places)]
  for (const place of waiting) {
    const modules = join(base, place, 'node_modules')
    if (!existsSync(join(to, place)) || !existsSync(modules)) continue
    for (const name of await installedNames(modules)) {
      const target = await realpath(join(modules, name))
      const inside = relative(base, target)
      const isOwn = !inside.startsWith('..') && !inside.split(sep).includes('node_modules')
      if (isOwn && !waiting.includes(inside)) waiting.push(inside)
      const path = join(to, place, 'node_modules', name)
      await mkdir(dirname(path), { recursive: true })
      await symlink(isOwn ? join(to, inside) : target, path, 'junction')
    }
  }
}

/** `express`, `@scope/name`, `.bin`: all that is installed in a folder, by name; broken links are left out. */
async function installedNames(folder: string): Promise<string[]> {
  const names: string[] = []
  for (const name of await readdir(folder)) {
    if (name.startsWith('.') && name !== '.bin') continue
    const inner = name.startsWith('@') ? await readdir(join(folder, name)) : undefined
    names.push(...(inner?.map((part) => `${name}/${part}`) ?? [name]))
  }
  return names.filter((name) => existsSync(join(folder, name)))
}

/** @throws FlamegateError 'cannot-install' */
async function install(
  { name, folder, lockfile }: PackageManager,
  { ignoresScripts, signal }: DependencyRequest,
): Promise<void> {
  const command = frozenInstall(name, ignoresScripts)
  try {
    if (!(await lstat(join(folder, lockfile!))).isFile()) throw new Error(`${lockfile} is no file`)
    await runManager(command, folder, signal)
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw new FlamegateError(
      'cannot-install',
      `the other commit's dependencies cannot be installed: ${command.join(' ')}: ${messageOf(cause)}`,
      { hint: 'check it out and install them yourself, then compare with --against <folder>', cause },
    )
  }
}

function cacheOf(root: string): string {
  return join(root, 'node_modules', '.cache', 'flamegate', 'dependencies')
}

/** What an install comes to depends on all of this. */
async function keyOf(
  { name, folder, lockfile }: PackageManager,
  { ignoresScripts }: DependencyRequest,
): Promise<string> {
  const { platform, arch, versions } = process
  const text = await readFile(join(folder, lockfile!), 'utf8').catch(() => '')
  const parts = [name, platform, arch, versions.modules, ignoresScripts, text]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Keeps what was installed for the next comparison. On Windows links say where the version was, which will be gone. */
async function keep(top: string, places: readonly string[], cached: string): Promise<void> {
  if (process.platform === 'win32') return
  const unfinished = `${cached}.${randomBytes(4).toString('hex')}`
  try {
    for (const place of places) {
      await mkdir(join(unfinished, place), { recursive: true })
      const modules = join(place, 'node_modules')
      if (existsSync(join(top, modules)))
        await cp(join(top, modules), join(unfinished, modules), { recursive: true, verbatimSymlinks: true })
    }
    await rename(unfinished, cached)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  await forgetOld(dirname(cached))
}

async function forgetOld(folder: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  )
  const old = entries.sort((a, b) => b.used - a.used).slice(KEPT)
  for (const { name } of old) await rm(join(folder, name), { recursive: true, force: true })
}
