// Where syntax names a function, variable or property, and what it does with it there.
import type { AnyNode } from 'acorn'
import type { Mention, MentionUse } from './file-code.ts'
import { isFunction, nameOfKey } from './syntax.ts'

/** What a node mentions; undefined where it names nothing, or only gives a name to something. */
export function mentionAt(node: AnyNode, ancestors: readonly AnyNode[]): Mention | undefined {
  const parent = ancestors.at(-1)
  if (parent === undefined) return undefined
  if (node.type === 'Super') return mentionOfSuper(node, ancestors)
  const isProperty = parent.type === 'MemberExpression' && parent.property === node
  const isText = node.type === 'Literal' && typeof node.value === 'string'
  if (!(node.type === 'Identifier' || node.type === 'PrivateIdentifier' || (isText && isProperty))) {
    return undefined
  }
  // A variable in brackets is read; text in brackets is a property like any other.
  const isWhole = !isProperty || (parent.computed && !isText)
  const use = isWhole ? useOfName(node, ancestors) : useOf(parent, ancestors.slice(0, -1))
  return use === undefined ? undefined : { name: nameOfKey(node), offset: node.start, use }
}

/** `super(…)` calls what the class extends. */
function mentionOfSuper(node: AnyNode, ancestors: readonly AnyNode[]): Mention | undefined {
  const base = ancestors.findLast((around) => 'superClass' in around)
  if (base === undefined || !('superClass' in base) || !base.superClass) return undefined
  const name = nameOfKey(base.superClass)
  if (name === '' || useOf(node, ancestors) !== 'call') return undefined
  return { name, offset: node.start, use: 'call' }
}

/** Undefined for names that are given here: of variables, parameters, functions, classes, keys and labels. */
function useOfName(node: AnyNode, ancestors: readonly AnyNode[]): MentionUse | undefined {
  const parent = ancestors.at(-1)!
  switch (parent.type) {
    case 'Property': {
      const isPattern = ancestors.at(-2)?.type === 'ObjectPattern'
      if (parent.key === node && !parent.computed) return isPattern ? 'read' : undefined
      return isPattern && parent.value === node ? undefined : useOf(node, ancestors)
    }
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed ? undefined : 'read'
    case 'VariableDeclarator':
      return parent.id === node ? undefined : 'read'
    case 'ClassDeclaration':
    case 'ClassExpression':
      return parent.superClass === node ? 'read' : undefined
    case 'AssignmentPattern':
      return parent.right === node ? 'read' : undefined
    case 'RestElement':
    case 'ArrayPattern':
    case 'CatchClause':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ImportAttribute':
    case 'ExportSpecifier':
    case 'ExportAllDeclaration':
      return undefined
    default:
      if (isFunction(parent)) return parent.body === node ? 'read' : undefined
      return useOf(node, ancestors)
  }
}

/** What is done with the value of an expression. */
function useOf(node: AnyNode, ancestors: readonly AnyNode[]): MentionUse {
  const parent = ancestors.at(-1)
  switch (parent?.type) {
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee === node ? 'call' : 'read'
    case 'TaggedTemplateExpression':
      return parent.tag === node ? 'call' : 'read'
    // `(a?.b)()` and `(0, a.b)()` call b.
    case 'ChainExpression':
      return useOf(parent, ancestors.slice(0, -1))
    case 'SequenceExpression':
      return parent.expressions.at(-1) === node ? useOf(parent, ancestors.slice(0, -1)) : 'read'
    case 'AssignmentExpression':
      if (parent.left !== node) return 'read'
      return parent.operator === '=' ? 'write' : 'read and write'
    case 'UpdateExpression':
      return 'read and write'
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node ? 'write' : 'read'
    case 'ArrayPattern':
    case 'RestElement':
      return 'write'
    case 'AssignmentPattern':
      return parent.left === node ? 'write' : 'read'
    case 'Property':
      return ancestors.at(-2)?.type === 'ObjectPattern' && parent.value === node ? 'write' : 'read'
    default:
      return 'read'
  }
}
