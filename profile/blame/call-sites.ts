import { executionsAt, type SourceFunction } from '../source/source-functions.ts'
import { type Token, tokensByFunction } from '../source/tokens.ts'
import type { Version } from './change.ts'
import type { VersionFunction } from './functions.ts'
import type { Both, VersionSide } from './side.ts'

/** Calls of one function by another, per op, as the source has them and the counters saw them. */
export interface CallEdge extends Both<number> {
  readonly caller: number
}

/** A place in a function's source that names another. */
export interface CallSite {
  readonly offset: number
  /** Whether it is called there, or only handed on. */
  readonly isCall: boolean
  /** Per op. */
  readonly times: number
}

/** Per caller and name, where it stands. */
type Sites = ReadonlyMap<number, ReadonlyMap<string, readonly CallSite[]>>

/** Times that a function is named by another. */
interface Mention {
  readonly caller: number
  readonly called: Both<number>
  readonly handedOn: Both<number>
}

/** A function's own name stands in its first few tokens: `static async *name(`. */
const HEAD_TOKENS = 6
/** Counts differ by less than this only by rounding. */
const ROUNDING = 1e-9

/**
 * Who calls whom: exact counts of the places where a function is called by its name. Calls beyond those are of functions that
 * hand its name on (`list.map(copy)`), or that it stands in (`list.map((x) => …)`). Calls by computed names are not seen.
 */
export class CallSites {
  readonly #functions: readonly VersionFunction[]
  readonly #callsOf: (id: number) => Both<number> | undefined
  readonly #sites: Both<Sites>
  readonly #mentions: ReadonlyMap<string, readonly Mention[]>
  readonly #edges = new Map<number, readonly CallEdge[]>()

  constructor(
    functions: readonly VersionFunction[],
    sides: Both<VersionSide>,
    callsOf: (id: number) => Both<number> | undefined,
  ) {
    this.#functions = functions
    this.#callsOf = callsOf
    this.#sites = {
      baseline: findSites(functions, 'baseline', sides.baseline),
      candidate: findSites(functions, 'candidate', sides.candidate),
    }
    this.#mentions = joinSides(this.#sites)
  }

  /** The functions that call this one. */
  callersOf(id: number): readonly CallEdge[] {
    const known = this.#edges.get(id) ?? this.#findCallers(id)
    this.#edges.set(id, known)
    return known
  }

  /** Where one function calls another, in one version. */
  sitesOf(side: Version, caller: number, callee: number): readonly CallSite[] {
    return this.#sites[side].get(caller)?.get(calledAs(this.#functions[callee]!)) ?? []
  }

  #findCallers(id: number): CallEdge[] {
    const mentions = this.#mentionsOf(id)
    const named = mentions.map(({ caller, called }) => ({ caller, ...called }))
    const calls = this.#callsOf(id)
    if (calls === undefined) return named
    const rest = {
      baseline: calls.baseline - sum(named.map(({ baseline }) => baseline)),
      candidate: calls.candidate - sum(named.map(({ candidate }) => candidate)),
    }
    if (rest.baseline <= ROUNDING && rest.candidate <= ROUNDING) return named
    return addUp([...named, ...this.#spread(rest, id, mentions)])
  }

  /** Calls that nobody made by name: of those who hand it on, else of the function that it stands in. */
  #spread(rest: Both<number>, id: number, mentions: readonly Mention[]): CallEdge[] {
    const part = (mention: Mention, side: Version) => {
      const all = sum(mentions.map(({ handedOn }) => handedOn[side]))
      return all === 0 ? 0 : mention.handedOn[side] / all
    }
    const handing = mentions.filter(({ handedOn }) => handedOn.baseline + handedOn.candidate > 0)
    if (handing.length > 0) {
      return handing.map((mention) => ({
        caller: mention.caller,
        baseline: Math.max(0, rest.baseline) * part(mention, 'baseline'),
        candidate: Math.max(0, rest.candidate) * part(mention, 'candidate'),
      }))
    }
    const outer = this.#outerOf(id)
    const runs = outer === undefined ? undefined : this.#callsOf(outer)
    // What did not run called nobody: somebody kept the function from an earlier run of it.
    if (outer === undefined || runs === undefined || runs.baseline + runs.candidate === 0) return []
    return [{ caller: outer, ...rest }]
  }

  /** Those who name a function; where several share its name, those of its own file have the first claim. */
  #mentionsOf(id: number): readonly Mention[] {
    const name = calledAs(this.#functions[id]!)
    const mentions = this.#mentions.get(name) ?? []
    if (this.#functions.filter((fn) => calledAs(fn) === name).length === 1) return mentions
    const near = mentions.filter(({ caller }) => this.#urlOf(caller) === this.#urlOf(id))
    return near.length > 0 ? near : mentions
  }

  #urlOf(id: number): string | undefined {
    const { candidate, baseline } = this.#functions[id]!
    return (candidate ?? baseline)?.url
  }

  /** The innermost function around one; a module's top level calls nothing while ops run. */
  #outerOf(id: number): number | undefined {
    const { candidate, baseline } = this.#functions[id]!
    const side = candidate === undefined ? 'baseline' : 'candidate'
    const inner = candidate ?? baseline
    if (inner === undefined) return undefined
    let best: { readonly id: number; readonly length: number } | undefined
    for (const [other, versions] of this.#functions.entries()) {
      const outer = versions[side]
      if (outer === undefined || outer.url !== inner.url || outer.isTopLevel || other === id) continue
      if (outer.startOffset > inner.startOffset || outer.endOffset < inner.endOffset) continue
      const length = outer.endOffset - outer.startOffset
      if (best === undefined || length < best.length) best = { id: other, length }
    }
    return best?.id
  }
}

function findSites(
  functions: readonly VersionFunction[],
  side: Version,
  { sources, countedOps }: VersionSide,
): Sites {
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
  const head = tokens.slice(0, HEAD_TOKENS).findIndex(({ text }) => text === calledAs(fn))
  for (const [i, { text, offset, isName }] of tokens.entries()) {
    if (!isName || i === head) continue
    const site = { offset, isCall: isCalled(tokens, i), times: executionsAt(fn, offset) / countedOps }
    if (site.times > 0) sites.set(text, [...(sites.get(text) ?? []), site])
  }
  return sites
}

/** What a call site names it: V8 calls functions `Parser.parse`, `exports.parse` and `get size` as well. */
function calledAs({ name }: { readonly name: string }): string {
  return name.split(/[. ]/).at(-1)!
}

function isCalled(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text
  return next === '(' || (next === '?.' && tokens[at + 2]?.text === '(')
}

function joinSides({ baseline, candidate }: Both<Sites>): Map<string, Mention[]> {
  const names = new Set(
    [baseline, candidate].flatMap((sites) => [...sites.values()].flatMap((own) => [...own.keys()])),
  )
  const callers = new Set([...baseline.keys(), ...candidate.keys()])
  const timesIn = (sites: Sites, caller: number, name: string, isCall: boolean) =>
    sum((sites.get(caller)?.get(name) ?? []).map((site) => (site.isCall === isCall ? site.times : 0)))
  return new Map(
    [...names].map((name) => [
      name,
      [...callers].flatMap((caller): Mention[] => {
        if (!baseline.get(caller)?.has(name) && !candidate.get(caller)?.has(name)) return []
        const both = (isCall: boolean) => ({
          baseline: timesIn(baseline, caller, name, isCall),
          candidate: timesIn(candidate, caller, name, isCall),
        })
        return [{ caller, called: both(true), handedOn: both(false) }]
      }),
    ]),
  )
}

/** One edge a caller. */
function addUp(edges: readonly CallEdge[]): CallEdge[] {
  const sums = new Map<number, { baseline: number; candidate: number }>()
  for (const { caller, baseline, candidate } of edges) {
    const known = sums.get(caller) ?? { baseline: 0, candidate: 0 }
    sums.set(caller, { baseline: known.baseline + baseline, candidate: known.candidate + candidate })
  }
  return [...sums].map(([caller, counts]) => ({ caller, ...counts }))
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
