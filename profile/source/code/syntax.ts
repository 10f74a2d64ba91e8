// The reader of JavaScript and TypeScript: a text's syntax tree and its tokens, at the offsets that V8's coverage has.
import { extname } from 'node:path'
import {
  type AnonymousFunctionDeclaration,
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type MethodDefinition,
  type Program,
  type Property,
  parse,
} from 'acorn'
import { stripTypes } from '../strip-types.mjs'
import { type Token, toTokens } from './tokens.ts'

/** A source text that was understood. */
export interface Syntax {
  /** The text with blanks in the place of types. Every offset is that of the original. */
  readonly plain: string
  readonly program: Program
  readonly tokens: readonly Token[]
}

/** A text that is no JavaScript, no TypeScript that erases, or too deep to be walked. */
export class SyntaxFault extends Error {}

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression

/** A function as it is written. Offsets in UTF-16 units, where V8's coverage has it begin and end. */
export interface WrittenFunction {
  readonly node: FunctionNode
  /** What it is in, the outermost first. */
  readonly ancestors: readonly AnyNode[]
  /** The part of a class or object that makes it a method, getter, setter or constructor. */
  readonly method: MethodDefinition | Property | undefined
  readonly startOffset: number
  readonly endOffset: number
}

const TYPESCRIPT = /\.[mc]?ts$/
const MODULE = /\.(mjs|mts|ts)$/

/** The texts parsed last: scenarios of one program run the same files, and versions have most of them in common. */
const recent = new Map<string, { readonly language: string; readonly syntax: Syntax }>()
/** A character takes some 30 bytes of a syntax tree. The last text is kept whatever it has. */
const MOST_RECENT_CHARACTERS = 2_000_000
let recentCharacters = 0

/**
 * Reads a source file. The same text has the same syntax, which nobody changes.
 * @param file a path or URL, which tells the language by its suffix: `.js` is a script where it can be one, else a module
 * @throws SyntaxFault
 */
export function readSyntax(text: string, file: string): Syntax {
  const language = extname(file)
  const last = recent.get(text)
  if (last?.language === language) return last.syntax
  const syntax = readAnew(text, file)
  if (last === undefined) recentCharacters += text.length
  recent.set(text, { language, syntax })
  for (const oldest of recent.keys()) {
    if (recentCharacters <= MOST_RECENT_CHARACTERS || oldest === text) break
    recent.delete(oldest)
    recentCharacters -= oldest.length
  }
  return syntax
}

function readAnew(text: string, file: string): Syntax {
  try {
    const plain = TYPESCRIPT.test(file) ? blankTypes(text, file) : text
    if (MODULE.test(file)) return parseAs('module', plain)
    try {
      return parseAs('script', plain)
    } catch {
      return parseAs('module', plain)
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new SyntaxFault(message.includes(file) ? message : `${file}: ${message}`, { cause })
  }
}

/**
 * What is found in syntax, looked for once as long as its text is known: whoever asks of a program's files does so of each of
 * its scenarios. Nobody changes what was found.
 */
export function findOnce<Found extends object>(find: (syntax: Syntax) => Found): (syntax: Syntax) => Found {
  const known = new WeakMap<Syntax, Found>()
  return (syntax) => {
    const found = known.get(syntax) ?? find(syntax)
    known.set(syntax, found)
    return found
  }
}

/** The functions of a text, those inside others before them. @throws SyntaxFault where it nests too deep */
export const findFunctions = findOnce(({ program, plain }: Syntax): readonly WrittenFunction[] => {
  const found: WrittenFunction[] = []
  walkSyntax(program, (node, ancestors) => {
    if (!isFunction(node)) return
    const method = methodOf(node, ancestors.at(-1))
    const startOffset = method === undefined ? node.start : startOfMethod(method, plain)
    found.push({ node, ancestors: [...ancestors], method, startOffset, endOffset: node.end })
  })
  return found
})

/** Code that nests deeper, as a chain of a thousand calls, would take more of the stack than there may be. */
const DEEPEST = 1_000

/**
 * Visits a node and all inside it, the inner ones first, each with those around it, the outermost first.
 * @throws SyntaxFault where they nest too deep
 */
export function walkSyntax(
  node: AnyNode,
  visit: (node: AnyNode, ancestors: readonly AnyNode[]) => void,
  ancestors: AnyNode[] = [],
): void {
  if (ancestors.length > DEEPEST) throw new SyntaxFault(`syntax nests more than ${DEEPEST} deep`)
  ancestors.push(node)
  for (const part in node) {
    const child: unknown = node[part as keyof AnyNode]
    if (Array.isArray(child)) {
      for (const one of child) if (isNode(one)) walkSyntax(one, visit, ancestors)
    } else if (isNode(child)) walkSyntax(child, visit, ancestors)
  }
  ancestors.pop()
  visit(node, ancestors)
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  )
}

/** Whether part of an object is written as a method, getter or setter. */
export function isMethodProperty(node: AnyNode): node is Property {
  return node.type === 'Property' && (node.method || node.kind !== 'init')
}

/** What a key, or the last part of `a.b.c`, is called; empty where that is computed. */
export function nameOfKey(key: AnyNode): string {
  switch (key.type) {
    case 'Identifier':
      return key.name
    case 'PrivateIdentifier':
      return `#${key.name}`
    case 'Literal':
      return String(key.value)
    case 'MemberExpression':
      return key.computed && key.property.type !== 'Literal' ? '' : nameOfKey(key.property)
    default:
      return ''
  }
}

function methodOf(node: FunctionNode, parent: AnyNode | undefined): MethodDefinition | Property | undefined {
  if (parent?.type === 'MethodDefinition') return parent.value === node ? parent : undefined
  return parent !== undefined && isMethodProperty(parent) && parent.value === node ? parent : undefined
}

/** V8 has a method begin with its name or what stands before that, but for `static`. */
function startOfMethod(method: MethodDefinition | Property, plain: string): number {
  if (method.type === 'Property' || !method.static) return method.start
  const [prefix] = /^static(\s|\/\*[\s\S]*?\*\/|\/\/.*)*/.exec(plain.slice(method.start)) ?? ['']
  return method.start + prefix.length
}

function blankTypes(text: string, file: string): string {
  const plain = stripTypes(text, file)
  if (plain.length !== text.length) throw new Error('types could not be blanked in place')
  return plain
}

function parseAs(sourceType: 'module' | 'script', plain: string): Syntax {
  const tokens: Parameters<typeof toTokens>[0] = []
  const program = parse(plain, {
    ecmaVersion: 'latest',
    sourceType,
    // A CommonJS script is the body of a function.
    allowReturnOutsideFunction: sourceType === 'script',
    allowHashBang: true,
    onToken: (token) => tokens.push(token),
  })
  return { plain, program, tokens: toTokens(tokens, plain) }
}
