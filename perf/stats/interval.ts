import { median } from './quantile.ts'
import { createRandom, type Random } from './random.ts'
import { studentQuantile } from './student.ts'

/** An estimate between the limits of its interval, all in the same unit. */
export interface Interval {
  readonly low: number
  readonly value: number
  readonly high: number
}

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
 * shrinkage n/(n-1) is undone as in Hesterberg 2015, section 3.2. Coverage is tested in interval.test.ts.
 */
export function centreInterval(values: readonly number[], options: IntervalOptions): Interval {
  const { value, reach } = estimateCentre(values, options)
  return { low: value - reach, value, high: value + reach }
}

function estimateCentre(
  values: ArrayLike<number>,
  { confidence, seed }: IntervalOptions,
): { value: number; error: number; reach: number } {
  const value = centre(values)
  const { length } = values
  if (length < 2) return { value, error: 0, reach: 0 }
  const random = createRandom(seed)
  const error = standardError(() => centre(resample(values, random)), length, 1)
  return { value, error, reach: studentQuantile((1 + confidence) / 2, length - 1) * error }
}

/** The ratio of two sides with its interval, and the smallest change this much data could have shown. */
export interface RatioEstimate {
  readonly ratio: Interval
  /** Ratio >= 1 (1.05 is 5 %): changes of this size are seen four times in five. */
  readonly smallestDetectable: number
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
  const before = logarithms(baseline)
  const after = logarithms(candidate)
  const count = before.length + after.length
  const random = createRandom(options.seed)
  const shift = medianShift(before, after)
  const error = standardError(() => medianShift(resample(before, random), resample(after, random)), count, 2)
  const quantile = studentQuantile((1 + options.confidence) / 2, count - 2)
  const reach = quantile * error
  return {
    ratio: { low: Math.exp(shift - reach), value: Math.exp(shift), high: Math.exp(shift + reach) },
    smallestDetectable: Math.exp((quantile + studentQuantile(POWER, count - 2)) * error),
  }
}

/**
 * Interval for candidate/baseline from paired measurements: {@link centreInterval} of the logarithms of their ratios.
 * Input: one ratio a pair of processes, at least two, any order, not changed.
 * @throws RangeError for fewer than two ratios, or one that is not a positive number
 */
export function pairedRatioInterval(ratios: readonly number[], options: IntervalOptions): RatioEstimate {
  const logs = logarithms(ratios)
  const { value, error, reach } = estimateCentre(logs, options)
  return {
    ratio: { low: Math.exp(value - reach), value: Math.exp(value), high: Math.exp(value + reach) },
    smallestDetectable: Math.exp(reach + studentQuantile(POWER, logs.length - 1) * error),
  }
}

function standardError(estimate: () => number, count: number, groups: number): number {
  const estimates = Float64Array.from({ length: RESAMPLES }, estimate)
  const mean = estimates.reduce((sum, value) => sum + value, 0) / RESAMPLES
  const squares = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt((squares / (RESAMPLES - 1)) * (count / (count - groups)))
}

function centre(values: ArrayLike<number>): number {
  const means: number[] = []
  for (let i = 0; i < values.length; i++) {
    for (let j = i; j < values.length; j++) means.push((values[i]! + values[j]!) / 2)
  }
  return median(means)
}

function medianShift(before: ArrayLike<number>, after: ArrayLike<number>): number {
  const shifts = new Float64Array(before.length * after.length)
  for (let i = 0; i < shifts.length; i++) {
    shifts[i] = after[i % after.length]! - before[Math.floor(i / after.length)]!
  }
  return median(shifts)
}

function resample(values: ArrayLike<number>, random: Random): Float64Array {
  return Float64Array.from(values, () => values[Math.floor(random() * values.length)]!)
}

function logarithms(values: readonly number[]): Float64Array {
  if (values.length < 2) throw new RangeError(`an interval needs two values a side, got ${values.length}`)
  const bad = values.find((value) => !(value > 0 && Number.isFinite(value)))
  if (bad !== undefined) throw new RangeError(`a ratio needs positive numbers, got ${bad}`)
  return Float64Array.from(values, Math.log)
}
