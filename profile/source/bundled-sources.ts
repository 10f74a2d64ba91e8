// Sources of bundles, which name them by the bundler's own kinds of URL, where this machine has them.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathOfUrl, toFileUrl } from '../model/file-url.ts'

/** `webpack://name/./path?hash`, `webpack:///path`, `turbopack:///[project]/path`. */
const BUNDLED = /^(?:webpack|turbopack):\/\/([^/]*)\/(?:\[project\]\/)?(?:\.\/)?([^?]+)/

/**
 * The file that a bundler's URL is about: of the package that bundled it, above the bundle, or of a package installed there.
 * @returns the URL as it is, where there is no such file
 */
export function findBundledSource(source: string, bundleUrl: string): string {
  const [, owner, path] = BUNDLED.exec(source) ?? []
  const bundle = path === undefined ? undefined : pathOfUrl(bundleUrl)
  if (bundle === undefined) return source
  for (let folder = dirname(bundle); ; folder = dirname(folder)) {
    const isOwner = owner === '' ? nameIn(folder) !== undefined : nameIn(folder) === owner
    const found = [
      ...(isOwner ? [join(folder, path!)] : []),
      ...(owner === '' ? [] : [join(folder, 'node_modules', owner!, path!)]),
    ].find(existsSync)
    if (found !== undefined) return toFileUrl(found)
    if (folder === dirname(folder)) return source
  }
}

/** Of a package whose folder it is. Build folders have a nameless `package.json`. */
function nameIn(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
