// Where an interval lies against its limit, in one interim look.
import type { Interval } from '../stats/interval.ts'

/**
 * An improvement is named when the whole interval is better than the baseline by at least this much: the same code,
 * measured hours apart, may differ by a few per cent.
 */
const NAMED_IMPROVEMENT = 0.05

/** What one look at one metric says, before any confirmation. */
export type LookPlace =
  | { readonly kind: 'inside' }
  | { readonly kind: 'better' }
  | { readonly kind: 'beyond' }
  | { readonly kind: 'crossing'; readonly neededTrials: number }

/** A bound on candidate/baseline. */
export interface Bound {
  readonly limit: number
  /** Whether it is a lower bound, of a metric of which more is better. */
  readonly isHigherBetter: boolean
}

/** Where an interval of candidate/baseline, from so many trials, lies against its bound. */
export function placeLook(ratio: Interval, { limit, isHigherBetter }: Bound, trials: number): LookPlace {
  // As costs, where more is worse, and in logarithms, where twice and half are equally far.
  const sign = isHigherBetter ? -1 : 1
  const worst = sign * Math.log(sign > 0 ? ratio.high : ratio.low)
  const best = sign * Math.log(sign > 0 ? ratio.low : ratio.high)
  const bound = sign * Math.log(limit)
  if (best > bound) return { kind: 'beyond' }
  if (worst < -Math.log1p(NAMED_IMPROVEMENT)) return { kind: 'better' }
  if (worst <= bound) return { kind: 'inside' }
  const middle = sign * Math.log(ratio.value)
  return { kind: 'crossing', neededTrials: trialsToClear(worst - middle, Math.abs(bound - middle), trials) }
}

/** Trials until an interval that shrinks with their square root no longer reaches the limit; at most ten times as many. */
function trialsToClear(reach: number, distance: number, trials: number): number {
  const factor = distance === 0 ? 10 : Math.min(10, (reach / distance) ** 2)
  return Math.max(trials + 1, Math.ceil(trials * factor))
}
