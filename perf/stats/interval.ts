// Intervals of one sample, of a ratio, and of paired ratios.
import type { Interval } from '../../profile/model/interval.ts'
import { meanOf, sumOf } from '../../profile/model/sum.ts'
import { median } from './quantile.ts'
import { createRandom, type Random } from './random.ts'
import { studentQuantile } from './student.ts'
import { moderate, type Variance } from './variance.ts'

export type { Interval } from '../../profile/model/interval.ts'

export interface IntervalOptions {
  /** Probability that the interval covers the truth, 0 to 1. */
  readonly confidence: number
  /** Same seed, same interval. */
  readonly seed: number
}

const RESAMPLES = 500
/** Chance of seeing an effect as large as the smallest detectable one. */
const POWER = 0.8

/**
 * Interval for the centre of one sample: the Hodges-Lehmann estimate (median of pairwise means) plus and minus
 * Student's quantile × its bootstrap standard error. A single value is its own interval.
 * Input: any order, one value a fork, not changed; NaN for none.
 * Source: Hodges and Lehmann 1963; Efron and Tibshirani 1993, sections 6.2 and 12.5; the bootstrap's small-sample
 * shrinkage n/(n-1) is undone as in Hesterberg 2015, section 3.2. Coverage is tested in stats.test.ts.
 */
export function centreInterval(values: readonly number[], options: IntervalOptions): Interval {
  const value = centre(values)
  if (values.length < 2) return { low: value, value, high: value }
  const random = createRandom(options.seed)
  const error = standardError(() => centre(resample(values, random)), values.length, 1)
  const reach = studentQuantile((1 + options.confidence) / 2, values.length - 1) * error
  return { low: value - reach, value, high: value + reach }
}

/** The ratio of two sides with its interval, and the smallest change this much data could have shown. */
export interface RatioEstimate {
  readonly ratio: Interval
  /** Ratio >= 1 (1.05 is 5 %): changes of this size are seen with a power of 80 %. */
  readonly minimumDetectableEffect: number
}

/**
 * Interval for candidate/baseline: the Hodges-Lehmann shift of the logarithms plus and minus Student's quantile × its
 * bootstrap standard error (two-sample form of {@link centreInterval}, same sources). The unit of resampling is the
 * fork: separate processes of the same code differ, and more samples inside one do not tell by how much.
 * Inputs: one positive value a fork, at least two a side, any order, not changed.
 * @throws RangeError for fewer than two values a side, or values that are not positive numbers
 */
export function ratioInterval(
  baseline: readonly number[],
  candidate: readonly number[],
  options: IntervalOptions,
): RatioEstimate {
  const logs = { baseline: logarithms(baseline), candidate: logarithms(candidate) }
  const count = baseline.length + candidate.length
  const random = createRandom(options.seed)
  const shift = medianShift(logs.baseline, logs.candidate)
  const resampledShift = () => medianShift(resample(logs.baseline, random), resample(logs.candidate, random))
  const error = standardError(resampledShift, count, 2)
  const quantile = studentQuantile((1 + options.confidence) / 2, count - 2)
  const reach = quantile * error
  return {
    ratio: { low: Math.exp(shift - reach), value: Math.exp(shift), high: Math.exp(shift + reach) },
    minimumDetectableEffect: Math.exp((quantile + studentQuantile(POWER, count - 2)) * error),
  }
}

/** The same of paired ratios, and how far they scatter. */
export interface PairedEstimate extends RatioEstimate {
  /** Of the logarithms of the ratios, a standard deviation: as far as they, and what is common to others, tell. */
  readonly deviation: number
}

/**
 * Interval for candidate/baseline from paired measurements: the trimmed mean of the logarithms ± Student's quantile × its
 * standard error. One pair in twenty or so is far off for good, because V8 optimised one of its processes otherwise: the
 * bootstrapped Hodges-Lehmann interval of eight pairs with such a one is three times as wide, and misses a slow-down of
 * 10 % in a quarter of the cases in which this one sees it.
 * Input: one ratio a pair of processes, at least two, any order, not changed. `common` is what pairs of other scenarios say
 * of the scatter of these (perf/stats/variance.ts).
 * @throws RangeError for fewer than two ratios, or one that is not a positive number
 * Source: Tukey and McLaughlin 1963; Wilcox 2012, section 4.3; Smyth 2004. Coverage is tested in stats.test.ts and
 * error-budget.test.ts.
 */
export function pairedRatioInterval(
  ratios: readonly number[],
  { confidence, common }: Pick<IntervalOptions, 'confidence'> & { readonly common?: Variance | undefined },
): PairedEstimate {
  const { centre, kept, scatter: own } = trimmedLogs(ratios)
  const { variance, degrees } = common === undefined ? own : moderate(own, common)
  const error = Math.sqrt(variance / kept)
  const reach = studentQuantile((1 + confidence) / 2, degrees) * error
  return {
    deviation: Math.sqrt(variance),
    ratio: { low: Math.exp(centre - reach), value: Math.exp(centre), high: Math.exp(centre + reach) },
    minimumDetectableEffect: Math.exp(reach + studentQuantile(POWER, degrees) * error),
  }
}

/** How far the logarithms of paired ratios scatter, as {@link pairedRatioInterval} sees it. Same input. */
export function pairedVariance(ratios: readonly number[]): Variance {
  return trimmedLogs(ratios).scatter
}

/** The trimmed mean of logarithms; the variance that it has, times the number of those that were kept. */
function trimmedLogs(ratios: readonly number[]) {
  const logs = logarithms(ratios).sort()
  const { length } = logs
  const cut = trimmedEachSide(length)
  const kept = logs.slice(cut, length - cut)
  const winsorised = logs.map((value) => Math.min(Math.max(value, kept[0]!), kept.at(-1)!))
  const middle = meanOf(winsorised)
  const squares = sumOf(winsorised.map((value) => (value - middle) ** 2))
  const variance = (squares * length) / ((length - 1) * kept.length)
  return { centre: meanOf(kept), kept: kept.length, scatter: { variance, degrees: kept.length - 1 } }
}

/** A fifth at either end, but none of so few that hardly any degree of freedom would be left. */
function trimmedEachSide(count: number): number {
  return count < 6 ? 0 : Math.floor(0.2 * count)
}

function standardError(estimate: () => number, count: number, groups: number): number {
  const estimates = Float64Array.from({ length: RESAMPLES }, estimate)
  const mean = meanOf(estimates)
  const squares = sumOf(estimates.map((value) => (value - mean) ** 2))
  return Math.sqrt((squares / (RESAMPLES - 1)) * (count / (count - groups)))
}

function centre(values: ArrayLike<number>): number {
  const means: number[] = []
  for (let i = 0; i < values.length; i++) {
    for (let j = i; j < values.length; j++) means.push((values[i]! + values[j]!) / 2)
  }
  return median(means)
}

function medianShift(baseline: ArrayLike<number>, candidate: ArrayLike<number>): number {
  const shifts = new Float64Array(baseline.length * candidate.length)
  for (let i = 0; i < shifts.length; i++) {
    shifts[i] = candidate[i % candidate.length]! - baseline[Math.floor(i / candidate.length)]!
  }
  return median(shifts)
}

function resample(values: ArrayLike<number>, random: Random): Float64Array {
  const drawn = new Float64Array(values.length)
  for (let i = 0; i < drawn.length; i++) drawn[i] = values[Math.floor(random() * values.length)]!
  return drawn
}

function logarithms(values: readonly number[]): Float64Array {
  if (values.length < 2) throw new RangeError(`an interval needs two values a side, got ${values.length}`)
  const bad = values.find((value) => !(value > 0 && Number.isFinite(value)))
  if (bad !== undefined) throw new RangeError(`a ratio needs positive numbers, got ${bad}`)
  return Float64Array.from(values, Math.log)
}
