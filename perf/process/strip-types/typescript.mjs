// TypeScript files as Node versions that strip types would take them: which kind of module each is, and what is left of it.
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { stripTypes } from '../../../profile/source/strip-types.mjs'
import { transformTypes } from '../../../profile/source/transform-types.mjs'

/** As Node has it, whatever is done to `fs` later. */
const { readFileSync } = fs

export const TYPESCRIPT = /\.[mc]?ts$/

/** @param {string} path of a TypeScript file */
export function readTypeScript(path) {
  const text = readFileSync(path, 'utf8')
  const source = transformTypes(text, path) ?? stripTypes(text, path)
  return { format: formatOf(path, source), source }
}

/**
 * The same of a file whose types cannot be blanked out; undefined for others.
 * @param {string} path of a TypeScript file
 */
export function readTransformed(path) {
  const source = transformTypes(readFileSync(path, 'utf8'), path)
  return source === undefined ? undefined : { format: formatOf(path, source), source }
}

/** By its name, by the package that it is in, else by its syntax. */
function formatOf(path, source) {
  if (path.endsWith('.mts')) return 'module'
  if (path.endsWith('.cts')) return 'commonjs'
  const type = packageType(dirname(path))
  if (type !== undefined) return type
  return /^\s*(import\b(?!\s*\()|export\b)/m.test(source) ? 'module' : 'commonjs'
}

const packageTypes = new Map()

/** What the nearest package.json says; undefined where it says nothing. As Node does, it is read once. */
function packageType(folder) {
  if (!packageTypes.has(folder)) packageTypes.set(folder, readPackageType(folder))
  return packageTypes.get(folder)
}

function readPackageType(folder) {
  try {
    const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return type === 'module' || type === 'commonjs' ? type : undefined
  } catch {
    const above = dirname(folder)
    return above === folder ? undefined : packageType(above)
  }
}
