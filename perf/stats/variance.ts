// What the scatter of many small samples tells of the scatter of each of them.
import { meanOf, sumOf } from '../../profile/model/sum.ts'

/** How far the values of a sample scatter, and how well that is known. */
export interface Variance {
  readonly variance: number
  /** Degrees of freedom; 0 where nothing is known. */
  readonly degrees: number
}

const UNKNOWN: Variance = { variance: 0, degrees: 0 }
/** Fewer samples do not tell how far their scatters differ. */
export const FEWEST_ALIKE = 4
/**
 * The common scatter is worth no more than this. With more, intervals of four pairs are hardly narrower (1.7 deviations where
 * they are 2.7 alone and 1.45 at best), and those of the scenario that scatters most cover the truth too seldom.
 */
const MOST_DEGREES = 4

/**
 * What samples of one kind know together of the scatter of each: a variance, and how many degrees of freedom it is worth. The
 * less their own variances differ beyond chance, the more, up to four; unknown for fewer than four samples.
 * Input: any order; those without any scatter are left out.
 * Source: Smyth 2004, section 6.2: the moments of the logarithms of variances that are scaled F.
 */
export function commonVariance(samples: readonly Variance[]): Variance {
  const usable = samples.filter(({ variance, degrees }) => variance > 0 && degrees > 0)
  if (usable.length < FEWEST_ALIKE) return UNKNOWN
  const logs = usable.map(
    ({ variance, degrees }) => Math.log(variance) - digamma(degrees / 2) + Math.log(degrees / 2),
  )
  const mean = meanOf(logs)
  const scatter = sumOf(logs.map((log) => (log - mean) ** 2)) / (logs.length - 1)
  const byChance = meanOf(usable.map(({ degrees }) => trigamma(degrees / 2)))
  const excess = scatter - byChance
  if (excess <= 0) return { variance: Math.exp(mean), degrees: MOST_DEGREES }
  const degrees = 2 * inverseTrigamma(excess)
  const variance = Math.exp(mean + digamma(degrees / 2) - Math.log(degrees / 2))
  return { variance, degrees: Math.min(MOST_DEGREES, degrees) }
}

/** A sample's scatter in the light of that of others of its kind: the mean of both, each as much as it knows. */
export function moderate(own: Variance, common: Variance): Variance {
  const degrees = own.degrees + common.degrees
  return {
    variance: (own.variance * own.degrees + common.variance * common.degrees) / degrees,
    degrees,
  }
}

/** Above this, the first terms of the asymptotic series are exact to ten digits. */
const LARGE = 10

/** d ln Γ(x) / dx, x > 0. Source: Abramowitz and Stegun 1964, 6.3.5 and 6.3.18. */
export function digamma(x: number): number {
  if (x < LARGE) return digamma(x + 1) - 1 / x
  const square = 1 / x ** 2
  return Math.log(x) - 1 / (2 * x) - square * (1 / 12 - square * (1 / 120 - square / 252))
}

/** Its derivative, x > 0. Source: Abramowitz and Stegun 1964, 6.4.6 and 6.4.12. */
export function trigamma(x: number): number {
  if (x < LARGE) return trigamma(x + 1) + 1 / x ** 2
  const square = 1 / x ** 2
  return 1 / x + square / 2 + (square / x) * (1 / 6 - square * (1 / 30 - square / 42))
}

/** The x with that trigamma, y > 0, by bisection of ln x to eight digits. */
function inverseTrigamma(y: number): number {
  let low = Math.log(1e-4)
  let high = Math.log(1e6)
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (trigamma(Math.exp(middle)) > y) low = middle
    else high = middle
  }
  return Math.exp(low)
}
