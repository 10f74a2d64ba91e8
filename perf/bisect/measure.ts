// Two versions of one scenario, measured look by look.

import { workAtOnce } from '../process/cores/at-once.ts'
import { measuringCores } from '../process/cores/core-pool.ts'
import { pairTimeoutOf, turnsPlanOf } from '../run/durations.ts'
import type { PairRunner, ScenarioPair } from '../run/methods/pair.ts'
import { type Interval, pairedRatioInterval, type RatioEstimate } from '../stats/interval.ts'
import { costTitle, pairCostRatio } from '../verdict/cost.ts'

/** How two versions of one scenario are measured, look by look. */
export interface LooksPlan {
  /** Pairs at each look, in all; rising, at least two. */
  readonly looks: readonly number[]
  /** Of the interval at each look, 0 to 1. */
  readonly confidence: number
  readonly isQuick: boolean
  /** Overrides how long a pair may take, ms. */
  readonly timeoutMs: number | undefined
}

/** What came of it. */
export type LooksOutcome =
  | { readonly kind: 'measured'; readonly estimate: RatioEstimate; readonly pairs: number }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * Measures cost of the candidate ÷ cost of the baseline in lockstep until a look at the interval is enough, or the last one
 * is taken. Rejects only when aborted.
 */
export async function measureInLooks(
  pair: ScenarioPair,
  { looks, confidence, isQuick, timeoutMs }: LooksPlan,
  isEnough: (ratio: Interval) => boolean,
  { runPair, signal }: { readonly runPair: PairRunner; readonly signal: AbortSignal },
): Promise<LooksOutcome> {
  const { kind } = pair.candidate.scenario
  const turns = turnsPlanOf(kind, { isQuick })
  const ratios: number[] = []
  const measure = async (index: number): Promise<number | string> => {
    const outcome = await runPair(pair, turns, index, timeoutMs ?? pairTimeoutOf(turns), signal)
    if (outcome.kind === 'failed') return outcome.reason
    return (
      pairCostRatio(outcome.measurement.ratios, kind) ??
      `this machine's clock reads zero for ${costTitle(kind)}`
    )
  }
  for (const [look, count] of looks.entries()) {
    const reason = await measureMore(ratios, count, measure, signal)
    if (reason !== undefined) return { kind: 'failed', reason }
    const estimate = pairedRatioInterval(ratios, { confidence })
    if (look === looks.length - 1 || isEnough(estimate.ratio))
      return { kind: 'measured', estimate, pairs: ratios.length }
  }
  throw new RangeError('no look was planned')
}

/** Measures pairs on all cores until there are `count` ratios. Why not, where one of them fails: the others are not begun. */
async function measureMore(
  ratios: number[],
  count: number,
  measure: (index: number) => Promise<number | string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const indices = Array.from({ length: count - ratios.length }, (_, i) => ratios.length + i)
  let reason: string | undefined
  await workAtOnce(indices, measuringCores().size, signal, async (index) => {
    if (reason !== undefined) return
    const ratio = await measure(index)
    if (typeof ratio === 'string') reason ??= ratio
    else ratios.push(ratio)
  })
  signal.throwIfAborted()
  return reason
}
