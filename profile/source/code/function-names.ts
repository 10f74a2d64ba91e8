// What the functions of a source are called, by where they begin.
import type { AnyNode, Class, Pattern } from 'acorn'
import {
  findFunctions,
  nameOfKey,
  readSyntax,
  SyntaxFault,
  type WrittenFunction,
  walkSyntax,
} from './syntax.ts'

/** Where a function is called something: from its name, if any, up to its body. */
interface Head {
  readonly start: number
  readonly end: number
  readonly name: string
}

/**
 * The names of the functions of a text, as V8 would call them: a declaration's own, else that of the variable, property or
 * class that it is. No parameter is ever taken for one.
 */
export class FunctionNames {
  readonly #heads: readonly Head[]
  readonly #lineStarts: readonly number[]

  /**
   * @param file a path or URL, which tells the language by its suffix
   * @throws SyntaxFault where the text is no JavaScript, and no TypeScript that erases
   */
  constructor(text: string, file: string) {
    const syntax = readSyntax(text, file)
    const classes: Head[] = []
    walkSyntax(syntax.program, (node, ancestors) => {
      if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression')
        classes.push(headOfClass(node as Class, ancestors))
    })
    this.#heads = [...findFunctions(syntax).map(headOf), ...classes]
    this.#lineStarts = findLineStarts(text)
  }

  /**
   * The name of the function in whose head a position is; empty for a nameless one, undefined where no function begins.
   * @param line from 1 @param column from 0
   */
  at(line: number, column: number): string | undefined {
    const lineStart = this.#lineStarts[line - 1]
    if (lineStart === undefined) return undefined
    const offset = lineStart + column
    // A default value may hold a function of its own: the one that begins last is the innermost.
    return this.#heads
      .filter(({ start, end }) => start <= offset && offset <= end)
      .reduce<Head | undefined>(
        (best, next) => (best === undefined || next.start >= best.start ? next : best),
        undefined,
      )?.name
  }
}

/** Undefined for a text that cannot be read. */
export function readFunctionNames(text: string, file: string): FunctionNames | undefined {
  try {
    return new FunctionNames(text, file)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

function headOf({ node, ancestors, method, startOffset }: WrittenFunction): Head {
  // An arrow's body is its value; what stands before it is its head.
  const end = Math.max(startOffset, node.body.start - (node.type === 'ArrowFunctionExpression' ? 1 : 0))
  if (method !== undefined) {
    const isConstructor = method.type === 'MethodDefinition' && method.kind === 'constructor'
    const owner = isConstructor ? ancestors.at(-3) : undefined
    const name =
      owner === undefined
        ? prefixed(method.kind, nameOfKey(method.key))
        : nameOfClass(owner, ancestors.slice(0, -3))
    return { start: startOffset, end, name }
  }
  if (node.type !== 'ArrowFunctionExpression' && node.id)
    return { start: node.start, end, name: node.id.name }
  const binding = bindingOf(node, ancestors)
  return { start: binding?.start ?? node.start, end, name: binding?.name ?? '' }
}

function headOfClass(node: Class, ancestors: readonly AnyNode[]): Head {
  return { start: node.start, end: node.body.start, name: nameOfClass(node as AnyNode, ancestors) }
}

function nameOfClass(node: AnyNode, ancestors: readonly AnyNode[]): string {
  const { id } = node as Class
  return id?.name ?? bindingOf(node, ancestors)?.name ?? ''
}

function prefixed(kind: string, name: string): string {
  return kind === 'get' || kind === 'set' ? `${kind} ${name}` : name
}

interface Binding {
  readonly start: number
  readonly name: string
}

/** What a value is bound to where it stands: a variable, a property, a field, a parameter's default. */
function bindingOf(node: AnyNode, ancestors: readonly AnyNode[]): Binding | undefined {
  const parent = ancestors.at(-1)
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.init === node ? ofPattern(parent.id) : undefined
    case 'AssignmentExpression':
      return parent.right === node ? ofPattern(parent.left) : undefined
    case 'AssignmentPattern':
      return parent.right === node ? ofPattern(parent.left) : undefined
    case 'Property':
    case 'PropertyDefinition':
      return parent.value === node ? { start: parent.key.start, name: nameOfKey(parent.key) } : undefined
    case 'ParenthesizedExpression':
      return bindingOf(parent, ancestors.slice(0, -1))
    default:
      return undefined
  }
}

function ofPattern(pattern: Pattern): Binding {
  return { start: pattern.start, name: nameOfKey(pattern) }
}

function findLineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
