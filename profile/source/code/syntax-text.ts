// Syntax as one text, for comparing: the same for code that differs in comments, layout and types only.
import { isFunction, isMethodProperty, isNode, type WrittenFunction } from './syntax.ts'

/** Where something stands, and how a literal or a key was spelt. */
const LAYOUT: ReadonlySet<string> = new Set(['start', 'end', 'shorthand', 'sourceType'])
/** Members and statements that have functions of their own, or are nothing. */
const ABSENT: ReadonlySet<string> = new Set([
  'EmptyStatement',
  'FunctionDeclaration',
  'MethodDefinition',
  'PropertyDefinition',
  'StaticBlock',
])

/** A function without its own name, and without the functions inside it. */
export function serialiseFunction({ node, method }: WrittenFunction): string {
  const key = method?.computed ? method.key : null
  const isArrow = node.type === 'ArrowFunctionExpression'
  return serialisePart([method?.kind, key, isArrow, node.async, node.generator, node.params, node.body])
}

/** Syntax nodes, without the functions inside them: these are only said to be there. */
export function serialisePart(part: unknown): string {
  return JSON.stringify(part, function (this: unknown, key, value: unknown) {
    if (LAYOUT.has(key)) return undefined
    // Quotes, and digits as `1_000`.
    if (key === 'raw' && isNode(this)) return undefined
    if (typeof value === 'bigint') return `${value}n`
    if (Array.isArray(value)) return value.filter((item) => !isNode(item) || !ABSENT.has(item.type))
    return isNode(value) && (isFunction(value) || isMethodProperty(value)) ? 'function' : value
  })
}
