import { executionsAt, type SourceFunction } from '../source-functions.ts'
import { type Token, tokensByFunction } from '../tokens.ts'
import type { Side } from '../versions.ts'
import type { VersionFunction } from './functions.ts'
import type { Both, VersionSide } from './side.ts'

/** Calls of one function by another, per op, as the source has them and the counters saw them. */
export interface CallEdge {
  readonly caller: number
  readonly before: number
  readonly after: number
}

/** A place in a function's source from which something is called. */
export interface CallSite {
  readonly offset: number
  readonly callsPerOp: number
}

/** A function's own name stands in its first few tokens: `static async *name(`. */
const HEAD_TOKENS = 6

/**
 * Who calls whom, by name: exact counts of the places where the name of a function is called. Calls through other names are
 * not seen.
 */
export class CallSites {
  readonly #sites: Both<ReadonlyMap<number, ReadonlyMap<string, readonly CallSite[]>>>
  readonly #edges: ReadonlyMap<string, readonly CallEdge[]>
  readonly #functions: readonly VersionFunction[]

  constructor(functions: readonly VersionFunction[], sides: Both<VersionSide>) {
    this.#functions = functions
    this.#sites = {
      before: findSites(functions, 'before', sides.before),
      after: findSites(functions, 'after', sides.after),
    }
    this.#edges = joinSides(this.#sites)
  }

  /** The functions that call this one. Where several share its name, those of its own file have the first claim. */
  callersOf(id: number): readonly CallEdge[] {
    const { name, after, before } = this.#functions[id]!
    const edges = this.#edges.get(name) ?? []
    const namesakes = this.#functions.filter((fn) => fn.name === name)
    if (namesakes.length === 1) return edges
    const url = (after ?? before)?.url
    const near = edges.filter(({ caller }) => {
      const fn = this.#functions[caller]!
      return (fn.after ?? fn.before)?.url === url
    })
    return near.length > 0 ? near : edges
  }

  /** Where one function calls another, in one version. */
  sitesOf(side: Side, caller: number, callee: number): readonly CallSite[] {
    return this.#sites[side].get(caller)?.get(this.#functions[callee]!.name) ?? []
  }
}

function findSites(
  functions: readonly VersionFunction[],
  side: Side,
  { sources, countedOps }: VersionSide,
): Map<number, Map<string, CallSite[]>> {
  const found = new Map<number, Map<string, CallSite[]>>()
  if (countedOps === undefined) return found
  for (const [id, versions] of functions.entries()) {
    const fn = versions[side]
    if (fn === undefined || fn.calls === 0) continue
    found.set(id, sitesIn(fn, tokensByFunction(sources.file(fn.url)!).get(fn) ?? [], countedOps))
  }
  return found
}

function sitesIn(fn: SourceFunction, tokens: readonly Token[], countedOps: number): Map<string, CallSite[]> {
  const sites = new Map<string, CallSite[]>()
  const head = tokens.slice(0, HEAD_TOKENS).findIndex(({ text }) => text === fn.name)
  for (const [i, { text, offset, isName }] of tokens.entries()) {
    if (!isName || i === head || !isCalled(tokens, i)) continue
    const site = { offset, callsPerOp: executionsAt(fn, offset) / countedOps }
    if (site.callsPerOp > 0) sites.set(text, [...(sites.get(text) ?? []), site])
  }
  return sites
}

function isCalled(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text
  return next === '(' || (next === '?.' && tokens[at + 2]?.text === '(')
}

function joinSides({
  before,
  after,
}: Both<ReadonlyMap<number, ReadonlyMap<string, readonly CallSite[]>>>): Map<string, CallEdge[]> {
  const counts = new Map<string, Map<number, { before: number; after: number }>>()
  for (const [side, sites] of [['before', before] as const, ['after', after] as const]) {
    for (const [caller, byName] of sites) {
      for (const [name, list] of byName) {
        const callers = counts.get(name) ?? new Map<number, { before: number; after: number }>()
        const count = callers.get(caller) ?? { before: 0, after: 0 }
        for (const { callsPerOp } of list) count[side] += callsPerOp
        counts.set(name, callers.set(caller, count))
      }
    }
  }
  return new Map(
    [...counts].map(([name, callers]) => [
      name,
      [...callers].map(([caller, count]) => ({ caller, ...count })),
    ]),
  )
}
