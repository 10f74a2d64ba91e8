// Who has to answer for a change in self time.
import type { CallEdge, CallSites } from './call-sites.ts'
import type { SideCosts } from './costs.ts'
import type { VersionFunction } from './functions.ts'
import type { Both } from './side.ts'

/** A part of the change in a function's self time, and the touched function that has to answer for it. */
export interface Charge {
  /** Whose self time changed. */
  readonly symptom: number
  /** Undefined where nobody can be named. */
  readonly culprit: number | undefined
  /** Of the symptom's change, 0 to 1. */
  readonly part: number
}

/** What is known of two versions' functions, by their numbers. */
export interface Evidence {
  readonly functions: readonly VersionFunction[]
  readonly costs: Both<SideCosts>
  readonly calls: CallSites
  /** Exact calls per op; undefined where they were not counted. */
  callsOf(id: number): Both<number> | undefined
}

type Parts = readonly { readonly culprit: number | undefined; readonly part: number }[]

/** Times are this many standard errors off at the most. */
const ERRORS = 2
/** Those who may have called a function whose calls nobody counted are looked for no further away than this. */
const FARTHEST_CALLER = 12

/**
 * Finds who answers for each function's change. What comes of more or fewer calls is the callers' matter, in proportion to
 * how many more each makes, and so on upwards, until a caller calls more often *each time it runs*: if its code was touched,
 * it answers. What a call costs more is the function's own matter if it was touched; else that of the touched functions
 * under which it ran, which hand it other work than before.
 */
export class Charger {
  readonly #evidence: Evidence
  readonly #groups = new Map<number, ReadonlySet<number>>()
  readonly #answers = new Map<number, Parts>()

  constructor(evidence: Evidence) {
    this.#evidence = evidence
  }

  /** The parts add up to 1. */
  chargesOf(symptom: number): Charge[] {
    const byCalls = this.#partByCalls(symptom)
    const parts = [...scale(this.#callers(symptom), byCalls), ...scale(this.#own(symptom), 1 - byCalls)]
    const sums = new Map<number | undefined, number>()
    for (const { culprit, part } of parts) sums.set(culprit, (sums.get(culprit) ?? 0) + part)
    return [...sums].map(([culprit, part]) => ({ symptom, culprit, part }))
  }

  /** The part of a function's change that comes of its being called more or less often, 0 to 1. */
  #partByCalls(id: number): number {
    const calls = this.#evidence.callsOf(id)
    const { baseline, candidate } = this.#evidence.costs
    const change = candidate.self[id]! - baseline.self[id]!
    if (calls === undefined || calls.baseline === calls.candidate || change === 0) return 0
    if (calls.baseline === 0 || calls.candidate === 0) return 1
    // Calls are exact and times are not: what the calls explain within the noise of the times is theirs.
    const ratio = calls.candidate / calls.baseline
    const excess = candidate.self[id]! - baseline.self[id]! * ratio
    const alone = new Map([[id, 1]])
    const noise = ERRORS * Math.sqrt(candidate.varianceOf(alone) + baseline.varianceOf(alone) * ratio ** 2)
    const certain = Math.sign(excess) * Math.max(0, Math.abs(excess) - noise)
    return 1 - clamp(certain / change)
  }

  #own(id: number): Parts {
    return this.#evidence.functions[id]!.isTouched ? [{ culprit: id, part: 1 }] : this.#above(id)
  }

  /** Who answers for a change in how often a function is called. */
  #callers(id: number): Parts {
    const known = this.#answers.get(id) ?? this.#findCallers(id)
    this.#answers.set(id, known)
    return known
  }

  /** Callers outside of a function's group are asked, so this comes to an end: groups do not call each other in circles. */
  #findCallers(id: number): Parts {
    const group = this.#groupOf(id)
    const calls = this.#evidence.callsOf(id)
    const outside = [...group].flatMap((member) =>
      this.#evidence.calls.callersOf(member).filter(({ caller }) => !group.has(caller)),
    )
    const sign = calls === undefined || calls.candidate >= calls.baseline ? 1 : -1
    const rising = outside.filter(({ baseline, candidate }) => (candidate - baseline) * sign > 0)
    const rise = rising.reduce((sum, { baseline, candidate }) => sum + Math.abs(candidate - baseline), 0)
    if (rise === 0) return this.#inside(id, group)
    const byOutside = calls === undefined ? 1 : partOfRatio(sumEdges(outside), calls)
    return [
      ...scale(this.#inside(id, group), 1 - byOutside),
      ...rising.flatMap((edge) =>
        scale(this.#answerFor(edge), (byOutside * Math.abs(edge.candidate - edge.baseline)) / rise),
      ),
    ]
  }

  /** A caller answers for calling more often each time it runs; its own callers for running it more often. */
  #answerFor({ caller, baseline, candidate }: CallEdge): Parts {
    const runs = this.#evidence.callsOf(caller)
    const byRuns =
      runs === undefined || runs.baseline === runs.candidate
        ? 0
        : runs.baseline === 0 || runs.candidate === 0
          ? 1
          : clamp(((runs.candidate - runs.baseline) * (baseline / runs.baseline)) / (candidate - baseline))
    return [
      ...scale(this.#own(caller), 1 - byRuns),
      ...(byRuns === 0 ? [] : scale(this.#callers(caller), byRuns)),
    ]
  }

  /** Functions that call each other and are called no more often from outside: one of them calls itself more often. */
  #inside(id: number, group: ReadonlySet<number>): Parts {
    const { functions, calls } = this.#evidence
    const rates = [...group].flatMap((member) =>
      calls
        .callersOf(member)
        .filter(({ caller }) => group.has(caller) && functions[caller]!.isTouched)
        .map(({ caller, baseline, candidate }) => {
          const runs = this.#evidence.callsOf(caller)
          const rate = Math.abs(candidate / (runs?.candidate || 1) - baseline / (runs?.baseline || 1))
          return { caller, rate }
        }),
    )
    const most = rates.reduce((a, b) => (b.rate > a.rate ? b : a), { caller: id, rate: 1e-6 })
    return this.#own(most.caller)
  }

  /** The touched functions under which one ran, by its time there; where none was seen, the nearest that can call it. */
  #above(id: number): Parts {
    const { costs } = this.#evidence
    const callers = new Set(
      [costs.baseline, costs.candidate].flatMap(({ below }) => [...(below.get(id)?.keys() ?? [])]),
    )
    const total = costs.candidate.self[id]! - costs.baseline.self[id]!
    const changes = [...callers].map((caller) => {
      const [baseline, candidate] = [costs.baseline, costs.candidate].map(
        ({ below }) => below.get(id)?.get(caller) ?? 0,
      )
      return { caller, change: candidate! - baseline!, weight: candidate! + baseline! }
    })
    const along = changes.filter(({ change }) => change * total > 0)
    const called = this.#newlyCalledBy(id)
    if (called.length > 0) return called
    if (along.length > 0) {
      return share(along.map(({ caller, change }) => ({ caller, weight: Math.abs(change) })))
    }
    return changes.length > 0 ? share(changes) : this.#nearestTouched(id)
  }

  /** Of a function that nobody counted, the engine's for example: who calls it more often by its name than before. */
  #newlyCalledBy(id: number): Parts {
    if (this.#evidence.callsOf(id) !== undefined) return []
    const rising = this.#evidence.calls
      .callersOf(id)
      .filter(
        ({ caller, baseline, candidate }) =>
          candidate !== baseline && this.#evidence.functions[caller]!.isTouched,
      )
    return share(
      rising.map(({ caller, baseline, candidate }) => ({ caller, weight: Math.abs(candidate - baseline) })),
    )
  }

  #nearestTouched(id: number): Parts {
    const seen = new Set([id])
    let level = [id]
    for (let distance = 0; distance < FARTHEST_CALLER && level.length > 0; distance++) {
      const edges = level
        .flatMap((member) => this.#evidence.calls.callersOf(member))
        .filter(({ caller }) => !seen.has(caller))
      const touched = edges.filter(({ caller }) => this.#evidence.functions[caller]!.isTouched)
      if (touched.length > 0) {
        return share(
          touched.map(({ caller, baseline, candidate }) => ({
            caller,
            weight: Math.max(baseline, candidate),
          })),
        )
      }
      level = [...new Set(edges.map(({ caller }) => caller))]
      for (const caller of level) seen.add(caller)
    }
    return [{ culprit: undefined, part: 1 }]
  }

  /** A function with all those that it calls and is called by, directly or not. */
  #groupOf(id: number): ReadonlySet<number> {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const above = this.#reach(id)
    const group = new Set([id, ...[...above].filter((other) => other !== id && this.#reach(other).has(id))])
    for (const member of group) this.#groups.set(member, group)
    return group
  }

  /** All functions that call one, directly or not. */
  #reach(id: number): ReadonlySet<number> {
    const found = new Set<number>()
    const waiting = [id]
    for (const at of waiting) {
      for (const { caller } of this.#evidence.calls.callersOf(at)) {
        if (found.has(caller)) continue
        found.add(caller)
        waiting.push(caller)
      }
    }
    return found
  }
}

function sumEdges(edges: readonly CallEdge[]): Both<number> {
  return {
    baseline: edges.reduce((sum, { baseline }) => sum + baseline, 0),
    candidate: edges.reduce((sum, { candidate }) => sum + candidate, 0),
  }
}

/** How much of one ratio another explains, in logarithms, 0 to 1. */
function partOfRatio(cause: Both<number>, effect: Both<number>): number {
  if (cause.baseline === 0 || effect.baseline === 0 || effect.candidate === 0 || cause.candidate === 0)
    return 1
  return clamp(Math.log(cause.candidate / cause.baseline) / Math.log(effect.candidate / effect.baseline))
}

function share(weighted: readonly { readonly caller: number; readonly weight: number }[]): Parts {
  const sum = weighted.reduce((total, { weight }) => total + weight, 0)
  return sum === 0 ? [] : weighted.map(({ caller, weight }) => ({ culprit: caller, part: weight / sum }))
}

function scale(parts: Parts, by: number): Parts {
  return by === 0 ? [] : parts.map(({ culprit, part }) => ({ culprit, part: part * by }))
}

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0
}
