// The code of a module scope by scope, as texts that are equal only where the code is: for proving that it did not change.
import { type FunctionNode, findFunctions, isFunction, isNode, readSyntax } from './syntax.ts'

/** A scope's own code: all of it but the code of functions inside, which are said to be there with all that shows from outside. */
export interface ScopeText {
  /** Where V8's coverage has it begin and end; of the whole text for the module's top level. */
  readonly startOffset: number
  readonly endOffset: number
  readonly text: string
}

/** The scopes of a module. */
export interface ModuleScopes {
  /** What runs when it is loaded. */
  readonly top: ScopeText
  /** In order of place, those inside others before them. */
  readonly functions: readonly ScopeText[]
}

/**
 * Reads a module's scopes. Comments, layout and types are in none of them; whatever else differs in a file differs in at least one.
 * @param file a path or URL, which tells the language by its suffix
 * @throws SyntaxFault
 */
export function readScopes(text: string, file: string): ModuleScopes {
  const syntax = readSyntax(text, file)
  const functions = findFunctions(syntax).map(({ node, startOffset, endOffset }) => ({
    startOffset,
    endOffset,
    text: serialiseScope([outsideOf(node), node.params, node.body]),
  }))
  return {
    top: { startOffset: 0, endOffset: text.length, text: serialiseScope(syntax.program.body) },
    functions,
  }
}

/** Where something stands, and how a literal was spelt. */
const LAYOUT: ReadonlySet<string> = new Set(['start', 'end', 'shorthand', 'sourceType'])

function serialiseScope(part: unknown): string {
  return JSON.stringify(part, function (this: unknown, key, value: unknown) {
    if (LAYOUT.has(key)) return undefined
    // Quotes, and digits as `1_000`; what has a `raw` that means something is no node.
    if (key === 'raw' && isNode(this)) return undefined
    if (typeof value === 'bigint') return `${value}n`
    // JSON has one text for all of them, and for null.
    if (typeof value === 'number' && !Number.isFinite(value)) return `number ${value}`
    if (Array.isArray(value)) return value.filter((item) => !isNode(item) || item.type !== 'EmptyStatement')
    return isNode(value) && isFunction(value) ? outsideOf(value) : value
  })
}

/** What code around a function can see of it without a call: its name, its kind, its `length`. */
function outsideOf({ type, id, async, generator, params }: FunctionNode): unknown[] {
  const counted = params.findIndex(
    (param) => param.type === 'AssignmentPattern' || param.type === 'RestElement',
  )
  return [type, id?.name ?? '', async, generator, counted < 0 ? params.length : counted]
}
