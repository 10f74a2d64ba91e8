// Counts that were made before, while everything that they were made of is what it was then. Any doubt is a miss.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { storeWhole } from '../../profile/source/text-cache.mjs'
import type { CountedFork } from '../profiling/fork.ts'
import { DEFAULT_OUT_DIR, readConfig } from '../suite/config.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { isInside } from './code-print.ts'
import { hashPath, hashText } from './content-hash.ts'

/** Raised with every change of what an entry holds, or of what is asked of it. */
const CACHE_VERSION = 2
/** What code that runs in a fork can see of whoever started it, and what no two commands have alike. */
const FLEETING = /^(?:npm_.*|_|SHLVL|PWD|OLDPWD|STRICT_PERF)$/
/** Where Node and npm say what is installed, and how names are resolved, in every folder above a file. */
const DECISIVE = ['package.json', 'tsconfig.json', 'node_modules', 'node_modules/.package-lock.json']

/** Of a file that was written later than this before a run, nobody knows which of its texts was counted. */
const SETTLED_MS = 2_000

interface Entry {
  /** Of the Node, the environment and the flamegate that counted. */
  readonly stamp: string
  /** Everything that was loaded, read or looked for, with what it held. */
  readonly paths: readonly (readonly [path: string, hash: string])[]
  readonly counted: CountedFork
}

/** The folders that a command itself makes something in, which is no code. */
interface OwnTraces {
  readonly root: string
  /** What is first made in `root` when there is a report. */
  readonly outName: string
  /** When they were changed last, before anything was counted, ms since 1970. */
  readonly changedAt: ReadonlyMap<string, number>
}

/** The counts of the project's own scenarios, in its `node_modules/.cache`. Files are read once, so they must not change while it lives. */
export class CountCache {
  readonly #hashes = new Map<string, Promise<string>>()
  #stamp: Promise<string> | undefined
  #traces: Promise<OwnTraces> | undefined
  /** What is newer, ms since 1970, may have been another text when it was counted, or when its hash was made. */
  readonly #newest: number

  /** @param settledMs how long ago a file was written at the latest */
  constructor(settledMs = SETTLED_MS) {
    this.#newest = Date.now() - settledMs
  }

  /** What was counted before where that still holds, else what `count` resolves with. Rejects as `count` does. */
  async recall(
    { suiteFile, scenario, idInFile, targetEntry, workingFolder }: DiscoveredScenario,
    root: string,
    count: () => Promise<CountedFork>,
  ): Promise<CountedFork> {
    const modules = join(root, 'node_modules')
    if (!existsSync(modules)) return count()
    const folder = join(modules, '.cache', 'flamegate', 'counts')
    const name = hashText(JSON.stringify([suiteFile, idInFile ?? scenario.id, targetEntry, workingFolder]))
    const file = join(folder, `${name}.bin`)
    this.#stamp ??= makeStamp()
    const stamp = await this.#stamp
    // Before anything is counted: it is a name more in a folder that counts.
    await mkdir(folder, { recursive: true }).catch(() => {})
    this.#traces ??= readTraces(root)
    const traces = await this.#traces
    const known = await this.#read(file, stamp, traces)
    if (known !== undefined) return known
    const counted = await count()
    const paths = await pathsOf(counted, root, (path) => this.#isSettled(path, traces))
    if (paths !== undefined) {
      const hashed = paths.map(async (path) => [path, await this.#hash(path, traces)] as const)
      storeWhole(
        folder,
        file,
        serialize({ stamp, paths: await Promise.all(hashed), counted } satisfies Entry),
      )
    }
    return counted
  }

  /** Undefined where there is none that holds. */
  async #read(file: string, wanted: string, traces: OwnTraces): Promise<CountedFork | undefined> {
    try {
      const { stamp, paths, counted }: Entry = deserialize(await readFile(file))
      if (stamp !== wanted) return undefined
      const same = await Promise.all(
        paths.map(async ([path, hash]) => (await this.#hash(path, traces)) === hash),
      )
      return same.every(Boolean) ? counted : undefined
    } catch {
      return undefined
    }
  }

  #hash(path: string, { root, outName }: OwnTraces): Promise<string> {
    const hash = this.#hashes.get(path) ?? hashPath(path, path === root ? outName : undefined)
    this.#hashes.set(path, hash)
    return hash
  }

  /** Whether it is a file or a folder that was written before, or is not there; or a folder of ours that is as it was. */
  async #isSettled(path: string, { changedAt }: OwnTraces): Promise<boolean> {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) return true
    if (!found.isFile() && !found.isDirectory()) return false
    const changed = lastChange(found)
    return changed < this.#newest || changed === changedAt.get(path)
  }
}

async function readTraces(root: string): Promise<OwnTraces> {
  const { outDir = DEFAULT_OUT_DIR } = await readConfig(root)
  const folders = [root, join(root, 'node_modules')]
  const times = folders.map(async (folder) => [folder, lastChange(await stat(folder))] as const)
  return {
    root,
    outName: relative(root, resolve(root, outDir)).split(sep)[0]!,
    changedAt: new Map(await Promise.all(times)),
  }
}

function lastChange({ mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number }): number {
  return Math.max(mtimeMs, ctimeMs)
}

async function makeStamp(): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !FLEETING.test(name))
  return hashText(
    JSON.stringify([CACHE_VERSION, process.version, process.arch, environment.sort(), await readOwnTimes()]),
  )
}

/** When flamegate's own files were written: what counts is not among what it counts. */
async function readOwnTimes(): Promise<string[]> {
  const rooms = ['perf', 'profile'].map((room) => fileURLToPath(new URL(`../../${room}/`, import.meta.url)))
  const files = await Promise.all(
    rooms.map(async (room) => (await readdir(room, { recursive: true })).map((name) => join(room, name))),
  )
  const times = files.flat().map(async (path) => {
    const { mtimeMs, size } = await stat(path)
    return `${path} ${mtimeMs} ${size}`
  })
  return (await Promise.all(times)).sort()
}

/** All that the counts depend on; undefined where that is not known, or may have been something else when it was counted. */
async function pathsOf(
  { observations: { ran, inputs } }: CountedFork,
  root: string,
  isSettled: (path: string) => Promise<boolean>,
): Promise<string[] | undefined> {
  if (inputs === null || inputs.unseen.length > 0) return undefined
  const scripts = ran.map(({ url }) => fileURLToPath(url))
  const folders = new Set<string>()
  for (const script of scripts) addFoldersAbove(script, root, folders)
  const configs = (await readdir(root)).filter((name) => name.startsWith('flamegate.config.'))
  const paths = new Set([
    ...scripts,
    ...inputs.paths,
    ...folders,
    ...[...folders].flatMap((folder) => DECISIVE.map((name) => join(folder, name))),
    ...configs.map((name) => join(root, name)),
  ])
  const settled = await Promise.all([...paths].map(isSettled))
  return settled.every(Boolean) ? [...paths] : undefined
}

/** The folders in which a new file could be taken in the place of one that was loaded: up to the project's, or the package's. */
function addFoldersAbove(file: string, root: string, folders: Set<string>): void {
  for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) {
    folders.add(folder)
    if (folder === root || folder === dirname(folder) || basename(folder) === 'node_modules') return
    if (!isInside(folder, root) && existsSync(join(folder, 'package.json'))) return
  }
}
