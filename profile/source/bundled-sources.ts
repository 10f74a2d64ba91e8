// Sources of bundles, which name them by the bundler's own kinds of URL, where this machine has them.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileUrlOf, pathOfUrl } from '../model/file-url.ts'
import { packageOf } from './packages.ts'

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
    // Build folders have a nameless package.json.
    const own = packageOf(fileUrlOf(join(folder, 'package.json')))
    const isOwner = own?.folder === folder && own.name !== '' && (owner === '' || own.name === owner)
    const found = [
      ...(isOwner ? [join(folder, path!)] : []),
      ...(owner === '' ? [] : [join(folder, 'node_modules', owner!, path!)]),
    ].find(existsSync)
    if (found !== undefined) return fileUrlOf(found)
    if (folder === dirname(folder)) return source
  }
}
