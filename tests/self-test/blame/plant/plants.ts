// Slow-downs as edits of source.

import type { ExecutedFunction } from '../read/executed.ts'
import type { ParameterFacts } from '../read/probe.ts'
import type { CallSyntax } from '../read/syntax.ts'
import type { Edit } from './edits.ts'
import { insertStatement } from './statement.ts'

export const PLANT_KINDS = ['busy-loop', 'extra-call', 'quadratic', 'deep-clone', 'deopt'] as const
export type PlantKind = (typeof PLANT_KINDS)[number]

/** How exactly a function is made slower; it answers what it answered before. */
export type PlantWay =
  | { readonly kind: 'busy-loop' }
  | { readonly kind: 'extra-call'; readonly call: CallSyntax }
  /** Every two elements, keys or letters of a parameter are compared. */
  | { readonly kind: 'quadratic'; readonly parameter: ParameterFacts }
  | {
      readonly kind: 'deep-clone'
      readonly parameter: ParameterFacts
      readonly by: 'JSON' | 'structuredClone'
    }
  /**
   * Objects that V8 keeps as dictionaries; `arguments` that leave the function; or a prototype that changes its shape,
   * whereupon V8 throws away the optimised code that relied on it.
   */
  | { readonly kind: 'deopt'; readonly by: 'dictionary' | 'arguments' | 'invalidation' }

/** A slow-down in one function of a package. */
export interface Plant {
  readonly kind: PlantKind
  /** What was put in, in words. */
  readonly what: string
  /** From the package's folder, with `/`. */
  readonly file: string
  readonly functionName: string
  readonly startOffset: number
  readonly line: number
  /** How often the extra work is done at every call; below 1 at every so many calls. */
  readonly turns: number
  readonly edits: readonly Edit[]
  /** What the file needs beside. */
  readonly appendix: string | undefined
}

/** An array, object or text with fewer than four parts on average makes no quadratic loop. */
const LEAST_PAIRS = 8
/** What is shorter than this as JSON is as good as empty. */
const LEAST_JSON = 20

/**
 * The ways in which a function can be made slower by one kind of plant; none where it has not what the kind needs.
 * @param facts of its parameters
 * @param ownNames of the package's functions that the scenario runs
 */
export function findWays(
  executed: ExecutedFunction,
  kind: PlantKind,
  facts: readonly ParameterFacts[],
  ownNames: ReadonlySet<string>,
): PlantWay[] {
  switch (kind) {
    case 'busy-loop':
      return [{ kind }]
    case 'extra-call':
      return executed.calls.filter((call) => isOwn(call, executed, ownNames)).map((call) => ({ kind, call }))
    case 'quadratic':
      return facts.filter(({ pairs }) => pairs >= LEAST_PAIRS).map((parameter) => ({ kind, parameter }))
    case 'deep-clone':
      return facts
        .filter(({ jsonLength }) => jsonLength !== null && jsonLength >= LEAST_JSON)
        .flatMap((parameter): PlantWay[] => [
          { kind, parameter, by: 'JSON' },
          ...(parameter.isCloneable ? [{ kind, parameter, by: 'structuredClone' } as const] : []),
        ])
    case 'deopt':
      return [
        { kind, by: 'dictionary' },
        { kind, by: 'invalidation' },
        ...(executed.kind === 'arrow' ? [] : [{ kind, by: 'arguments' } as const]),
      ]
    default:
      return kind satisfies never
  }
}

/** A function that called itself twice would do so at every depth: nothing that can be dosed. */
function isOwn(
  { name, startOffset }: CallSyntax,
  executed: ExecutedFunction,
  ownNames: ReadonlySet<string>,
): boolean {
  const isReached = !executed.unreached.some(
    (at) => at.startOffset <= startOffset && startOffset < at.endOffset,
  )
  return isReached && ownNames.has(name) && name !== executed.name
}

/** What one turn costs, ns: a first guess, for a search to begin with. */
export function guessTurnNs(way: PlantWay): number {
  switch (way.kind) {
    case 'busy-loop':
      return 1
    case 'extra-call':
      return 50
    case 'quadratic':
      return 20 + way.parameter.pairs
    case 'deep-clone':
      return way.by === 'JSON'
        ? 300 + 6 * (way.parameter.jsonLength ?? 0)
        : 1_000 + 10 * (way.parameter.jsonLength ?? 0)
    case 'deopt':
      return { dictionary: 250, arguments: 80, invalidation: 2_000 }[way.by]
    default:
      return way satisfies never
  }
}

/** More copies of a call than this make another function of it. */
const MOST_COPIES = 16

/** The most turns that can be written down. */
export function mostTurns({ kind }: PlantWay): number {
  return kind === 'extra-call' ? MOST_COPIES : 1_000_000
}

/** Turns as they can be written: a whole number at every call, or one at every so many calls. */
export function roundTurns(turns: number): number {
  return turns >= 1 ? Math.round(turns) : 1 / Math.round(1 / turns)
}

/** @param turns rounded as {@link roundTurns} does */
export function plantIn(executed: ExecutedFunction, way: PlantWay, turns: number): Plant {
  const rounded = roundTurns(turns)
  const { file, name, startOffset, line } = executed
  const { what, edit, variables } =
    way.kind === 'extra-call' ? repeatCall(way.call, rounded) : insertWork(executed, way, rounded)
  const declared = [...(rounded < 1 ? ['plantedCalls = 0'] : []), ...variables]
  return {
    kind: way.kind,
    what,
    file,
    functionName: name,
    startOffset,
    line,
    turns: rounded,
    edits: [edit],
    // `var`: the function may be called before its module has run to its end.
    appendix: declared.length === 0 ? undefined : `var ${declared.join(', ')};`,
  }
}

interface Planting {
  readonly what: string
  readonly edit: Edit
  /** Of the module, with their first values. */
  readonly variables: readonly string[]
}

function repeatCall({ text, startOffset, endOffset, place }: CallSyntax, turns: number): Planting {
  const copies = turns < 1 ? `${everyFew(turns)} && ${text}, ` : `${text}, `.repeat(turns)
  const [before, after] =
    place === 'statement'
      ? [copies, '']
      : place === 'inside'
        ? [`(${copies}`, ')']
        : // A line before it without a semicolon must not become a call.
          [`0, (${copies}`, ')']
  return {
    what: `another call of ${text.replace(/\s+/g, ' ')}`,
    edit: { start: startOffset, before, end: endOffset, after },
    variables: [],
  }
}

function insertWork(
  executed: ExecutedFunction,
  way: Exclude<PlantWay, { kind: 'extra-call' }>,
  turns: number,
): Planting {
  const { what, work, variables = [] } = workOf(way, Math.max(1, turns))
  const statement = `${turns < 1 ? `if (${everyFew(turns)}) ` : ''}{ ${work} }`
  return { what, edit: insertStatement(executed, statement), variables }
}

function everyFew(turns: number): string {
  return `++plantedCalls % ${Math.round(1 / turns)} === 0`
}

/** Statements on one line. What they compute is used, in a branch that is never taken: V8 cannot leave it out. */
function workOf(
  way: Exclude<PlantWay, { kind: 'extra-call' }>,
  turns: number,
): { readonly what: string; readonly work: string; readonly variables?: readonly string[] } {
  const loop = (body: string) =>
    `for (let plantedTurn = 0; plantedTurn < ${turns}; plantedTurn++) { ${body} }`
  const fail = "throw new Error('planted');"
  switch (way.kind) {
    case 'busy-loop':
      return {
        what: 'a loop that computes a number',
        work: `let plantedSum = 1; ${loop('plantedSum = (Math.imul(plantedSum, 31) + plantedTurn) | 0;')} if (plantedSum === 1812433253) ${fail}`,
      }
    case 'quadratic': {
      const { name } = way.parameter
      const parts = `Array.isArray(${name}) ? ${name} : typeof ${name} === 'string' ? ${name}.split('') : Object.keys(${name} ?? 0)`
      return {
        what: `a comparison of every two parts of ${name}`,
        work: `const plantedParts = ${parts}; let plantedSum = 0; ${loop('for (let i = 0; i < plantedParts.length; i++) for (let j = 0; j < i; j++) if (plantedParts[i] === plantedParts[j]) plantedSum++;')} if (plantedSum < 0) ${fail}`,
      }
    }
    case 'deep-clone': {
      const { name } = way.parameter
      return way.by === 'JSON'
        ? { what: `a JSON copy of ${name}`, work: loop(`JSON.parse(JSON.stringify(${name}) ?? 'null');`) }
        : { what: `a structuredClone of ${name}`, work: loop(`structuredClone(${name});`) }
    }
    case 'deopt':
      return deoptOf(way.by, loop, fail)
    default:
      return way satisfies never
  }
}

function deoptOf(
  by: Extract<PlantWay, { kind: 'deopt' }>['by'],
  loop: (body: string) => string,
  fail: string,
) {
  switch (by) {
    case 'dictionary':
      return {
        what: 'objects of many shapes that lose a key',
        work: `let plantedSum = 0; ${loop("const plantedObject = { first: plantedTurn }; plantedObject['key' + (plantedTurn % 13)] = plantedTurn; delete plantedObject.first; plantedSum += plantedObject.key7 ?? 1;")} if (plantedSum < 0) ${fail}`,
      }
    case 'arguments':
      return {
        what: 'a copy of arguments that leaves the function',
        work: loop('plantedLeak = Array.prototype.slice.call(arguments);'),
        variables: ['plantedLeak'],
      }
    case 'invalidation':
      return {
        what: 'a prototype that changes its shape',
        work: `${loop("if ('extra' in (plantedBase ?? {})) delete plantedBase.extra; else if (plantedBase) plantedBase.extra = 1;")} if (plantedHeir?.size < 0) ${fail}`,
        variables: ['plantedBase = { size: 1 }', 'plantedHeir = Object.create(plantedBase)'],
      }
    default:
      return by satisfies never
  }
}
