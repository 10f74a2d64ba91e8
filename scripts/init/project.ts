// What a project is, as far as flamegate can be set up in it: package manager, benches, app.
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { FlamegateError, messageOf } from '../../perf/errors.ts'
import { git } from '../../perf/git/git.ts'
import { findManager, type PackageManager } from '../../perf/git/package-manager.ts'
import { isPerfFile, listFiles } from '../../perf/suite/perf-files.ts'

/** A file that perf files can import. Paths are relative to the project, with slashes. */
export interface Importable {
  readonly path: string
  /** Whether it is taken by `require`. */
  readonly isCommonJs: boolean
}

/** An app that does not listen when it is imported. */
export interface FoundApp extends Importable {
  /** The first of its paths that has no parameters; undefined where none is seen. */
  readonly route: string | undefined
}

/** A project as it is found. */
export interface FoundProject {
  readonly root: string
  readonly manifest: Manifest
  readonly manifestText: string
  readonly manager: PackageManager
  /** Where the git repository begins; undefined where there is none. */
  readonly top: string | undefined
  /** Perf files and benches that are there. */
  readonly benches: readonly string[]
  readonly app: FoundApp | undefined
  /** A file that makes an app, and listens as soon as it is imported. */
  readonly listening: string | undefined
  /** What the package is imported by, where there is no app. */
  readonly entry: Importable | undefined
}

/** What is read of package.json. */
export interface Manifest {
  readonly name?: string
  readonly type?: string
  readonly main?: string
  readonly scripts?: Readonly<Record<string, string>>
}

const CODE = /\.[mc]?[jt]s$/
const APP_FILE = /^(?:[^/]+\/){0,2}(?:app|server|index|main)\.[mc]?[jt]s$/
const MAKES_APP = /\b(?:express|fastify|Fastify)\s*\(|\bnew (?:Koa|Hono)\s*[(<]/
const EXPORTS = /\bmodule\.exports\s*=|\bexport default\b/
const LISTENS = /\.listen\s*\(|\bserve\s*\(/
/** What is done only where the file is the program itself. */
const IF_MAIN = /require\.main\s*===?\s*module|import\.meta\.main|process\.argv\[1\]/
const ROUTE = /\.get\(\s*['"`](\/[^'"`:*{$]*)['"`]/

/** @throws FlamegateError 'no-project' where there is no package.json, or none that can be read */
export async function findProject(root: string): Promise<FoundProject> {
  const manifestText = await readFile(join(root, 'package.json'), 'utf8').catch((cause: unknown) => {
    throw new FlamegateError('bad-config', `there is no package.json in ${root}`, {
      hint: 'go to the folder of your package, or make one there (npm init)',
      cause,
    })
  })
  const manifest = parseManifest(manifestText, root)
  const files = await listFiles(root)
  const apps = await readApps(root, files, manifest)
  const [top, manager] = [await topOf(root), await findManager(root)]
  return {
    root,
    manifest,
    manifestText,
    manager,
    top,
    benches: files.filter(isPerfFile).sort(),
    app: apps.find(({ listens }) => !listens)?.app,
    listening: apps.find(({ listens }) => listens)?.app.path,
    entry: findEntry(files, manifest),
  }
}

function parseManifest(text: string, root: string): Manifest {
  try {
    return JSON.parse(text) as Manifest
  } catch (cause) {
    throw new FlamegateError('bad-config', `${join(root, 'package.json')}: ${messageOf(cause)}`, { cause })
  }
}

function topOf(root: string): Promise<string | undefined> {
  return git(root, 'rev-parse', '--show-toplevel').catch(() => undefined)
}

async function readApps(root: string, files: readonly string[], manifest: Manifest) {
  const candidates = files.filter((path) => APP_FILE.test(path) && !isPerfFile(path))
  const found = await Promise.all(
    candidates.sort(byDepth).map(async (path) => {
      const text = await readFile(join(root, path), 'utf8').catch(() => '')
      if (!MAKES_APP.test(text) || !EXPORTS.test(text)) return []
      const [, route] = ROUTE.exec(text) ?? []
      const listens = LISTENS.test(text) && !IF_MAIN.test(text)
      return [{ app: { path, isCommonJs: isCommonJs(path, manifest, text), route }, listens }]
    }),
  )
  return found.flat()
}

/** What package.json names, where it is in the project as it is; else the usual names. */
function findEntry(files: readonly string[], manifest: Manifest): Importable | undefined {
  const main = manifest.main?.replace(/^\.\//, '')
  const usual = files
    .filter((path) => /^(?:src\/|lib\/)?(?:index|main)\.[mc]?[jt]s$/.test(path))
    .sort(byDepth)
  const code = files
    .filter((path) => /^(?:src|lib)\//.test(path) && CODE.test(path) && !isTest(path))
    .sort(byDepth)
  const path = [main, ...usual, ...code].find((one) => one !== undefined && files.includes(one))
  return path === undefined ? undefined : { path, isCommonJs: isCommonJs(path, manifest, '') }
}

function isTest(path: string): boolean {
  return /[._](?:test|spec|d)\.[mc]?[jt]s$/.test(path) || isPerfFile(path)
}

function byDepth(a: string, b: string): number {
  return a.split('/').length - b.split('/').length || (a < b ? -1 : 1)
}

function isCommonJs(path: string, { type }: Manifest, text: string): boolean {
  if (/\.m[jt]s$/.test(path) || /^\s*(?:import|export)\b/m.test(text)) return false
  return /\.c[jt]s$/.test(path) || (type !== 'module' && path.endsWith('.js'))
}

/** What is before a path of the project in its repository: empty, or `apps/api/`. */
export function prefixIn({ root, top }: Pick<FoundProject, 'root' | 'top'>): string {
  const path = top === undefined ? '' : relative(top, root).split(sep).join('/')
  return path === '' ? '' : `${path}/`
}

/** From one file to another, as it is imported. */
export function specifierFrom(file: string, to: string): string {
  const path = relative(dirname(file), to).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}
