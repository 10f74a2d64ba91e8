// How sure every interval of a run must be for the run as a whole to be rarely wrong.
/** How many chances a run has to be wrong about code that did not change. */
export interface Chances {
  /** Metrics of scenarios that are compared. */
  readonly comparisons: number
  /** Looks at the first trials of a comparison, at the most. */
  readonly looks: number
  /** Looks at the fresh trials that are to confirm it, at the most. */
  readonly confirmingLooks: number
  /**
   * How far both phases share their error, 0 to 1: 0 where the second one measures everything anew, one half where both
   * are compared with the same stored forks.
   */
  readonly correlation: number
}

/** Of all runs in which every metric lies exactly at its limit, the share that may end red. */
const FALSE_RED = 0.05
/** A reader expects intervals of 95 % at least, wherever the looks ended. */
const LEAST_CONFIDENCE = 0.95

/**
 * Confidence of every interval of a run (two-sided, 0 to 1): as high as it takes for false alarms to be rare over all
 * comparisons and looks together. Red takes an interval beyond its limit in both phases, so each of them may be wrong far
 * more often than both together.
 * Source: Bonferroni's inequality over comparisons and looks; the joint tail of two normal variables of which a part is
 * common, integrated over that part (Dunnett and Sobel 1955). Simulated in error-budget.test.ts.
 */
export function confidenceFor({ comparisons, looks, confirmingLooks, correlation }: Chances): number {
  const allowed = FALSE_RED / (comparisons * looks * confirmingLooks)
  let low = 0
  let high = 10
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (jointTail(middle, correlation) > allowed) low = middle
    else high = middle
  }
  return Math.max(1 - (1 - LEAST_CONFIDENCE) / looks, 1 - 2 * normalTail(high))
}

/** P(X > z and Y > z) of two standard normal variables with this correlation, 0 <= correlation < 1. */
function jointTail(z: number, correlation: number): number {
  if (correlation === 0) return normalTail(z) ** 2
  const own = Math.sqrt(1 - correlation)
  const step = 0.01
  let sum = 0
  for (let common = -8; common <= 8; common += step) {
    const density = Math.exp((-common * common) / 2) / Math.sqrt(2 * Math.PI)
    sum += density * normalTail((z - Math.sqrt(correlation) * common) / own) ** 2
  }
  return sum * step
}

/** P(X > z). Source: Abramowitz and Stegun 1964, 7.1.26 (error below 1.5e-7) up to 3; Mills' ratio (26.2.12) above. */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z > 3) {
    // Laplace's continued fraction.
    let fraction = z
    for (let k = 60; k >= 1; k--) fraction = z + k / fraction
    return density / fraction
  }
  const t = 1 / (1 + (0.3275911 * z) / Math.SQRT2)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return (series * Math.exp((-z * z) / 2)) / 2
}
