// A scenario against the version that was measured beside it, by interleaved pairs.
import type { PairMeasurement } from '../measure/turns.ts'
import { type IntervalOptions, pairedRatioInterval, pairedVariance } from '../stats/interval.ts'
import { commonVariance, type Variance } from '../stats/variance.ts'
import { TIMED_METRICS, type TimedMetric } from '../suite/metrics.ts'
import {
  type Comparison,
  decideMetric,
  isGateable,
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

/**
 * Every metric of a scenario against the version that was measured beside it. `alike` are the first pairs of all scenarios
 * of its kind, its own among them: four pairs alone hardly know how far pairs scatter, those of ten scenarios do.
 */
export function comparePairs(
  candidate: PairedCandidate,
  options: IntervalOptions,
  alike: readonly (readonly PairMeasurement[])[] = [],
): Comparison[] {
  const unsteady = whyUnsteady(candidate.pairs.flatMap((pair) => [pair.baseline, pair.candidate]))
  return TIMED_METRICS.map((metric) =>
    unsteady === undefined
      ? compareMetric(candidate, metric, { ...options, common: varianceOf(alike, metric) })
      : unproven(metric, candidate, unsteady, options.confidence),
  )
}

/** Intervals of pairs in the light of other scenarios'. */
type PairOptions = IntervalOptions & { readonly common: Variance }

function varianceOf(alike: readonly (readonly PairMeasurement[])[], metric: TimedMetric): Variance {
  const known = alike.filter(
    (pairs) => pairs.length > 1 && pairs.every(({ ratios }) => ratios[metric] !== null),
  )
  return commonVariance(known.map((pairs) => pairedVariance(valuesOf(pairs, metric))))
}

function compareMetric(candidate: PairedCandidate, metric: TimedMetric, options: PairOptions): Comparison {
  const { pairs, confirmingPairs } = candidate
  const { confidence } = options
  if ([...pairs, ...confirmingPairs].some(({ ratios }) => ratios[metric] === null))
    return unproven(metric, candidate, readsZero(metric), confidence)
  const first = lookAtPairs(pairs, metric, options)
  const confirming = lookAtPairs(confirmingPairs, metric, options)
  return decideMetric(
    metric,
    candidate,
    // Two pairs that agree by chance are no quiet metric: the scatter of other scenarios has a say.
    isGateable(metric, first.estimate?.deviation ?? Number.POSITIVE_INFINITY),
    { first, confirming },
    { confidence, canary: null },
  )
}

function lookAtPairs(pairs: readonly PairMeasurement[], metric: TimedMetric, options: PairOptions) {
  const estimate = pairs.length < 2 ? null : pairedRatioInterval(valuesOf(pairs, metric), options)
  return { trials: pairs.length, estimate }
}

function valuesOf(pairs: readonly PairMeasurement[], metric: TimedMetric): number[] {
  return pairs.map(({ ratios }) => ratios[metric]!)
}
