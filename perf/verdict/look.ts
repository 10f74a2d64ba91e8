import type { Verdict } from '../results/report.ts'
import type { Interval } from '../stats/interval.ts'

/**
 * An improvement is named when the whole interval is better than the baseline by at least this much: the same code,
 * measured hours apart, may differ by a few per cent.
 */
const NAMED_IMPROVEMENT = 0.05

/** What one look at one metric says, before any confirmation. */
export type FirstLook =
  | { readonly kind: 'inside' }
  | { readonly kind: 'better' }
  | { readonly kind: 'beyond' }
  | { readonly kind: 'crossing'; readonly neededForks: number }

/** A bound on candidate/baseline. */
export interface Bound {
  readonly limit: number
  /** Whether it is a lower bound, of a metric of which more is better. */
  readonly isHigherBetter: boolean
}

/** Where an interval of candidate/baseline lies against its bound. */
export function lookAt(ratio: Interval, { limit, isHigherBetter }: Bound, candidateForks: number): FirstLook {
  // As costs, where more is worse, and in logarithms, where twice and half are equally far.
  const sign = isHigherBetter ? -1 : 1
  const worst = sign * Math.log(sign > 0 ? ratio.high : ratio.low)
  const best = sign * Math.log(sign > 0 ? ratio.low : ratio.high)
  const bound = sign * Math.log(limit)
  if (best > bound) return { kind: 'beyond' }
  if (worst < -Math.log1p(NAMED_IMPROVEMENT)) return { kind: 'better' }
  if (worst <= bound) return { kind: 'inside' }
  const middle = sign * Math.log(ratio.value)
  return {
    kind: 'crossing',
    neededForks: forksToClear(worst - middle, Math.abs(bound - middle), candidateForks),
  }
}

/**
 * The verdict on one metric. Regressed takes two looks at different forks that both lie beyond the limit; a first look
 * beyond it that is not confirmed is inconclusive.
 */
export function decideVerdict(
  first: FirstLook,
  confirmation: FirstLook | null,
  candidateForks: number,
): Verdict {
  switch (first.kind) {
    case 'inside':
      return { kind: 'pass' }
    case 'better':
      return { kind: 'improved' }
    case 'crossing':
      return { kind: 'inconclusive', neededForks: first.neededForks }
    case 'beyond':
      if (confirmation?.kind === 'beyond') return { kind: 'regressed' }
      if (confirmation?.kind === 'crossing')
        return { kind: 'inconclusive', neededForks: confirmation.neededForks }
      return { kind: 'inconclusive', neededForks: 2 * candidateForks }
    default:
      return first satisfies never
  }
}

/** Exact counters need no interval: any other number is a change, and more is a regression. */
export function decideExact(baseline: number, candidate: number): Verdict {
  if (candidate === baseline) return { kind: 'pass' }
  return { kind: candidate > baseline ? 'regressed' : 'improved' }
}

/** Forks until an interval that shrinks with their square root no longer reaches the limit; at most ten times as many. */
function forksToClear(reach: number, distance: number, forks: number): number {
  const factor = distance === 0 ? 10 : Math.min(10, (reach / distance) ** 2)
  return Math.max(forks + 1, Math.ceil(forks * factor))
}
