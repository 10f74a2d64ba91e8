// The words and signs of a source text, as far as each function has them of its own.
import { type Token as ParserToken, tokenizer } from 'acorn'

/** A word or sign of a source text. Comments and white space are none. */
export interface Token {
  readonly text: string
  readonly offset: number
  readonly isName: boolean
}

/** A stretch of source, end excluded. */
export interface Stretch {
  readonly startOffset: number
  readonly endOffset: number
}

/** @param plain the text that they are of */
export function toTokens(tokens: ParserToken[], plain: string): Token[] {
  return tokens
    .filter(({ start, end }) => start < end)
    .map(({ type: { label, keyword }, start, end }) => ({
      text: plain.slice(start, end),
      offset: start,
      // A word that the language uses may be the name of a property.
      isName: label === 'name' || label === 'privateId' || keyword !== undefined,
    }))
}

/** The tokens of a text that need not be a program: a character that begins no token is skipped. */
export function guessTokens(text: string): Token[] {
  const found: Token[] = []
  for (let start = 0; start < text.length; ) {
    const rest = text.slice(start)
    const tokens: ParserToken[] = []
    const end = readTokens(rest, tokens)
    found.push(...toTokens(tokens, rest).map((token) => ({ ...token, offset: token.offset + start })))
    start += Math.max(1, end)
  }
  return found
}

/** @returns where the text goes on that could not be read */
function readTokens(text: string, tokens: ParserToken[]): number {
  try {
    for (const token of tokenizer(text, { ecmaVersion: 'latest' })) tokens.push(token)
    return text.length
  } catch (error) {
    // Acorn's faults have the place where the token would begin.
    return (error as { readonly pos?: number }).pos ?? text.length
  }
}

/**
 * The tokens that each of some functions has of its own, that is, without those of the functions inside it.
 * @param tokens in order of place
 */
export function ownTokens<Fn extends Stretch>(
  tokens: readonly Token[],
  functions: readonly Fn[],
): Map<Fn, Token[]> {
  const found = new Map<Fn, Token[]>()
  const open = new OpenFunctions(functions)
  for (const token of tokens) {
    const owner = open.at(token.offset)
    if (owner === undefined) continue
    const own = found.get(owner)
    if (own === undefined) found.set(owner, [token])
    else own.push(token)
  }
  return found
}

/** The innermost function at offsets that only grow. */
class OpenFunctions<Fn extends Stretch> {
  readonly #waiting: Fn[]
  readonly #open: Fn[] = []

  constructor(functions: readonly Fn[]) {
    // Outer before inner, so that the last one opened is the innermost; the first to start is taken from the end.
    this.#waiting = [...functions].sort((a, b) => b.startOffset - a.startOffset || a.endOffset - b.endOffset)
  }

  at(offset: number): Fn | undefined {
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
