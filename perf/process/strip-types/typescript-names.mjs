// Files by the names that TypeScript knows them by, where Node finds nothing: `./price.js` of price.ts, `./price`, and what
// `paths` of a tsconfig says.
import fs from 'node:fs'
import Module, * as moduleApi from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { addModuleHooks } from '../../../profile/process/module-hooks.mjs'

const { statSync } = fs
const require = moduleApi.createRequire(import.meta.url)

/** Resolves when names are found. */
export async function addTypeScriptNames() {
  if (moduleApi.registerHooks !== undefined) {
    moduleApi.registerHooks({ resolve: resolveOr })
    return
  }
  await addModuleHooks(new URL('./typescript-names-hooks.mjs', import.meta.url).href)
  const resolveFilename = Module._resolveFilename
  Module._resolveFilename = function (request, parent, ...rest) {
    try {
      return resolveFilename.call(this, request, parent, ...rest)
    } catch (error) {
      const parentURL = parent?.filename ? pathToFileURL(parent.filename).href : undefined
      return findFile(error, request, parentURL) ?? fail(error)
    }
  }
}

/** @throws what Node throws, where there is no such file either */
export function resolveOr(specifier, context, nextResolve) {
  try {
    const found = nextResolve(specifier, context)
    return typeof found?.then === 'function'
      ? found.catch((error) => findOr(error, specifier, context))
      : found
  } catch (error) {
    return findOr(error, specifier, context)
  }
}

function findOr(error, specifier, { parentURL }) {
  const path = findFile(error, specifier, parentURL)
  return path === undefined ? fail(error) : { url: pathToFileURL(path).href, shortCircuit: true }
}

function fail(error) {
  throw error
}

const NOT_FOUND = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']

function findFile(error, specifier, parentURL) {
  if (!NOT_FOUND.includes(error?.code) || !parentURL?.startsWith('file:')) return undefined
  const parent = fileURLToPath(parentURL)
  if (/[/\\]node_modules[/\\]/.test(parent)) return undefined
  if (specifier.startsWith('file:')) return findSource(fileURLToPath(specifier))
  if (/^\.{0,2}\//.test(specifier)) return findSource(join(dirname(parent), specifier))
  return byPaths(parent, specifier).map(findSource).find(Boolean)
}

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/** The file that a path means: itself, its TypeScript, or that of a name without an ending, also of a folder. */
function findSource(path) {
  const written = path.replace(/\.([mc]?)js$/, '.$1ts')
  const guesses = [
    path,
    written,
    ...EXTENSIONS.map((end) => path + end),
    ...EXTENSIONS.map((end) => join(path, `index${end}`)),
  ]
  return guesses.find(isFile)
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

const matchers = new Map()

/** Where `paths` of the nearest tsconfig lead. */
function byPaths(parent, specifier) {
  const folder = dirname(parent)
  if (!matchers.has(folder)) {
    const { createPathsMatcher, getTsconfig } = require('get-tsconfig')
    const tsconfig = getTsconfig(folder)
    matchers.set(folder, tsconfig === null ? undefined : createPathsMatcher(tsconfig))
  }
  return matchers.get(folder)?.(specifier) ?? []
}
