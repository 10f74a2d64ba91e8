import { transformSync } from '@swc/wasm-typescript'
import {
  type AnonymousFunctionDeclaration,
  type AnyNode,
  type ArrowFunctionExpression,
  type CallExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type Pattern,
  type Program,
  parse,
} from 'acorn'
import { fullAncestor } from 'acorn-walk'
import { messageOf } from '../../../perf/errors.ts'

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

/** A text that is no JavaScript, or no TypeScript that erases. */
export class SyntaxFault extends Error {}

type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression

const TYPESCRIPT = /\.[mc]?ts$/
const MODULE = /\.(mjs|mts|ts)$/

/**
 * The functions of a source file, in order of their ends.
 * @param file tells the language by its suffix: `.js` is a CommonJS script where it can be one, else a module
 * @throws SyntaxFault
 */
export function readFunctions(text: string, file: string): FunctionSyntax[] {
  const plain = TYPESCRIPT.test(file) ? stripTypes(text, file) : text
  const { program, arrowEnds } = parseProgram(plain, file)
  const found = new Map<FunctionNode, readonly AnyNode[]>()
  const calls = new Map<FunctionNode, CallSyntax[]>()
  fullAncestor(program, (visited, _state, visitedAncestors) => {
    const node = visited as AnyNode
    const ancestors = visitedAncestors.slice(0, -1) as AnyNode[]
    if (isFunction(node)) found.set(node, ancestors)
    if (node.type !== 'CallExpression') return
    const owner = ancestors.findLast(isFunction)
    if (owner === undefined || node.start < owner.body.start) return
    const call = describeCall(node, ancestors, plain)
    if (call !== undefined) calls.set(owner, [...(calls.get(owner) ?? []), call])
  })
  return [...found].map(([node, ancestors]) => {
    const startOffset = startOf(node, ancestors, plain)
    return {
      name: nameOf(node, ancestors),
      startOffset,
      endOffset: node.end,
      line: plain.slice(0, startOffset).split('\n').length,
      kind: kindOf(node, ancestors),
      isSuspendable: node.async || node.generator,
      body: bodyOf(node, { text, plain, arrowEnds }),
      parameters: node.params.flatMap(boundNames),
      calls: calls.get(node) ?? [],
    }
  })
}

/** Blanks in the place of types, so that every offset stays. @throws SyntaxFault */
export function stripTypes(text: string, file: string): string {
  let plain: string
  try {
    plain = transformSync(text, { mode: 'strip-only', filename: file }).code
  } catch (cause) {
    throw new SyntaxFault(`${file}: ${messageOf((cause as { message?: unknown }).message ?? cause)}`, {
      cause,
    })
  }
  if (plain.length !== text.length) throw new SyntaxFault(`${file}: types could not be blanked in place`)
  return plain
}

function parseProgram(plain: string, file: string): { program: Program; arrowEnds: readonly number[] } {
  const attempt = (sourceType: 'module' | 'script') => {
    const arrowEnds: number[] = []
    const program = parse(plain, {
      ecmaVersion: 'latest',
      sourceType,
      // A CommonJS script is the body of a function.
      allowReturnOutsideFunction: sourceType === 'script',
      allowHashBang: true,
      onToken({ type, end }) {
        if (type.label === '=>') arrowEnds.push(end)
      },
    })
    return { program, arrowEnds }
  }
  try {
    if (MODULE.test(file)) return attempt('module')
    try {
      return attempt('script')
    } catch {
      return attempt('module')
    }
  } catch (cause) {
    throw new SyntaxFault(`${file}: ${messageOf(cause)}`, { cause })
  }
}

function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  )
}

/** Whether a function is written as a method, getter, setter or constructor. */
function isMethod(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === 'MethodDefinition') return parent.value === node
  return parent?.type === 'Property' && parent.value === node && (parent.method || parent.kind !== 'init')
}

function kindOf(node: AnyNode, ancestors: readonly AnyNode[]): FunctionSyntax['kind'] {
  if (node.type === 'ArrowFunctionExpression') return 'arrow'
  return isMethod(node, ancestors.at(-1)) ? 'method' : 'function'
}

/** V8 has a method begin with its name or what stands before that, but for `static`. */
function startOf(node: AnyNode, ancestors: readonly AnyNode[], plain: string): number {
  const parent = ancestors.at(-1)
  if (parent === undefined || !isMethod(node, parent)) return node.start
  if (parent.type !== 'MethodDefinition' || !parent.static) return parent.start
  const [prefix] = /^static(\s|\/\*[\s\S]*?\*\/|\/\/.*)*/.exec(plain.slice(parent.start)) ?? ['']
  return parent.start + prefix.length
}

function nameOf(node: FunctionNode, ancestors: readonly AnyNode[]): string {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return node.id.name
  const parent = ancestors.at(-1)
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : ''
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.computed ? '' : textOfKey(parent.key as AnyNode)
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return textOfKey(parent.left as AnyNode)
    default:
      return ''
  }
}

function textOfKey(key: AnyNode): string {
  switch (key.type) {
    case 'Identifier':
      return key.name
    case 'PrivateIdentifier':
      return `#${key.name}`
    case 'Literal':
      return String(key.value)
    case 'MemberExpression':
      return key.computed ? '' : textOfKey(key.property as AnyNode)
    default:
      return ''
  }
}

function bodyOf(
  { body, end }: FunctionNode,
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

function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      )
    default:
      return []
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
        ? textOfKey(callee.property)
        : ''
  if (name === '' || text.includes('\n') || isInChain(node, ancestors)) return undefined
  let isRepeatable = true
  fullAncestor(node, ({ type }) => {
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
