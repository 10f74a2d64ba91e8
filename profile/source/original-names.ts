// What functions of compiled code are called in their sources.
import { sourceContentFor, type TraceMap, traceSegment } from '@jridgewell/trace-mapping'
import { type FunctionNames, readFunctionNames } from './code/function-names.ts'
import type { MappedFile } from './source-map.ts'
import { readSourceText } from './source-text.ts'

/** A function where V8 has it, and where that is in its source. */
export interface MappedPosition {
  /** As V8 calls it. */
  readonly name: string
  /** In the compiled text, both from 1. */
  readonly line: number
  readonly column: number
  readonly source: string
  /** From 1. */
  readonly sourceLine: number
  /** From 0. */
  readonly sourceColumn: number
}

/**
 * Names of functions in the words of their sources: what the map's scopes call them, else what the source has at that place,
 * else what the map calls the variable or property that the function is bound to, else V8's own name. A map's name at the place itself is often that of a parameter.
 */
export class OriginalNames {
  readonly #sources = new Map<string, FunctionNames | undefined>()
  readonly #maps = new WeakMap<TraceMap, Map<string, FunctionNames | undefined>>()

  nameOf(position: MappedPosition, file: MappedFile): string {
    const { name, line, column } = position
    // The top level has no name, whatever begins there; and V8 has names of its own for parts of classes.
    if (name.startsWith('<') || (name === '' && line === 1 && column <= 1)) return name
    const scoped = nameByScope(position, file)
    if (scoped) return scoped
    const written = this.#namesOf(position.source, file.map)?.at(position.sourceLine, position.sourceColumn)
    if (written) return written
    if (name === '') return ''
    return nameOfBinding(position, file) ?? name
  }

  #namesOf(source: string, map: TraceMap): FunctionNames | undefined {
    const known = this.#maps.get(map) ?? new Map<string, FunctionNames | undefined>()
    this.#maps.set(map, known)
    if (!known.has(source)) {
      const text = sourceContentFor(map, source)
      known.set(source, text === null ? this.namesIn(source) : readFunctionNames(text, source))
    }
    return known.get(source)
  }

  /** The names in a source file; undefined where it is not there, or cannot be read. */
  namesIn(url: string): FunctionNames | undefined {
    if (!this.#sources.has(url)) {
      const text = readSourceText(url)
      this.#sources.set(url, text === undefined ? undefined : readFunctionNames(text, url))
    }
    return this.#sources.get(url)
  }
}

/** What may stand in a function before its parameters, where V8 has it: anything but a body or parameters. */
const HEADER = /^[^(){};=]*$/

/** The name by the scope around the position; undefined where that is the scope of a function further out. */
function nameByScope({ line, column }: MappedPosition, { scopes, text }: MappedFile): string | undefined {
  const found = scopes?.functionAt({ line: line - 1, column: column - 1 })
  if (found === undefined) return undefined
  const { start, name } = found
  if (start.line === line - 1 && start.column === column - 1) return name
  const [first, last] = [startOfLine(text, start.line + 1), startOfLine(text, line)]
  const isKnown = text !== '' && first >= 0 && last >= 0
  return isKnown && HEADER.test(text.slice(first + start.column, last + column - 1)) ? name : undefined
}

/** What stands before a function that is bound: `name =`, `name:`, `function name`, `name`, up to the place that V8 tells. */
const BOUND =
  /([\p{ID_Start}$_#][\p{ID_Continue}$]*)\s*(?:[=:]\s*)?(?:async\b\s*)?(?:function\b\s*\*?\s*)?\(?$/u
/** As far back as a name is looked for. */
const REACH = 200

/** The map's name for the word that V8 took the function's name from; undefined where the map has none for it. */
function nameOfBinding(
  { name, line, column }: MappedPosition,
  { map, text }: MappedFile,
): string | undefined {
  const lineStart = startOfLine(text, line)
  if (lineStart < 0) return undefined
  const before = text.slice(Math.max(lineStart, lineStart + column - 1 - REACH), lineStart + column - 1)
  const found = BOUND.exec(before)
  const [prefix = '', word] = /^(?:(get |set ))?(.*)$/s.exec(name)?.slice(1) ?? []
  if (found === null || found[1] !== word?.split('.').at(-1)) return undefined
  const wordColumn = column - 1 - before.length + found.index
  const segment = traceSegment(map, line - 1, wordColumn)
  // A segment that begins before the word is not about it.
  if (segment === null || segment.length !== 5 || segment[0] !== wordColumn) return undefined
  return `${prefix}${map.names[segment[4]]}`
}

function startOfLine(text: string, line: number): number {
  let start = 0
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start)
    if (next < 0) return -1
    start = next + 1
  }
  return start
}
