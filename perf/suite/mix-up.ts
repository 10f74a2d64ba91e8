// Whether a version of the project ran its own code, and nothing of the other's: what was compared otherwise is one version twice.
import { realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOwnCode } from '../../profile/model/category.ts'
import { isPerfFile, perfFolderOf } from './perf-files.ts'

/** What a version ran, and where versions are. */
export interface RanFiles {
  /** Of all scripts that were loaded. */
  readonly urls: readonly string[]
  /** The version's own folder. */
  readonly folder: string
  /** The working tree, whose code it must not run. */
  readonly root: string
}

/**
 * Why a version's measurement would say nothing about that version: it ran a file of the working tree, or none of its own. Perf
 * files, and what lies in a perf or bench folder with them, may be anybody's. Undefined where all is well.
 */
export function findMixUp({ urls, folder, root }: RanFiles): string | undefined {
  const files = urls
    .filter((url) => url.startsWith('file:') && !isOwnCode(url))
    .map((url) => fileURLToPath(url))
  const own = realpathSync(folder)
  const isOwn = (file: string) => codeIn(own, file) !== undefined
  const foreign = files
    .filter((file) => !isOwn(file))
    .flatMap((file) => codeIn(realpathSync(root), file) ?? [])
  if (foreign.length > 0) {
    return `it would run ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''} of the working tree`
  }
  return files.some(isOwn) ? undefined : 'it would run no file of its own: there is nothing to compare'
}

/** What a file of measured code is called in a folder; undefined where it is not in there, or is installed, or of perf files. */
function codeIn(folder: string, file: string): string | undefined {
  const path = relative(folder, file).split(sep).join('/')
  if (path === '' || path.startsWith('../') || /^[A-Za-z]:/.test(path)) return undefined
  if (path.split('/').includes('node_modules')) return undefined
  return isPerfFile(path) || perfFolderOf(path) !== undefined ? undefined : path
}
