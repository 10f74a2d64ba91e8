// A scenario against the version that was measured beside it, by interleaved pairs.
import type { PairMeasurement } from '../measure/turns.ts'
import { type IntervalOptions, pairedRatioInterval } from '../stats/interval.ts'
import { TIMED_METRICS, type TimedMetric } from '../suite/metrics.ts'
import {
  type Comparison,
  decideMetric,
  isGateable,
  type Look,
  type Rules,
  readsZero,
  unproven,
  whyUnsteady,
} from './metric-verdict.ts'

/** Two versions of one scenario as their pairs have it. */
export interface PairedCandidate extends Rules {
  /** At least one. */
  readonly pairs: readonly PairMeasurement[]
  /** Fresh pairs after a first look beyond a limit; empty before. */
  readonly confirmingPairs: readonly PairMeasurement[]
}

/** Every metric of a scenario against the version that was measured beside it. */
export function comparePairs(candidate: PairedCandidate, options: IntervalOptions): Comparison[] {
  const unsteady = whyUnsteady(candidate.pairs.flatMap((pair) => [pair.baseline, pair.candidate]))
  return TIMED_METRICS.map((metric) =>
    unsteady === undefined
      ? compareMetric(candidate, metric, options)
      : unproven(metric, candidate, unsteady, options.confidence),
  )
}

function compareMetric(
  candidate: PairedCandidate,
  metric: TimedMetric,
  options: IntervalOptions,
): Comparison {
  const { pairs, confirmingPairs } = candidate
  const { confidence } = options
  if ([...pairs, ...confirmingPairs].some(({ ratios }) => ratios[metric] === null))
    return unproven(metric, candidate, readsZero(metric), confidence)
  return decideMetric(
    metric,
    candidate,
    isGateable(metric, valuesOf(pairs, metric)),
    {
      first: lookAtPairs(pairs, metric, options),
      confirming: lookAtPairs(confirmingPairs, metric, options),
    },
    { confidence, canary: null },
  )
}

function lookAtPairs(pairs: readonly PairMeasurement[], metric: TimedMetric, options: IntervalOptions): Look {
  const estimate = pairs.length < 2 ? null : pairedRatioInterval(valuesOf(pairs, metric), options)
  return { trials: pairs.length, estimate }
}

function valuesOf(pairs: readonly PairMeasurement[], metric: TimedMetric): number[] {
  return pairs.map(({ ratios }) => ratios[metric]!)
}
