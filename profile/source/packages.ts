// Which package a file belongs to.
import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pathOfUrl, showUrl } from '../model/file-url.ts'

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
  const path = pathOfUrl(url)
  return path === undefined ? undefined : findPackage(dirname(path))
}

/**
 * What a file is called wherever its project is: an installed one by its path from the outermost `node_modules`, so that two
 * copies of a package stay two; any other one by its package and its path in there. So two versions of a program, in two
 * folders, have equal names for equal files. What is no file keeps its URL.
 */
export function nameInPackage(url: string): string {
  if (!url.startsWith('file:')) return url
  const path = showUrl(url).replaceAll('\\', '/')
  // pnpm's paths name versions: there the innermost package is all that stays the same.
  const installed = path.includes('/.pnpm/') ? path.lastIndexOf(MODULES) : path.indexOf(MODULES)
  if (installed >= 0) return path.slice(installed + MODULES.length)
  const [file, owner] = [pathOfUrl(url), packageOf(url)]
  if (file === undefined || owner === undefined) return url
  return `${owner.name}/${relative(owner.folder, file).split(sep).join('/')}`
}

const MODULES = '/node_modules/'

const types = new Map<string, string>()

/** How Node takes a `.js` file: the `type` of the nearest package.json above it, `''` where there is none. */
export function moduleTypeOf(url: string): string {
  const find = (folder: string): string => {
    const known = types.get(folder)
    if (known !== undefined) return known
    const own = readManifest(folder)
    const above = dirname(folder)
    const type = own === undefined && above !== folder ? find(above) : String(own?.type ?? '')
    types.set(folder, type)
    return type
  }
  const path = pathOfUrl(url)
  return path === undefined ? '' : find(dirname(path))
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
  const manifest = readManifest(folder)
  if (manifest === undefined) return undefined
  const { name, version } = manifest
  return {
    name: typeof name === 'string' ? name : '',
    version: typeof version === 'string' ? version : null,
    folder,
  }
}

/** A folder's package.json; undefined where there is none that can be read. */
function readManifest(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  } catch {
    return undefined
  }
}
