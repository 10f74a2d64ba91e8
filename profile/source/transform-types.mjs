// TypeScript that is more than types, as enums, parameter properties and decorators are: JavaScript in its place, with a map to
// the author's lines. Plain JavaScript: it is what lets a process load such files at all.
import { execFileSync } from 'node:child_process'
import * as moduleApi from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadSwc, quietly, stripTypes } from './strip-types.mjs'
import { cachedText } from './text-cache.mjs'

const TYPESCRIPT = /(?<!\.d)\.[mc]?ts$/
/** One of them has to be there; strings and comments may have them, too. */
const MARKS =
  /\b(?:enum|namespace|module)\s+[\w$'"]|\bconstructor\b[\s\S]*\b(?:private|public|protected|readonly|override)\b|\bimport\s+\w+\s*=|\bexport\s*=/
const DECORATOR = /^[ \t]*(?:export[ \t]+(?:default[ \t]+)?)?@[A-Za-z_$][\w$.]*[ \t]*(?:\(|$|[A-Za-z_$@])/m
/** Comments and templates, whose lines may begin as decorators do. */
const ASIDE = /\/\*[\s\S]*?\*\/|`(?:\\[\s\S]|[^`\\])*`/g
const WORKER = fileURLToPath(new URL('./transform-worker.mjs', import.meta.url))

/**
 * What runs in the place of a file's text: the text itself, but for TypeScript whose types cannot be blanked out.
 * @param {string} text
 * @param {string} path
 * @throws SyntaxError where nothing that is installed can transform it
 */
export function textThatRuns(text, path) {
  return transformTypes(text, path) ?? text
}

/** JavaScript with a map; undefined for a text whose types can be blanked out, or that is no TypeScript. */
export function transformTypes(text, path) {
  if (!TYPESCRIPT.test(path)) return undefined
  const isDecorated = DECORATOR.test(text) && DECORATOR.test(text.replaceAll(ASIDE, ''))
  if (!isDecorated && !(MARKS.test(text) && !isStrippable(text, path))) return undefined
  return cachedText('transform-types', JSON.stringify([path, text]), () => transform(text, path, isDecorated))
}

const strippable = new Map()

function isStrippable(text, path) {
  const known = strippable.get(text)
  if (known !== undefined) return known
  try {
    stripTypes(text, path)
    strippable.set(text, true)
  } catch {
    strippable.set(text, false)
  }
  return strippable.get(text)
}

/** Node's own where it has one, SWC's where that is installed; for decorators, and else, what the project has. */
function transform(text, path, isDecorated) {
  const url = pathToFileURL(path).href
  const own = isDecorated ? undefined : (transformByNode(text, url) ?? transformBySwc(text, url))
  return own ?? transformByProject(text, path)
}

function transformByNode(text, url) {
  try {
    const options = { mode: 'transform', sourceMap: true, sourceUrl: url }
    return quietly(() => moduleApi.stripTypeScriptTypes(text, options)).replace(
      /\n*\/\/# sourceURL=.*\s*$/,
      '\n',
    )
  } catch {
    // Node has none, since 26 not any more, or this is beyond it.
    return undefined
  }
}

function transformBySwc(text, url) {
  try {
    const { code, map } = loadSwc().transformSync(text, { mode: 'transform', sourceMap: true, filename: url })
    return withMap(code, map)
  } catch {
    return undefined
  }
}

/** In a process of its own: a compiler is no part of what is measured. */
function transformByProject(text, path) {
  try {
    return execFileSync(process.execPath, [WORKER, path], {
      input: text,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  } catch (cause) {
    const [fact = String(cause)] = String(cause.stderr ?? '').split('\n')
    throw new SyntaxError(`${path}: ${fact}`, { cause })
  }
}

/** @param {string} map as JSON */
export function withMap(code, map) {
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`
}
