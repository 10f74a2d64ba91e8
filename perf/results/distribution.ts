// How the times of an op are spread, in both versions where both were measured.
import { type ForkMeasurement, QUANTILES } from '../measure/measure.ts'
import { median } from '../stats/quantile.ts'

/** What ops cost at most, raw, ns, by their share: `[0.5, 800]` is the median. Of each version the middle of its forks. */
export interface Distribution {
  readonly quantiles: readonly number[]
  readonly candidateNs: readonly number[]
  /** Null where the other version was not measured beside this one. */
  readonly baselineNs: readonly number[] | null
}

/** Undefined where forks have kept no more than their percentiles. */
export function summariseDistribution(
  candidate: readonly ForkMeasurement[],
  baseline: readonly ForkMeasurement[],
): Distribution | undefined {
  const candidateNs = middleOf(candidate)
  return candidateNs && { quantiles: QUANTILES, candidateNs, baselineNs: middleOf(baseline) ?? null }
}

function middleOf(forks: readonly ForkMeasurement[]): number[] | undefined {
  const kept = forks.flatMap(({ quantilesNs }) => (quantilesNs === undefined ? [] : [quantilesNs]))
  if (kept.length === 0) return undefined
  return QUANTILES.map((_, i) => Math.round(median(kept.map((quantiles) => quantiles[i]!)) * 10) / 10)
}
