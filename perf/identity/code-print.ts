// The print of a scenario's code: which code it ran from loading to its last op, and what else it took in.
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Observations, RanFunction, RanScript } from '../../profile/capture/observer.ts'
import { nameInPackage, packageOf } from '../../profile/source/packages.ts'
import { hashPath, hashText } from './content-hash.ts'
import { type ModulePrint, ModulePrints } from './module-print.ts'

/** Equal prints are equal code: what ran is the same in all that can make a difference. */
export interface CodePrint {
  /** Why nobody knows all that ran; null where that is known. */
  readonly unknown: string | null
  /** The project's own modules, by package and path: `nasc-server/src/engine.ts`. */
  readonly modules: Readonly<Record<string, ModulePrint>>
  /** Installed packages, as `express 5.1.0`, by the content of what was loaded or read of each. */
  readonly packages: Readonly<Record<string, string>>
  /** The project's files and folders that were read, listed or looked for, by what they hold; `absent` for what is not there. */
  readonly files: Readonly<Record<string, string>>
}

/** Where a scenario's code is. */
export interface CodePlaces {
  /** The project's folder, whose perf files are run. */
  readonly root: string
  /** The folder of the version that is measured: the project's own, or another checkout's. */
  readonly folder: string
  readonly suiteFile: string
}

/** flamegate's own code is the same for every version that it measures. */
const OWN = ['perf', 'profile'].map((room) => fileURLToPath(new URL(`../../${room}/`, import.meta.url)))
/** Loads where what it made of a file is in no cache yet: it has no part in what the file says. */
const STRIPPER = /[/\\]node_modules[/\\]@swc[/\\]wasm-typescript[/\\]/
const MODULES = `${sep}node_modules${sep}`

/** Makes prints; files are read once, so they must not change while it lives. */
export class PrintReader {
  readonly #modules = new ModulePrints()
  readonly #hashes = new Map<string, Promise<string>>()

  /** @param stale which of it was built from another source than what is there */
  async read(
    { ran, inputs, scripts }: Pick<Observations, 'ran' | 'inputs' | 'scripts'>,
    places: CodePlaces,
    stale?: string,
  ): Promise<CodePrint> {
    const texts = new Map(scripts.map(({ url, text }) => [url, text]))
    const loadedFiles = mergeByPath(ran)
    const foreign = loadedFiles.filter(({ path }) => !isOwn(path))
    const own = foreign.filter(({ path }) => !path.includes(MODULES))
    const loaded = new Set(loadedFiles.map(({ path }) => path))
    const taken = (inputs?.paths ?? []).filter((path) => !loaded.has(path) && !isOwn(path))
    const modules = await Promise.all(
      own.map(async ({ path, functions }) => {
        const { href } = pathToFileURL(path)
        const hashes = await this.#modules.read(href, functions, texts.get(href))
        const print = { path: pathFrom(places.folder, path), ...hashes }
        return [nameFile(href, places), print] as const
      }),
    )
    const installed = [...foreign.map(({ path }) => path), ...taken].filter((path) => path.includes(MODULES))
    const files = taken.filter((path) => !path.includes(MODULES) && isOfProject(path, places))
    return {
      unknown:
        stale ??
        findTwice(modules.map(([name]) => name)) ??
        whyUnknown(
          inputs,
          own.map(({ path }) => path),
          places,
        ),
      modules: sortKeys(modules),
      packages: await this.#readPackages(installed),
      files: sortKeys(
        await Promise.all(
          files.map(
            async (path) => [nameFile(pathToFileURL(path).href, places), await this.#hash(path)] as const,
          ),
        ),
      ),
    }
  }

  async #readPackages(paths: readonly string[]): Promise<Record<string, string>> {
    const byPackage = new Map<string, string[]>()
    for (const path of [...new Set(paths)].sort()) {
      const url = pathToFileURL(path).href
      const owner = packageOf(url)
      const name = owner === undefined ? 'node_modules' : `${owner.name} ${owner.version ?? ''}`.trim()
      const line = `${nameInPackage(url)} ${await this.#hash(path)}`
      byPackage.set(name, [...(byPackage.get(name) ?? []), line])
    }
    return sortKeys([...byPackage].map(([name, lines]) => [name, hashText(lines.join('\n'))]))
  }

  #hash(path: string): Promise<string> {
    const hash = this.#hashes.get(path) ?? hashPath(path)
    this.#hashes.set(path, hash)
    return hash
  }
}

/** A file that was loaded under several URLs, as those with a query, is one module. */
function mergeByPath(ran: readonly RanScript[]): { path: string; functions: readonly RanFunction[] }[] {
  const byPath = new Map<string, RanFunction[]>()
  for (const { url, functions } of ran) {
    const path = fileURLToPath(url)
    byPath.set(path, [...(byPath.get(path) ?? []), ...functions])
  }
  return [...byPath].map(([path, functions]) => ({ path, functions }))
}

function findTwice(names: readonly string[]): string | undefined {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  return twice && `two of its files are called ${twice}`
}

/** Why it is not known which code ran; null where it is. */
function whyUnknown(
  inputs: Observations['inputs'],
  own: readonly string[],
  { root, folder, suiteFile }: CodePlaces,
): string | null {
  if (inputs === null) return 'nobody watched what it took in'
  if (inputs.unseen.length > 0) return `it uses ${inputs.unseen.join(', ')}, whose work is not seen`
  if (folder === root) return null
  if (!own.some((path) => isInside(path, folder))) return `it runs no file of ${folder}`
  const beside = dirname(suiteFile)
  const stray = [...own, ...inputs.paths.filter((path) => !path.includes(MODULES) && !isOwn(path))].find(
    (path) => isInside(path, root) && !isInside(path, folder) && !isInside(path, beside),
  )
  return stray === undefined ? null : `it takes ${relative(root, stray)} from the working tree`
}

/** What a module of the project's own is called; undefined for an installed one, and for one of flamegate's. */
export function nameOfModule(url: string, places: CodePlaces): string | undefined {
  const path = fileURLToPath(url)
  return path.includes(MODULES) || isOwn(path) ? undefined : nameFile(url, places)
}

function isOwn(path: string): boolean {
  return OWN.some((folder) => path.startsWith(folder)) || STRIPPER.test(path)
}

function isOfProject(path: string, { root, folder }: CodePlaces): boolean {
  return isInside(path, root) || isInside(path, folder) || packageOf(pathToFileURL(path).href) !== undefined
}

/** Whether a path is a folder's own, or below it. */
export function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

/** What a file is called in every version, wherever that is checked out. */
function nameFile(url: string, { root, folder }: CodePlaces): string {
  const name = nameInPackage(url)
  // A package without a name has an empty one.
  if (name !== url) return name.replace(/^\//, '')
  const path = fileURLToPath(url)
  return pathFrom(folder, path) ?? pathFrom(root, path) ?? url
}

/** With slashes; null for what lies outside. */
function pathFrom(folder: string, path: string): string | null {
  return isInside(path, folder) ? relative(folder, path).split(sep).join('/') : null
}

function sortKeys<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}
