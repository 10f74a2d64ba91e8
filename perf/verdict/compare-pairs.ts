import { metricTitle, TIMED_METRICS, type TimedMetric } from '../measure/metrics.ts'
import type { Comparison } from '../results/report.ts'
import type { PairMeasurement } from '../run/pair.ts'
import { type IntervalOptions, pairedRatioInterval } from '../stats/interval.ts'
import {
  isGateable,
  judge,
  judgePatchBytes,
  type Look,
  type Rules,
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
  const { pairs } = candidate
  const [ofBaseline, ofCandidate] = [pairs[0]!.baseline.patchBytesPerOp, pairs[0]!.candidate.patchBytesPerOp]
  const unsteady = whyUnsteady(pairs.flatMap((pair) => [pair.baseline, pair.candidate]))
  return [
    ...TIMED_METRICS.map((metric) =>
      unsteady !== undefined
        ? unproven(metric, candidate, unsteady)
        : compareMetric(candidate, metric, options),
    ),
    ...judgePatchBytes(ofBaseline, ofCandidate),
  ]
}

function compareMetric(
  candidate: PairedCandidate,
  metric: TimedMetric,
  options: IntervalOptions,
): Comparison {
  const { pairs, confirmingPairs } = candidate
  if ([...pairs, ...confirmingPairs].some(({ ratios }) => ratios[metric] === null)) {
    return unproven(metric, candidate, {
      reason: `this machine's clock reads zero for ${metricTitle(metric)}`,
    })
  }
  return judge(
    metric,
    candidate,
    isGateable(metric, valuesOf(pairs, metric)),
    lookAtPairs(pairs, metric, options),
    lookAtPairs(confirmingPairs, metric, options),
  )
}

function lookAtPairs(pairs: readonly PairMeasurement[], metric: TimedMetric, options: IntervalOptions): Look {
  const estimate = pairs.length < 2 ? null : pairedRatioInterval(valuesOf(pairs, metric), options)
  return { trials: pairs.length, estimate }
}

function valuesOf(pairs: readonly PairMeasurement[], metric: TimedMetric): number[] {
  return pairs.map(({ ratios }) => ratios[metric]!)
}
