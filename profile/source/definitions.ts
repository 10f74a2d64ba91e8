import type { Token } from './tokens.ts'

const DECLARATIONS: ReadonlySet<string> = new Set(['const', 'let', 'var'])
/** What begins a statement of its own, so that the one before it has ended, with or without a semicolon. */
const STATEMENTS: ReadonlySet<string> = new Set([
  ...DECLARATIONS,
  'async',
  'class',
  'export',
  'for',
  'function',
  'if',
  'import',
  'module',
  'exports',
  'try',
  'while',
])
const OPENING = '([{'
const CLOSING = ')]}'

/**
 * The variables that a module defines on its top level with what they are defined as, as text. All variables of one
 * destructuring are defined by all of it. Statements without semicolons end where another one begins.
 */
export function readDefinitions(tokens: readonly Token[]): Map<string, string> {
  const found = new Map<string, string>()
  let depth = 0
  for (let i = 0; i < tokens.length; i++) {
    depth += depthOf(tokens[i]!)
    if (depth > 0 || !DECLARATIONS.has(tokens[i]!.text)) continue
    const end = endOfStatement(tokens, i + 1)
    const texts = tokens.slice(i + 1, end).map(({ text }) => text)
    const assigned = texts.indexOf('=')
    const pattern = tokens.slice(i + 1, assigned < 0 ? end : i + 1 + assigned)
    for (const { text, isName } of pattern) if (isName) found.set(text, texts.join(' '))
    i = end - 1
  }
  return found
}

/** The index after the last token of a statement. */
function endOfStatement(tokens: readonly Token[], start: number): number {
  let depth = 0
  for (let i = start; i < tokens.length; i++) {
    const { text } = tokens[i]!
    if (depth === 0 && i > start && (text === ';' || (STATEMENTS.has(text) && !isPart(tokens[i - 1]!.text))))
      return i
    depth += depthOf(tokens[i]!)
    if (depth < 0) return i
  }
  return tokens.length
}

/** Whether a token wants another one after it, so that what follows begins no statement: `= function`, `=> async`, `.for`. */
function isPart(text: string): boolean {
  return /^(?:[=.,:?+\-*/%&|^~!<>([{]|=>|\.\.\.|await|new|typeof|void|return|\S*=)$/.test(text)
}

function depthOf({ text }: Token): number {
  if (text.length === 1 && OPENING.includes(text)) return 1
  return text.length === 1 && CLOSING.includes(text) ? -1 : 0
}
