// Which files of a project are perf files.

import { readdir, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { FlamegateError } from '../errors.ts'
import { git } from '../git/git.ts'
import { readConfig } from './config.ts'
import { isBenchFile } from './load.ts'

/** As vitest has it. */
const BENCH_FILE = /\.(bench|benchmark)\.[mc]?[jt]sx?$/
/** What is installed, built or written by tools, also where git knows it. */
const SKIPPED = /^(node_modules|dist|build|out|coverage|\..+)$/
/** Folders that perf files share with what they need: data, helpers. */
const PERF_FOLDER = /^(__)?(perf|bench|benchmark|benchmarks)(__)?$/

/** Whether a file is one by its name: of flamegate's, or of another tool's. */
export function isPerfFile(path: string): boolean {
  return !isBenchFile(path) || BENCH_FILE.test(basename(path))
}

/** The outermost folder named perf or bench that a file lies in; undefined where there is none. Paths are relative to the project. */
export function perfFolderOf(path: string): string | undefined {
  const folders = dirname(path).split('/')
  const at = folders.findIndex((name) => PERF_FOLDER.test(name))
  return at < 0 ? undefined : folders.slice(0, at + 1).join('/')
}

/**
 * The perf files of a project, by path: what its config includes, else all that are named so, other tools' too, wherever they
 * are; nothing that git ignores.
 * @throws FlamegateError 'no-suite'
 */
export async function findPerfFiles(root: string): Promise<string[]> {
  const { include } = await readConfig(root)
  const files = (await listFiles(root)).filter(include === undefined ? isPerfFile : globFilter(include))
  if (files.length === 0) {
    const what =
      include === undefined ? 'is named *.perf.ts, *.perf.js or *.bench.*' : `matches ${include.join(', ')}`
    throw new FlamegateError('no-suite', `no perf files in ${root}: nothing ${what}`, {
      hint: "a perf file is named cart.perf.js, say, and has bench('price a cart', () => priceCart(cart)), imported from 'flamegate'",
    })
  }
  // A link to another perf file is that file.
  const once = new Map<string, string>()
  for (const path of files.sort()) {
    const file = await realpath(join(root, path)).catch(() => join(root, path))
    if (!once.has(file)) once.set(file, join(root, path))
  }
  return [...once.values()]
}

/** Tells the paths that one of the globs matches. */
export function globFilter(globs: readonly string[]): (path: string) => boolean {
  const picomatch = createRequire(import.meta.url)('picomatch') as typeof import('picomatch')
  return picomatch(globs as string[])
}

/** Files of the project that git does not ignore, relative to it, with slashes; of a folder that git does not know, all that tools have not made. */
export async function listFiles(root: string): Promise<string[]> {
  const listed = await git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').catch(
    () => undefined,
  )
  if (listed === undefined) return walk(root, '')
  return [...new Set(listed.split('\0'))].filter(
    (path) =>
      path !== '' &&
      !dirname(path)
        .split('/')
        .some((name) => SKIPPED.test(name) && name !== '.'),
  )
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  const found = entries.map(async (entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : walk(root, path)
    return entry.isFile() ? [path] : []
  })
  return (await Promise.all(found)).flat()
}
