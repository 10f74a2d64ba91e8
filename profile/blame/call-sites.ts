// Who calls whom, how often: places in the source that name a function, and V8's counts of how often they ran.
import { sumOf } from '../model/sum.ts'
import type { Mention, MentionUse } from '../source/code/file-code.ts'
import { executionsAt, type SourceFunction } from '../source/source-functions.ts'
import type { Version } from './change.ts'
import type { VersionFunction, VersionFunctions } from './functions.ts'
import type { Both, VersionSide } from './side.ts'

/** Calls of one function by another, per op, as the source has them and the counters saw them. */
export interface CallEdge extends Both<number> {
  readonly caller: number
}

/** A place in a function's source that names another. */
export interface CallSite {
  readonly offset: number
  readonly use: MentionUse
  /** Per op. */
  readonly times: number
}

/** Per caller and name, where it stands. */
type Sites = ReadonlyMap<number, ReadonlyMap<string, readonly CallSite[]>>

/** Times that a function is named by another. */
interface Naming {
  readonly caller: number
  readonly called: Both<number>
  /** It may be called by whoever has it now; a getter or setter is. */
  readonly handedOn: Both<number>
}

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
  /** Who names something, by the name. */
  readonly #callers: ReadonlyMap<string, readonly number[]>
  readonly #edges = new Map<number, readonly CallEdge[]>()

  constructor(
    functions: VersionFunctions,
    sides: Both<VersionSide>,
    callsOf: (id: number) => Both<number> | undefined,
  ) {
    this.#functions = functions.list
    this.#callsOf = callsOf
    this.#sites = {
      baseline: findSites(functions, 'baseline', sides.baseline),
      candidate: findSites(functions, 'candidate', sides.candidate),
    }
    this.#callers = findCallers(this.#sites)
  }

  /** The functions that call this one. */
  callersOf(id: number): readonly CallEdge[] {
    const known = this.#edges.get(id) ?? this.#findCallers(id)
    this.#edges.set(id, known)
    return known
  }

  /** Where one function calls another, or hands it on, in one version. */
  sitesOf(side: Version, caller: number, callee: number): readonly CallSite[] {
    const fn = this.#functions[callee]!
    const sites = this.#sites[side].get(caller)?.get(calledAs(fn)) ?? []
    return sites.filter(({ use }) => use === 'call' || isHandedOn(fn, use))
  }

  #findCallers(id: number): CallEdge[] {
    const namings = this.#namingsOf(id)
    const named = namings.map(({ caller, called }) => ({ caller, ...called }))
    const calls = this.#callsOf(id)
    if (calls === undefined) return named
    const rest = {
      baseline: calls.baseline - sumOf(named.map(({ baseline }) => baseline)),
      candidate: calls.candidate - sumOf(named.map(({ candidate }) => candidate)),
    }
    if (rest.baseline <= ROUNDING && rest.candidate <= ROUNDING) return named
    return addUp([...named, ...this.#spread(rest, id, namings)])
  }

  /** Calls that nobody made by name: of those who hand it on, else of the function that it stands in. */
  #spread(rest: Both<number>, id: number, namings: readonly Naming[]): CallEdge[] {
    const part = (naming: Naming, side: Version) => {
      const all = sumOf(namings.map(({ handedOn }) => handedOn[side]))
      return all === 0 ? 0 : naming.handedOn[side] / all
    }
    const handing = namings.filter(({ handedOn }) => handedOn.baseline + handedOn.candidate > 0)
    if (handing.length > 0) {
      return handing.map((naming) => ({
        caller: naming.caller,
        baseline: Math.max(0, rest.baseline) * part(naming, 'baseline'),
        candidate: Math.max(0, rest.candidate) * part(naming, 'candidate'),
      }))
    }
    const outer = this.#outerOf(id)
    const runs = outer === undefined ? undefined : this.#callsOf(outer)
    // What did not run called nobody: somebody kept the function from an earlier run of it.
    if (outer === undefined || runs === undefined || runs.baseline + runs.candidate === 0) return []
    return [{ caller: outer, ...rest }]
  }

  /** Those who name a function; where several share its name, those of its own file have the first claim. */
  #namingsOf(id: number): readonly Naming[] {
    const name = calledAs(this.#functions[id]!)
    const callers = this.#callers.get(name) ?? []
    const namings = callers.map((caller) => this.#namingBy(caller, id)).filter(isAny)
    const near = namings.filter(({ caller }) => this.#urlOf(caller) === this.#urlOf(id))
    const isShared = this.#functions.filter((fn) => calledAs(fn) === name).length > 1
    return isShared && near.length > 0 ? near : namings
  }

  #namingBy(caller: number, callee: number): Naming {
    const fn = this.#functions[callee]!
    const times = (side: Version, fits: (use: MentionUse) => boolean) => {
      const sites = this.#sites[side].get(caller)?.get(calledAs(fn)) ?? []
      return sumOf(sites.map((site) => (fits(site.use) ? site.times : 0)))
    }
    const both = (fits: (use: MentionUse) => boolean) => ({
      baseline: times('baseline', fits),
      candidate: times('candidate', fits),
    })
    const isCall = (use: MentionUse) => use === 'call'
    return { caller, called: both(isCall), handedOn: both((use) => isHandedOn(fn, use)) }
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

function findSites({ list, code }: VersionFunctions, side: Version, { countedOps }: VersionSide): Sites {
  const found = new Map<number, Map<string, CallSite[]>>()
  if (countedOps === undefined) return found
  for (const [id, versions] of list.entries()) {
    const fn = versions[side]
    if (fn === undefined || fn.calls === 0) continue
    found.set(id, sitesIn(fn, code.of(side, fn)!.mentionsOf(fn), countedOps))
  }
  return found
}

function sitesIn(
  fn: SourceFunction,
  mentions: readonly Mention[],
  countedOps: number,
): Map<string, CallSite[]> {
  const sites = new Map<string, CallSite[]>()
  for (const { name, offset, use } of mentions) {
    const site = { offset, use, times: executionsAt(fn, offset) / countedOps }
    if (site.times > 0) sites.set(name, [...(sites.get(name) ?? []), site])
  }
  return sites
}

/** What a call site names it: V8 calls functions `Parser.parse`, `exports.parse` and `get size` as well. */
function calledAs({ name }: { readonly name: string }): string {
  return name.split(/[. ]/).at(-1)!
}

/** Whether a place may have somebody else call a function, which for a setter is one that writes to its name. */
function isHandedOn({ name }: { readonly name: string }, use: MentionUse): boolean {
  return use === 'read and write' || use === (name.startsWith('set ') ? 'write' : 'read')
}

function isAny({ called, handedOn }: Naming): boolean {
  return called.baseline + called.candidate + handedOn.baseline + handedOn.candidate > 0
}

function findCallers({ baseline, candidate }: Both<Sites>): Map<string, number[]> {
  const found = new Map<string, Set<number>>()
  for (const [caller, sites] of [...baseline, ...candidate]) {
    for (const name of sites.keys()) found.set(name, (found.get(name) ?? new Set()).add(caller))
  }
  return new Map([...found].map(([name, callers]) => [name, [...callers]]))
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
