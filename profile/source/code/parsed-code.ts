// The code of a file that parses: own syntax, mentions and definitions of each of its functions.
import type { AnyNode, ClassBody, PropertyDefinition, StaticBlock } from 'acorn'
import type { SourceFile, SourceFunction } from '../source-functions.ts'
import type { FileCode, Mention } from './file-code.ts'
import { mentionAt } from './mentions.ts'
import {
  findFunctions,
  findOnce,
  isFunction,
  type Syntax,
  type WrittenFunction,
  walkSyntax,
} from './syntax.ts'
import { serialiseFunction, serialisePart } from './syntax-text.ts'
import { ownTokens, type Stretch, type Token } from './tokens.ts'
import { boundNames } from './variables.ts'

/** Functions that V8 did not list did not run; what is in them belongs to nobody, and not to those around them. */
export class ParsedCode implements FileCode {
  readonly #file: SourceFile
  readonly #syntax: Syntax
  readonly #written: readonly WrittenFunction[]
  /** What V8 has listed, by where it is in the syntax tree. */
  readonly #owners: ReadonlyMap<AnyNode, SourceFunction>
  #tokens: ReadonlyMap<Stretch, readonly Token[]> | undefined
  #texts: ReadonlyMap<SourceFunction, string> | undefined
  #mentions: ReadonlyMap<SourceFunction, readonly Mention[]> | undefined
  #definitions: ReadonlyMap<string, string> | undefined

  constructor(file: SourceFile, syntax: Syntax) {
    this.#file = file
    this.#syntax = syntax
    this.#written = findFunctions(syntax)
    this.#owners = findOwners(file, syntax, this.#written)
  }

  /** Whether every function that V8 has in the file was found where V8 has it. */
  get hasAllFunctions(): boolean {
    const found = new Set(this.#owners.values())
    return this.#file.functions.every((fn) => fn.isTopLevel || isInitialiser(fn.name) || found.has(fn))
  }

  tokensOf(fn: SourceFunction): readonly Token[] {
    this.#tokens ??= this.#readTokens()
    return this.#tokens.get(fn) ?? []
  }

  textOf(fn: SourceFunction): string {
    this.#texts ??= this.#readTexts()
    return this.#texts.get(fn) ?? ''
  }

  mentionsOf(fn: SourceFunction): readonly Mention[] {
    this.#mentions ??= this.#readMentions()
    return this.#mentions.get(fn) ?? []
  }

  get definitions(): ReadonlyMap<string, string> {
    this.#definitions ??= readDefinitions(this.#syntax)
    return this.#definitions
  }

  #readTokens(): Map<Stretch, Token[]> {
    const unlisted = this.#written.filter(({ node }) => !this.#owners.has(node))
    return ownTokens<Stretch>(this.#syntax.tokens, [...this.#file.functions, ...unlisted])
  }

  #readTexts(): Map<SourceFunction, string> {
    const { program } = this.#syntax
    const texts = new Map<SourceFunction, string>()
    const add = (node: AnyNode, text: string) => {
      const owner = this.#owners.get(node)
      if (owner !== undefined) texts.set(owner, (texts.get(owner) ?? '') + text)
    }
    add(program, serialisePart(program.body))
    for (const written of this.#written) add(written.node, serialiseFunction(written))
    // A class's initialisers are written as its fields, one by one.
    walkSyntax(program, (node) => {
      if (isField(node)) add(node, serialisePart(node.type === 'StaticBlock' ? node.body : { ...node }))
    })
    return texts
  }

  #readMentions(): Map<SourceFunction, Mention[]> {
    const found = new Map<SourceFunction, Mention[]>()
    for (const { mention, around } of findMentions(this.#syntax)) {
      const owner = this.#owners.get(around)
      if (owner === undefined) continue
      const mentions = found.get(owner)
      if (mentions === undefined) found.set(owner, [mention])
      else mentions.push(mention)
    }
    return found
  }
}

/** A mention in the code of what owns it, whether V8 has listed that or not. */
interface PlacedMention {
  readonly mention: Mention
  readonly around: AnyNode
}

const findMentions = findOnce(({ program }): readonly PlacedMention[] => {
  const found: PlacedMention[] = []
  walkSyntax(program, (node, ancestors) => {
    const mention = mentionAt(node, ancestors)
    if (mention === undefined) return
    const around = ancestors.findLast(ownsCode)
    if (around !== undefined) found.push({ mention, around })
  })
  return found
})

type Field = PropertyDefinition | StaticBlock

function isField(node: AnyNode): node is Field {
  return node.type === 'PropertyDefinition' || node.type === 'StaticBlock'
}

function ownsCode(node: AnyNode): boolean {
  return node.type === 'Program' || isField(node) || isFunction(node)
}

function findOwners(
  { functions }: SourceFile,
  { program }: Syntax,
  written: readonly WrittenFunction[],
): Map<AnyNode, SourceFunction> {
  const keyOf = ({ startOffset, endOffset }: Stretch) => `${startOffset}:${endOffset}`
  const listed = new Map(functions.filter(({ name }) => !isInitialiser(name)).map((fn) => [keyOf(fn), fn]))
  const owners = new Map<AnyNode, SourceFunction>()
  const add = (node: AnyNode, fn: SourceFunction | undefined) => {
    if (fn !== undefined) owners.set(node, fn)
  }
  add(
    program,
    functions.find(({ isTopLevel }) => isTopLevel),
  )
  for (const one of written) add(one.node, listed.get(keyOf(one)))
  const initialisers = functions.filter(({ name }) => isInitialiser(name))
  if (initialisers.length === 0) return owners
  walkSyntax(program, (node, ancestors) => {
    if (isField(node)) add(node, initialiserOf(node, ancestors.at(-1) as ClassBody, initialisers))
  })
  return owners
}

const INSTANCE = '<instance_members_initializer>'
const STATIC = '<static_initializer>'

/** V8 has functions of its own for what classes do with their fields. */
function isInitialiser(name: string): boolean {
  return name === INSTANCE || name === STATIC
}

/** The innermost around the field that is of its class. It may begin where the class does. */
function initialiserOf(
  field: Field,
  body: ClassBody,
  initialisers: readonly SourceFunction[],
): SourceFunction | undefined {
  const wanted = field.type === 'StaticBlock' || field.static ? STATIC : INSTANCE
  return initialisers
    .filter(({ name, startOffset, endOffset }) => {
      const isAround = startOffset <= field.start && field.end <= endOffset
      return name === wanted && isAround && endOffset <= body.end
    })
    .reduce<SourceFunction | undefined>(
      (best, next) => (best !== undefined && best.startOffset >= next.startOffset ? best : next),
      undefined,
    )
}

/** Every name of a destructuring is defined by all of it. */
function readDefinitions({ program }: Syntax): Map<string, string> {
  const found = new Map<string, string>()
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration') continue
    for (const { id, init } of declaration.declarations) {
      const text = serialisePart([id, init])
      for (const name of boundNames(id)) found.set(name, text)
    }
  }
  return found
}
