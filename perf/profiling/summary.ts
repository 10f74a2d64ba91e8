// What a report says of where the time of a scenario's op goes.
import { workspaceUrl } from '../../profile/model/file-url.ts'
import type { CanaryName } from '../measure/canary.ts'
import type { ForkMeasurement, ObservedCost } from '../measure/measure.ts'
import { type Interval, ratioInterval } from '../stats/interval.ts'
import { median } from '../stats/quantile.ts'
import type { Scenario } from '../suite/scenario.ts'
import { canaryOf } from '../verdict/canary-choice.ts'
import { costFieldOf, costKindOf } from '../verdict/cost.ts'
import { findHotFunctions, type HotFunction } from './hot-functions.ts'
import type { ScenarioProfile } from './pass.ts'

/** A function's part in an op. */
export interface HotFunctionRow extends Omit<HotFunction, 'url'> {
  /** Path from the project's folder, or a URL; empty for the engine's own. */
  readonly file: string
}

/** Where the time of a scenario's op goes. */
export interface ProfileSummary {
  readonly profiles: number
  readonly stackSamples: number
  /** Cost of an op under the profiler ÷ cost without. */
  readonly overhead: Interval | null
  readonly countedOps: number | null
  /** For what an op waits, beside its functions; missing where it does not. */
  readonly waitingNsPerOp?: number | undefined
  readonly problems: readonly string[]
  /** The most self time first. */
  readonly functions: readonly HotFunctionRow[]
}

/** A scenario as it was timed. */
export interface TimedScenario {
  readonly kind: Scenario['kind']
  readonly canary: { readonly name: CanaryName }
  readonly forks: readonly ForkMeasurement[]
  /** What an op costs, at reference speed. */
  readonly nsPerOp: number
}

/** The hot functions of a scenario: shares of its profiles × what its timed forks say an op costs. */
export function summariseProfile(
  scenario: ScenarioProfile,
  timed: TimedScenario,
  root: string,
  seed: number,
): ProfileSummary {
  const { profiles, costs, counted, sources, problems } = scenario
  const { kind, canary, forks } = timed
  const field = costFieldOf(kind)
  const cost = (fork: ObservedCost) => fork.canaries[canaryOf(field, canary)]!.normalised[field]
  const { busyNs, waitingNs } = opTimeOf(scenario, timed)
  const functions = findHotFunctions(
    profiles.map(({ profile }) => profile),
    busyNs,
    counted,
    sources,
    seed,
  )
  return {
    profiles: profiles.length,
    stackSamples: profiles.reduce((sum, { profile }) => sum + profile.sampleNode.length, 0),
    overhead: overheadOf(forks.map(cost), costs.map(cost), seed),
    countedOps: counted?.ops.calls ?? null,
    ...(waitingNs > 0 && { waitingNsPerOp: waitingNs }),
    problems: [...problems],
    functions: functions.map((hot) => toRow(hot, root)),
  }
}

/** What an op costs, as it is split between work and waiting. */
export interface OpTime extends SplitTime {
  readonly kind: Scenario['kind']
}

export function opTimeOf(
  { profiles }: ScenarioProfile,
  { kind, canary, nsPerOp, forks }: TimedScenario,
): OpTime {
  const canaryOfCpu = canaryOf('cpuNsPerOp', canary)
  const cpuNs = median(forks.map((fork) => fork.canaries[canaryOfCpu]!.normalised.cpuNsPerOp))
  return { kind, ...splitTime(kind, nsPerOp, cpuNs, profiles) }
}

/** Time of an op in which its functions work, and in which it waits. */
export interface SplitTime {
  readonly busyNs: number
  readonly waitingNs: number
}

/** Of an op that waits for more of its time than this, wall time is no time of its functions. */
const WAITING_SHARE = 0.02

/**
 * The time of an op: for which its functions work, and for which it waits. It works for as long as its thread was not idle in any
 * of its profiles, and for no more than its CPU time: what the profiler costs and other threads do is none of it. An op that waits
 * does so every time; a thread that was idle in one profile alone had a busy machine around it. CPU time, which servers cost, has
 * no waiting in it.
 */
export function splitTime(
  kind: Scenario['kind'],
  nsPerOp: number,
  cpuNsPerOp: number,
  profiles: readonly { readonly idleShare?: number }[],
): SplitTime {
  const idleShare = Math.min(...profiles.map((profile) => profile.idleShare ?? 0))
  if (idleShare < WAITING_SHARE || costKindOf(kind) === 'cpu') return { busyNs: nsPerOp, waitingNs: 0 }
  const busyNs = Math.min(cpuNsPerOp, nsPerOp * (1 - idleShare))
  return { busyNs, waitingNs: nsPerOp - busyNs }
}

/** What a scenario has where profiling it failed. */
export function failedProfile(failure: string): ProfileSummary {
  return {
    profiles: 0,
    stackSamples: 0,
    overhead: null,
    countedOps: null,
    problems: [failure],
    functions: [],
  }
}

function overheadOf(timed: readonly number[], profiled: readonly number[], seed: number): Interval | null {
  if (timed.length < 2 || profiled.length < 2 || [...timed, ...profiled].some((value) => !(value > 0)))
    return null
  return ratioInterval(timed, profiled, { confidence: 0.95, seed }).ratio
}

function toRow({ url, ...hot }: HotFunction, root: string): HotFunctionRow {
  return { ...hot, file: workspaceUrl(url, root) }
}
