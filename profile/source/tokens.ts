import jsTokens from 'js-tokens'
import type { SourceFile, SourceFunction } from './source-functions.ts'
import type { Sources } from './sources.ts'

/** A word or sign of a source text. */
export interface Token {
  readonly text: string
  readonly offset: number
  readonly isName: boolean
}

/** What the language does not read. */
const SILENT: ReadonlySet<string> = new Set([
  'WhiteSpace',
  'LineTerminatorSequence',
  'SingleLineComment',
  'MultiLineComment',
  'HashbangComment',
])

/**
 * The tokens that a file's functions have of their own, that is, without those of the functions inside them, in order of
 * place. Comments and white space are no tokens.
 */
export function tokensByFunction(file: SourceFile): ReadonlyMap<SourceFunction, readonly Token[]> {
  const known = cache.get(file) ?? readTokens(file)
  cache.set(file, known)
  return known
}

/** The tokens of one function; none where its file is not known. */
export function ownTokens(fn: SourceFunction, sources: Sources): readonly Token[] {
  const file = sources.file(fn.url)
  return file === undefined ? [] : (tokensByFunction(file).get(fn) ?? [])
}

const cache = new WeakMap<SourceFile, ReadonlyMap<SourceFunction, readonly Token[]>>()

function readTokens(file: SourceFile): Map<SourceFunction, Token[]> {
  const found = new Map<SourceFunction, Token[]>()
  const open = new OpenFunctions(file.functions)
  let offset = 0
  for (const { type, value } of jsTokens(file.text)) {
    if (!SILENT.has(type)) {
      const owner = open.at(offset)
      if (owner !== undefined) {
        const token = {
          text: value,
          offset,
          isName: type === 'IdentifierName' || type === 'PrivateIdentifier',
        }
        const tokens = found.get(owner)
        if (tokens === undefined) found.set(owner, [token])
        else tokens.push(token)
      }
    }
    offset += value.length
  }
  return found
}

/** The innermost function at offsets that only grow. */
class OpenFunctions {
  readonly #waiting: SourceFunction[]
  readonly #open: SourceFunction[] = []

  constructor(functions: readonly SourceFunction[]) {
    // Outer before inner, so that the last one opened is the innermost; the first to start is taken from the end.
    this.#waiting = [...functions].sort((a, b) => b.startOffset - a.startOffset || a.endOffset - b.endOffset)
  }

  at(offset: number): SourceFunction | undefined {
    while (this.#waiting.length > 0 && this.#waiting.at(-1)!.startOffset <= offset) {
      this.#close(this.#waiting.at(-1)!.startOffset)
      this.#open.push(this.#waiting.pop()!)
    }
    this.#close(offset)
    return this.#open.at(-1)
  }

  #close(offset: number): void {
    while (this.#open.length > 0 && this.#open.at(-1)!.endOffset <= offset) this.#open.pop()
  }
}
