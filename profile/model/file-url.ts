// Files by URL: what profiles call them, where they are on this machine, and how they are shown.
import { homedir } from 'node:os'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const WINDOWS_PATH = /^[A-Za-z]:[\\/]/
const WINDOWS_URL = /^file:\/\/\/[A-Za-z]:\//i

/**
 * What a profiler calls a file, as a URL: bare paths of this system and of Windows become `file:` URLs, and everything else
 * stays as it is. V8 tells the path of some modules and the URL of others.
 */
export function toFileUrl(named: string): string {
  if (named.startsWith('/') && !named.startsWith('//')) return urlOfPath(named)
  if (WINDOWS_PATH.test(named)) return urlOfPath(`/${named.replaceAll('\\', '/')}`)
  return named.startsWith('file:') && named.includes('\\') ? named.replaceAll('\\', '/') : named
}

/** `pathToFileURL`, for the paths of both systems on both. */
function urlOfPath(path: string): string {
  const escaped = path.replace(/[%?#\\\t\n\r]/g, encodeURIComponent)
  try {
    return new URL(`file://${escaped}`).href
  } catch {
    return path
  }
}

/** Where a file is on this machine; undefined for what is no path of this system. */
export function pathOfUrl(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  try {
    if (process.platform !== 'win32' && WINDOWS_URL.test(url)) return undefined
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

/** A file's path as its own system writes it; what is no path stays a URL. */
export function showUrl(url: string): string {
  const path = pathOfUrl(url)
  if (path !== undefined) return path
  if (!WINDOWS_URL.test(url)) return url
  try {
    return decodeURIComponent(new URL(url).pathname.slice(1)).replaceAll('/', '\\')
  } catch {
    return url
  }
}

/** A file below a folder by its path from there, with slashes; another one by its own path, and no file by its URL. */
export function shortenUrl(url: string, root: string): string {
  const path = pathOfUrl(url)
  if (path === undefined) return showUrl(url)
  const below = relative(root, path)
  return isOutside(below) ? path : below.split(sep).join('/')
}

/** Packages of a workspace are two folders away from each other. */
const MOST_STEPS_UP = 2

/** As {@link shortenUrl}, and a file beside the folder by its path from there, as packages of a workspace are to each other. */
export function workspaceUrl(url: string, root: string): string {
  const path = pathOfUrl(url)
  const way = path === undefined ? '' : relative(root, path)
  const down = way.split(sep).findIndex((part) => part !== '..')
  // Never from the top of the disk, below which everything is.
  const mostUp = Math.min(MOST_STEPS_UP, resolve(root).split(sep).filter(Boolean).length - 2)
  const isBeside = down > 0 && down <= mostUp && !isAbsolute(way)
  return isBeside ? way.split(sep).join('/') : shortenUrl(url, root)
}

/** Where a function's code is from, as it is shown; several scripts of one name, or of none, are told apart. */
export function shownFile(
  { url, script }: { readonly url: string; readonly script?: string },
  shorten: (url: string) => string,
): string {
  if (script === undefined) return url === '' ? '' : shorten(url)
  return url === '' ? `eval (script ${script})` : `${url} (script ${script})`
}

/** Whether a file lies in a folder. */
export function isBelow(url: string, folder: string): boolean {
  const path = pathOfUrl(url)
  return path !== undefined && !isOutside(relative(folder, path))
}

function isOutside(below: string): boolean {
  return below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)
}

const HOME_FOLDERS = /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|[A-Za-z]:\\Users\\[^\\]+)(?=[/\\]|$)/

/**
 * As {@link shortenUrl}, for what is shown to others: nobody's home folder is in it. Installed packages are called from
 * `node_modules` on.
 */
export function shareableUrl(url: string, root: string): string {
  const shown = shortenUrl(url, root)
  const isFile = url.startsWith('file:')
  if (!isFile || (pathOfUrl(url) !== undefined && !isAbsolute(shown))) return shown
  const installed = shown.search(/[/\\]node_modules[/\\]/)
  if (installed >= 0) return shown.slice(installed + 1).replaceAll('\\', '/')
  const home = homedir()
  if (home.length > 1 && shown.startsWith(home + sep)) return `~${shown.slice(home.length)}`
  return withoutHome(shown)
}

function withoutHome(shown: string): string {
  if (!shown.startsWith('file:')) return shown.replace(HOME_FOLDERS, '~')
  return shown.replace(/^file:\/\/[^/]*\/(?:home|Users)\/[^/]+(?=\/)/, 'file:///~')
}

/** The URL of a path of this system. */
export function fileUrlOf(path: string): string {
  return pathToFileURL(path).href
}
