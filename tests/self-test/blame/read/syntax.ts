// What a plant needs to know of the functions of a text: where statements and calls can be put into them.
import type { AnyNode, CallExpression } from 'acorn'
import {
  findFunctions,
  isFunction,
  nameOfKey,
  readSyntax,
  type WrittenFunction,
  walkSyntax,
} from '../../../../profile/source/code/syntax.ts'
import { boundNames } from '../../../../profile/source/code/variables.ts'

/** A function of a source text. Offsets in UTF-16 units, as V8's coverage has them; lines from 1. */
export interface FunctionSyntax {
  /** Its own name, or that of what it is first assigned to; empty where there is neither. */
  readonly name: string
  readonly startOffset: number
  readonly endOffset: number
  readonly line: number
  readonly kind: 'function' | 'method' | 'arrow'
  /** Whether it is async or a generator: its calls come back before its work is done. */
  readonly isSuspendable: boolean
  readonly body: FunctionBody
  /** Every name that its parameters bind, in order. */
  readonly parameters: readonly string[]
  /** The calls in its own body, not those in functions inside it, that may be written twice. */
  readonly calls: readonly CallSyntax[]
}

/** Where statements can be put into a function: behind `{` and directives, or around an arrow function's expression. */
export type FunctionBody =
  | { readonly kind: 'block'; readonly offset: number; readonly needsSeparator: boolean }
  | { readonly kind: 'expression'; readonly startOffset: number; readonly endOffset: number }

/** A call of a named function or method, on one line and with arguments that can be evaluated again. */
export interface CallSyntax {
  /** `merge` of `utils.merge(a, b)`. */
  readonly name: string
  /** The call without types. */
  readonly text: string
  readonly startOffset: number
  readonly endOffset: number
  /** What of a statement it is: a parenthesis at a statement's start would call what stands before it. */
  readonly place: 'statement' | 'start of a statement' | 'inside'
}

/**
 * The functions of a source file, in order of their ends.
 * @param file tells the language by its suffix: `.js` is a CommonJS script where it can be one, else a module
 * @throws SyntaxFault
 */
export function readFunctions(text: string, file: string): FunctionSyntax[] {
  const syntax = readSyntax(text, file)
  const { plain } = syntax
  const arrowEnds = syntax.tokens.flatMap(({ text, offset }) => (text === '=>' ? [offset + 2] : []))
  const calls = findCalls(syntax.program, plain)
  return findFunctions(syntax).map((written) => {
    const { node, startOffset, endOffset } = written
    return {
      name: nameOf(written),
      startOffset,
      endOffset,
      line: plain.slice(0, startOffset).split('\n').length,
      kind: kindOf(written),
      isSuspendable: node.async || node.generator,
      body: bodyOf(node, { text, plain, arrowEnds }),
      parameters: node.params.flatMap(boundNames),
      calls: calls.get(node) ?? [],
    }
  })
}

/** By function, without those of its parameters. */
function findCalls(program: AnyNode, plain: string): Map<AnyNode, CallSyntax[]> {
  const calls = new Map<AnyNode, CallSyntax[]>()
  walkSyntax(program, (node, ancestors) => {
    if (node.type !== 'CallExpression') return
    const owner = ancestors.findLast(isFunction)
    if (owner === undefined || node.start < owner.body.start) return
    const call = describeCall(node, ancestors, plain)
    if (call !== undefined) calls.set(owner, [...(calls.get(owner) ?? []), call])
  })
  return calls
}

function kindOf({ node, method }: WrittenFunction): FunctionSyntax['kind'] {
  if (node.type === 'ArrowFunctionExpression') return 'arrow'
  return method === undefined ? 'function' : 'method'
}

function nameOf({ node, ancestors }: WrittenFunction): string {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return node.id.name
  const parent = ancestors.at(-1)
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : ''
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.computed ? '' : nameOfKey(parent.key)
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return nameOfKey(parent.left)
    default:
      return ''
  }
}

function bodyOf(
  { body, end }: WrittenFunction['node'],
  { text, plain, arrowEnds }: { text: string; plain: string; arrowEnds: readonly number[] },
): FunctionBody {
  if (body.type !== 'BlockStatement') {
    const startOffset = arrowEnds.findLast((end) => end <= body.start)!
    return { kind: 'expression', startOffset, endOffset: endOfExpression(end, text, plain) }
  }
  const directives = body.body.filter((statement) => 'directive' in statement && statement.directive)
  return {
    kind: 'block',
    offset: directives.at(-1)?.end ?? body.start + 1,
    needsSeparator: directives.length > 0,
  }
}

/** Where an arrow function ends, with what TypeScript says of its result's type behind it. */
function endOfExpression(arrowEnd: number, text: string, plain: string): number {
  let end = arrowEnd
  for (;;) {
    const blanks = /^[^\S\n]*/.exec(plain.slice(end))![0].length
    const types = text.slice(end, end + blanks)
    if (!/^\s*(as\b|satisfies\b|!)/.test(types)) return end
    end += types.trimEnd().length
  }
}

/** Calls that would be other calls, or change something, when they are evaluated again where they stand. */
const UNREPEATABLE: ReadonlySet<string> = new Set([
  'AssignmentExpression',
  'UpdateExpression',
  'AwaitExpression',
  'YieldExpression',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassExpression',
])

function describeCall(
  node: CallExpression,
  ancestors: readonly AnyNode[],
  plain: string,
): CallSyntax | undefined {
  const { callee, start: startOffset, end: endOffset } = node
  const text = plain.slice(startOffset, endOffset)
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression' && !callee.computed && callee.object.type !== 'Super'
        ? nameOfKey(callee.property)
        : ''
  if (name === '' || text.includes('\n') || isInChain(node, ancestors)) return undefined
  let isRepeatable = true
  walkSyntax(node, ({ type }) => {
    if (UNREPEATABLE.has(type)) isRepeatable = false
  })
  if (!isRepeatable) return undefined
  const statement = ancestors.findLast(({ type }) => type === 'ExpressionStatement')
  const place =
    statement?.start !== startOffset
      ? 'inside'
      : ancestors.at(-1) === statement
        ? 'statement'
        : 'start of a statement'
  return { name, text, startOffset, endOffset, place }
}

/** Whether a parenthesis around a call would cut the optional chain (`a?.b()`) that it is part of. */
function isInChain(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let inner = node
  for (const outer of ancestors.toReversed()) {
    if (outer.type === 'ChainExpression') return true
    const isPart =
      (outer.type === 'MemberExpression' && outer.object === inner) ||
      (outer.type === 'CallExpression' && outer.callee === inner)
    if (!isPart) return false
    inner = outer
  }
  return false
}
