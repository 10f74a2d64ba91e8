// Where a text defines its functions, by the look of its words: for files in any language that becomes JavaScript.
import { guessTokens, type Token } from './tokens.ts'

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A text whose functions are looked for by name. */
export class Definitions {
  readonly #text: string
  readonly #lineStarts: readonly number[]
  #byName: ReadonlyMap<string, readonly number[]> | undefined

  constructor(text: string) {
    this.#text = text
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  }

  has({ line, column }: Position): boolean {
    const start = this.#lineStarts[line - 1]
    return start !== undefined && start + column - 1 < (this.#lineStarts[line] ?? this.#text.length)
  }

  /**
   * Where the only function with a name begins; undefined where there are none or several.
   * @param name as V8 has it: `Cart.total` and `get size`, too
   */
  find(name: string): Position | undefined {
    this.#byName ??= readDefinitions(guessTokens(this.#text))
    const [offset, another] = this.#byName.get(name.split(/[. ]/).at(-1)!) ?? []
    if (offset === undefined || another !== undefined) return undefined
    const line = this.#lineStarts.findLastIndex((start) => start <= offset) + 1
    return { line, column: offset - this.#lineStarts[line - 1]! + 1 }
  }
}

function readDefinitions(tokens: readonly Token[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  const ends = matchParentheses(tokens)
  for (const [at, { text, offset, isName }] of tokens.entries())
    if (isName && isDefinition(tokens, ends, at)) found.set(text, [...(found.get(text) ?? []), offset])
  return found
}

/** Words that may stand before parentheses and a block. */
const NO_NAME = new Set(['if', 'for', 'while', 'switch', 'with', 'catch', 'function'])

/** `function name`, `name(…) {`, `name = function`, `name: async (…) =>`. */
function isDefinition(tokens: readonly Token[], ends: ReadonlyMap<number, number>, at: number): boolean {
  const word = (i: number) => tokens[i]?.text
  const endOfGroup = (open: number) => ends.get(open) ?? tokens.length
  if (NO_NAME.has(word(at)!)) return false
  if (word(at - 1) === 'class' || word(at - 1) === 'function') return true
  if (word(at - 1) === '*' && word(at - 2) === 'function') return true
  if (word(at + 1) === '(' && word(at - 1) !== '.' && word(at - 1) !== 'new')
    return word(endOfType(tokens, endOfGroup(at + 1))) === '{'
  if (word(at + 1) !== '=' && word(at + 1) !== ':') return false
  const value = at + (word(at + 2) === 'async' ? 3 : 2)
  if (word(value) === 'function') return true
  const after = word(value) === '(' ? endOfType(tokens, endOfGroup(value)) : value + 1
  return word(after) === '=>'
}

/** By the place of every parenthesis that opens, the one behind that which closes it. */
function matchParentheses(tokens: readonly Token[]): Map<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const [at, { text }] of tokens.entries()) {
    if (text === '(') open.push(at)
    const opened = text === ')' ? open.pop() : undefined
    if (opened !== undefined) ends.set(opened, at + 1)
  }
  return ends
}

/** A type of what is returned is a few words, in brackets or not. */
const WORDS_OF_TYPE = 12

/** Behind the `: type` that may follow parameters. */
function endOfType(tokens: readonly Token[], at: number): number {
  if (tokens[at]?.text !== ':') return at
  for (let i = at + 1; i < Math.min(tokens.length, at + 1 + WORDS_OF_TYPE); i++)
    if (/^(?:\{|=>|;|,)$/.test(tokens[i]!.text) && i > at + 1) return i
  return at
}
