// One metric of one scenario against the baseline: its ratio, its limit, and the verdict on it.
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Interval, RatioEstimate } from '../stats/interval.ts'
import { METRICS, type TimedMetric } from '../suite/metrics.ts'
import type { ScenarioDescription } from '../suite/scenario.ts'
import type { CanaryChoice } from './canary-choice.ts'
import { type LookPlace, placeLook } from './look.ts'

/** What is known about one metric against its limit. */
export type MetricVerdict =
  | { readonly kind: 'pass' | 'regressed' | 'improved' }
  | {
      readonly kind: 'inconclusive'
      /** Forks, or pairs, until the interval no longer crosses the limit: an estimate, in all. */
      readonly neededTrials: number
    }
  | {
      readonly kind: 'unproven'
      readonly reason: string
      /** Whether the baseline lacks the scenario or has it otherwise. */
      readonly isBaselineFault: boolean
    }

/** One metric of one scenario against the baseline. Ratios are candidate/baseline. */
export interface Comparison {
  readonly metric: TimedMetric
  readonly isGated: boolean
  readonly limit: number
  /** Of every interval in it, 0 to 1: corrected for the number of comparisons and of looks. */
  readonly confidence: number
  /** The canary that both sides are normalised by; null in lockstep, which needs none, where nothing was compared, and in older reports, which do not say. */
  readonly canary: CanaryChoice | null
  readonly ratio: Interval | null
  /** Where the ratio lies against its limit; null without one. */
  readonly firstLook: LookPlace['kind'] | null
  /** The same ratio from fresh trials, where it was asked for. */
  readonly confirmation: Interval | null
  /** Ratio >= 1: an effect of this size would have been seen with a power of 80 %. */
  readonly minimumDetectableEffect: number | null
  readonly verdict: MetricVerdict
}

/** What the scenario says of how it is to be compared. */
export type Rules = Pick<ScenarioDescription, 'isKey' | 'limits'>

/** What some trials (forks, or pairs of processes) say of one metric. */
export interface Look {
  readonly trials: number
  /** Null where there are too few. */
  readonly estimate: RatioEstimate | null
}

/** By what means a comparison was made. */
export type Means = Pick<Comparison, 'confidence' | 'canary'>

/** One metric's verdict from a first look and, where that was asked for, a second one at fresh trials. */
export function decideMetric(
  metric: TimedMetric,
  { isKey, limits }: Rules,
  mayBeGated: boolean,
  looks: { readonly first: Look; readonly confirming: Look },
  means: Means,
): Comparison {
  const { isHigherBetter, limit: limited } = METRICS[metric]
  const bound = { limit: limits[limited], isHigherBetter }
  const place = ({ estimate, trials }: Look): LookPlace | null =>
    estimate === null ? null : placeLook(estimate.ratio, bound, trials)
  const { first, confirming } = looks
  const firstLook = place(first)
  return {
    metric,
    isGated: isKey && mayBeGated,
    limit: bound.limit,
    ...means,
    ratio: first.estimate?.ratio ?? null,
    firstLook: firstLook?.kind ?? null,
    confirmation: confirming.estimate?.ratio ?? null,
    minimumDetectableEffect: first.estimate?.minimumDetectableEffect ?? null,
    verdict:
      firstLook === null
        ? { kind: 'unproven', reason: 'one measurement is not enough to compare', isBaselineFault: false }
        : decideFromLooks(firstLook, place(confirming), first.trials),
  }
}

/** V8 gives some code two speeds, and two processes may both have the lower one: nothing confirms an improvement. */
const FEWEST_TO_IMPROVE = 3

/**
 * Regressed takes two looks at different trials that both lie beyond the limit; a first look beyond it that is not confirmed is
 * inconclusive.
 */
export function decideFromLooks(
  first: LookPlace,
  confirmation: LookPlace | null,
  trials: number,
): MetricVerdict {
  switch (first.kind) {
    case 'inside':
      return { kind: 'pass' }
    case 'better':
      return trials < FEWEST_TO_IMPROVE
        ? { kind: 'inconclusive', neededTrials: FEWEST_TO_IMPROVE }
        : { kind: 'improved' }
    case 'crossing':
      return { kind: 'inconclusive', neededTrials: first.neededTrials }
    case 'beyond':
      if (confirmation?.kind === 'beyond') return { kind: 'regressed' }
      if (confirmation?.kind === 'crossing')
        return { kind: 'inconclusive', neededTrials: confirmation.neededTrials }
      return { kind: 'inconclusive', neededTrials: 2 * trials }
    default:
      return first satisfies never
  }
}

/** A metric that scatters less than this between its trials may be gated by a limit of 25 %. */
const GATEABLE_SPREAD = 0.05

/** Whether the gate may be about a metric whose trials scatter by so much, a standard deviation of their logarithms. */
export function isGateable(metric: TimedMetric, deviation: number): boolean {
  return METRICS[metric].isGatedAlways || deviation <= GATEABLE_SPREAD
}

/** Why a comparison says nothing. */
export interface Unproven {
  readonly reason: string
  readonly isBaselineFault?: boolean
}

/** Why trials prove nothing, where most of them never became steady. */
export function whyUnsteady(forks: readonly ForkMeasurement[]): Unproven | undefined {
  const unsteady = forks.filter((fork) => !fork.isSteady).length
  if (unsteady <= forks.length / 2) return undefined
  return { reason: `${unsteady} of ${forks.length} forks never became steady` }
}

/** Why a metric cannot be compared that this machine's clock is too coarse for. */
export function readsZero(metric: TimedMetric): Unproven {
  return { reason: `this machine's clock reads zero for ${METRICS[metric].title}` }
}

/** The comparison that could not be made. */
export function unproven(
  metric: TimedMetric,
  { isKey, limits }: Rules,
  { reason, isBaselineFault = false }: Unproven,
  confidence: number,
): Comparison {
  const { isGatedAlways, limit } = METRICS[metric]
  return {
    metric,
    isGated: isKey && isGatedAlways,
    limit: limits[limit],
    confidence,
    canary: null,
    ratio: null,
    firstLook: null,
    confirmation: null,
    minimumDetectableEffect: null,
    verdict: { kind: 'unproven', reason, isBaselineFault },
  }
}

/** Whether a first look lies beyond the limit of a metric that the gate is about. */
export function isBeyond({ isGated, firstLook }: Comparison): boolean {
  return isGated && firstLook === 'beyond'
}
