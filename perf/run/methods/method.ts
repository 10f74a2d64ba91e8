// What a method of measuring is: how trials are made and compared.
import type { ForkMeasurement } from '../../measure/measure.ts'
import type { Ratios } from '../../measure/turns.ts'
import type { IntervalOptions } from '../../stats/interval.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import type { Counters } from '../../suite/scenario.ts'
import type { Comparison } from '../../verdict/metric-verdict.ts'

/** What came of one trial. */
export type TrialOutcome<Trial> =
  | { readonly kind: 'measured'; readonly measurement: Trial }
  | { readonly kind: 'failed'; readonly reason: string }

/** The trials of one scenario so far. */
export interface Trials<Trial> {
  readonly discovered: DiscoveredScenario
  readonly first: readonly Trial[]
  /** Fresh ones after a first look beyond a limit; empty before. */
  readonly confirming: readonly Trial[]
}

/**
 * How scenarios are measured and what they are compared with. A trial is one fresh measurement of a scenario: a fork that is
 * compared with stored ones, or a pair of processes in lockstep.
 */
export interface Method<Trial> {
  /** How many trials of a scenario there are at each look, in rising order. */
  readonly looks: readonly number[]
  readonly confirmingLooks: readonly number[]
  /** A scenario that fewer trials do not put beyond a limit has so many. */
  readonly fewest: number
  /** So many trials may be made at the same time. */
  readonly atOnce: number
  /** Those that are made at the same time wait for each other to start: what takes as long to start is best made together. */
  readonly startsTogether: boolean
  /** How far a look and its confirmation share their error, 0 to 1. */
  readonly correlation: number
  /** Rejects only when aborted. @param index of the trial among those of its scenario */
  measure(discovered: DiscoveredScenario, index: number, signal: AbortSignal): Promise<TrialOutcome<Trial>>
  /** The measured code in one trial. */
  forkOf(trial: Trial): ForkMeasurement
  /** The version it is compared with in one trial, where that was measured there. */
  baselineForkOf(trial: Trial): ForkMeasurement | null
  /** What one trial says of both versions, where it measured both. */
  pairOf(trial: Trial): Ratios | null
  /** Of these trials, those that count; `alike` are those of all scenarios of the same kind. */
  select(trials: readonly Trial[], alike: readonly Trial[], atLeast: number): readonly Trial[]
  /** What the baseline's side of these trials (or of its row) counted; null where that is not known. */
  baselineCounters(trials: Trials<Trial>): Counters | null
  /** Empty where there is nothing to compare with. @param alike the first trials of all scenarios of the same kind */
  compare(trials: Trials<Trial>, options: IntervalOptions, alike: readonly (readonly Trial[])[]): Comparison[]
}
