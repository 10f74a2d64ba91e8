import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package that a file belongs to. */
export interface SourcePackage {
  readonly name: string
  /** Null where its package.json has none. */
  readonly version: string | null
  readonly folder: string
}

const packages = new Map<string, SourcePackage | undefined>()

/**
 * The package of a file: the nearest folder above it whose package.json has a name; where none has, the nearest that has a
 * package.json, with an empty name. Undefined for what is no file, or in no package.
 */
export function packageOf(url: string): SourcePackage | undefined {
  if (!url.startsWith('file:')) return undefined
  return findPackage(dirname(fileURLToPath(url)))
}

/**
 * What a file is called wherever its package is: `qs/lib/parse.js`. So two versions of a program, in two folders, have equal
 * names for equal files. Anything else keeps its URL.
 */
export function nameInPackage(url: string): string {
  const owner = packageOf(url)
  if (owner === undefined) return url
  return `${owner.name}/${relative(owner.folder, fileURLToPath(url)).split(sep).join('/')}`
}

function findPackage(folder: string): SourcePackage | undefined {
  if (!packages.has(folder)) {
    const own = readPackage(folder)
    const above = dirname(folder)
    const outer = own?.name || above === folder ? undefined : findPackage(above)
    packages.set(folder, outer?.name ? outer : (own ?? outer))
  }
  return packages.get(folder)
}

function readPackage(folder: string): SourcePackage | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name?: unknown
      version?: unknown
    }
    return {
      name: typeof name === 'string' ? name : '',
      version: typeof version === 'string' ? version : null,
      folder,
    }
  } catch {
    return undefined
  }
}
