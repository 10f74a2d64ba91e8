// The code of a file that does not parse: what its tokens and V8's function boundaries let one guess.

import type { SourceFile, SourceFunction } from '../source-functions.ts'
import type { FileCode, Mention } from './file-code.ts'
import { guessTokens, ownTokens, type Token } from './tokens.ts'

/** A function's own name stands in its first few tokens: `static async *name(`. */
const HEAD_TOKENS = 6

/** Every name counts as a mention, and one before a parenthesis as a call. Definitions are not known, and types are code. */
export class GuessedCode implements FileCode {
  readonly definitions: ReadonlyMap<string, string> = new Map()
  readonly #tokens: ReadonlyMap<SourceFunction, readonly Token[]>

  constructor({ text, functions }: SourceFile) {
    this.#tokens = ownTokens(guessTokens(text), functions)
  }

  tokensOf(fn: SourceFunction): readonly Token[] {
    return this.#tokens.get(fn) ?? []
  }

  textOf(fn: SourceFunction): string {
    const tokens = this.tokensOf(fn)
    const own = findOwnName(fn, tokens)
    return tokens.map(({ text }, i) => (i === own ? '' : text)).join(' ')
  }

  mentionsOf(fn: SourceFunction): Mention[] {
    const tokens = this.tokensOf(fn)
    const own = findOwnName(fn, tokens)
    return tokens.flatMap(({ text, offset, isName }, i) => {
      if (!isName || i === own) return []
      return [{ name: text, offset, use: isCalled(tokens, i) ? 'call' : 'read and write' }]
    })
  }
}

/** V8 calls functions `Parser.parse` and `get size` as well. */
function findOwnName({ name }: SourceFunction, tokens: readonly Token[]): number {
  const last = name.split(/[. ]/).at(-1)
  return tokens.slice(0, HEAD_TOKENS).findIndex(({ text }) => text === last)
}

function isCalled(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text
  return next === '(' || (next === '?.' && tokens[at + 2]?.text === '(')
}
