// How far ratios of the same code scatter.
import type { Interval } from '../../perf/stats/interval.ts'
import { median, quantileOfSorted } from '../../perf/stats/quantile.ts'
import { createRandom } from '../../perf/stats/random.ts'

const RESAMPLES = 2_000

/**
 * How far pairs of the same code are from 1: 1.4826 × the median of |ln ratio|, as a standard deviation that odd pairs
 * cannot pull, with its 95 % percentile-bootstrap interval over pairs. About the truth, which is known, not about their own
 * median: what puts all of them off counts too. NaN for none; the same values have the same interval.
 * Input: one positive ratio a pair, any order, not changed; at least eight for an interval that is worth its name.
 * Source: Rousseeuw and Croux 1993, section 1; Efron and Tibshirani 1993, ch. 13. Coverage is tested in lockstep.test.ts.
 */
export function scatterOf(ratios: readonly number[]): Interval {
  const distances = Float64Array.from(ratios, (ratio) => Math.abs(Math.log(ratio)))
  const random = createRandom(1)
  const resample = () => distances.map(() => distances[Math.floor(random() * distances.length)]!)
  const scatters = Float64Array.from({ length: RESAMPLES }, () => deviationOf(resample())).sort()
  return {
    low: quantileOfSorted(scatters, 0.025),
    value: deviationOf(distances),
    high: quantileOfSorted(scatters, 0.975),
  }
}

function deviationOf(distances: Float64Array): number {
  return 1.4826 * median(distances)
}

/** In percent: `1.3 % [0.9, 1.9]`; a dash where there is nothing. */
export function formatScatter({ low, value, high }: Interval): string {
  if (Number.isNaN(value)) return '–'
  return `${percent(value)} % [${percent(low)}, ${percent(high)}]`
}

function percent(share: number): string {
  return (100 * share).toFixed(share < 0.0995 ? 1 : 0)
}
