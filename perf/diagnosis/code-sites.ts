// Calls and awaits as they stand in the source of functions, with how often each ran.
import type { AnyNode, AwaitExpression, CallExpression, Expression } from 'acorn'
import { shownName } from '../../profile/model/text.ts'
import {
  findOnce,
  isFunction,
  isNode,
  nameOfKey,
  readSyntax,
  SyntaxFault,
  walkSyntax,
} from '../../profile/source/code/syntax.ts'
import { boundNames } from '../../profile/source/code/variables.ts'
import { executionsAt, type SourceFile, type SourceFunction } from '../../profile/source/source-functions.ts'
import type { WrittenAwait, WrittenCall } from './evidence.ts'

/** What stands in one function, by the lines of its own file. */
export interface FunctionSites {
  readonly calls: WrittenCall[]
  readonly awaits: WrittenAwait[]
}

/** A call or an await, and what it stands in, the outermost first. */
interface Site {
  readonly node: CallExpression | AwaitExpression
  readonly ancestors: readonly AnyNode[]
}

const findSites = findOnce(({ program }): readonly Site[] => {
  const found: Site[] = []
  walkSyntax(program, (node, ancestors) => {
    if (node.type === 'CallExpression' || node.type === 'AwaitExpression')
      found.push({ node, ancestors: [...ancestors] })
  })
  return found
})

/** The calls and awaits of every function of a file that ran; none where it does not parse. */
export function readSites(file: SourceFile, countedOps: number): Map<SourceFunction, FunctionSites> {
  const found = new Map<SourceFunction, FunctionSites>()
  const visit = ({ node, ancestors }: Site) => {
    const offset = node.type === 'CallExpression' ? offsetOfCallee(node) : node.start
    const fn = file.functionAt(offset)
    const timesPerOp = fn === undefined ? 0 : executionsAt(fn, offset) / countedOps
    if (fn === undefined || timesPerOp === 0) return
    const sites = found.get(fn) ?? { calls: [], awaits: [] }
    found.set(fn, sites)
    const line = file.lineOf(offset)
    const loop = loopAround([...ancestors, node])
    const isInLoop = loop !== undefined
    if (node.type === 'AwaitExpression') {
      sites.awaits.push({ line, timesPerOp, isInLoop })
      return
    }
    const callee = shownName(writtenAs(node.callee))
    if (callee === '') return
    const [first] = node.arguments
    sites.calls.push({
      callee,
      line,
      endLine: file.lineOf(node.end - 1),
      timesPerOp,
      wraps: first?.type === 'CallExpression' ? writtenAs(first.callee) : null,
      callbackCalls: callsOfCallback(node, file, countedOps),
      isInLoop,
      isInvariant: loop !== undefined && isInvariant(node, loop),
    })
  }
  try {
    findSites(readSyntax(file.text, file.url)).forEach(visit)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
  }
  return found
}

/** Where V8 counts a call: at the name that is called. */
function offsetOfCallee({ callee }: CallExpression): number {
  return callee.type === 'MemberExpression' ? callee.property.start : callee.start
}

/** `a.b.c`; of what hangs on something nameless, the name alone; empty without any. */
function writtenAs(callee: AnyNode): string {
  if (callee.type === 'ChainExpression') return writtenAs(callee.expression)
  if (callee.type !== 'MemberExpression') return callee.type === 'ThisExpression' ? 'this' : nameOfKey(callee)
  const [object, name] = [writtenAs(callee.object), nameOfKey(callee)]
  return object === '' || name === '' ? name : `${object}.${name}`
}

function callsOfCallback(node: CallExpression, file: SourceFile, countedOps: number): number | null {
  const callback = node.arguments.find(isFunction)
  if (callback === undefined) return null
  const fn = file.functions.find(({ startOffset }) => startOffset === callback.start)
  return (fn?.calls ?? 0) / countedOps
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
])
const ITERATORS = ['forEach', 'map', 'filter', 'flatMap', 'reduce', 'some', 'every', 'find', 'findIndex']

/** The innermost loop of the same function around the last node of a way from the root, or that function where it is called for every item of a list. */
function loopAround(way: readonly AnyNode[]): AnyNode | undefined {
  for (let i = way.length - 2; i >= 0; i--) {
    const node = way[i]!
    if (LOOPS.has(node.type) && !isInHead(node, way[i + 1]!)) return node
    if (!isFunction(node)) continue
    const caller = way[i - 1]
    const isCallback = caller?.type === 'CallExpression' && (caller.arguments as AnyNode[]).includes(node)
    return isCallback && ITERATORS.includes(nameOfKey(caller.callee)) ? node : undefined
  }
  return undefined
}

/** What a loop goes through is worked out once. */
function isInHead(loop: AnyNode, child: AnyNode): boolean {
  return (
    ((loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') && loop.right === child) ||
    (loop.type === 'ForStatement' && loop.init === child)
  )
}

/** Whether a function is called by its name, with arguments of which the loop around it changes none. */
function isInvariant(call: CallExpression, loop: AnyNode): boolean {
  if (call.callee.type !== 'Identifier' || call.arguments.length === 0) return false
  const changed = namesChangedIn(loop, call)
  const names = [call.callee, ...call.arguments].map((part) => namesRead(part as Expression))
  return names.every((read) => read?.every((name) => !changed.has(name)))
}

/** The variables that a simple expression reads; undefined where it is none. */
function namesRead(node: AnyNode): string[] | undefined {
  switch (node.type) {
    case 'Literal':
      return []
    case 'Identifier':
      return [node.name]
    case 'MemberExpression': {
      const object = namesRead(node.object)
      const key = node.computed ? namesRead(node.property) : []
      return object && key && [...object, ...key]
    }
    default:
      return undefined
  }
}

/** Variables that a loop declares, assigns, or calls a method of, but for the one call. */
function namesChangedIn(loop: AnyNode, except: CallExpression): ReadonlySet<string> {
  const names = new Set<string>()
  const addBase = (node: AnyNode) => {
    const base = baseOf(node)
    if (base !== undefined) names.add(base)
  }
  walkSyntax(loop, (node) => {
    if (node.type === 'VariableDeclarator') for (const name of boundNames(node.id)) names.add(name)
    if (isFunction(node))
      for (const param of node.params) for (const name of boundNames(param)) names.add(name)
    if (node.type === 'AssignmentExpression') {
      addBase(node.left)
      if (node.left.type.endsWith('Pattern')) for (const name of boundNames(node.left)) names.add(name)
    }
    if (node.type === 'UpdateExpression') addBase(node.argument)
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') addBase(node.left)
    if (node.type === 'CallExpression' && node !== except && node.callee.type === 'MemberExpression')
      addBase(node.callee.object)
  })
  return names
}

/** `a` of `a.b.c`. */
function baseOf(node: AnyNode): string | undefined {
  if (node.type === 'MemberExpression') return isNode(node.object) ? baseOf(node.object) : undefined
  return node.type === 'Identifier' ? node.name : undefined
}
