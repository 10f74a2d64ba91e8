// What would make a scenario's verdict clearer: more trials, fresh ones, or nothing.
import { type Comparison, isBeyond } from './metric-verdict.ts'

/** What a scenario's trials leave to be done. */
export type NextStep = 'nothing' | 'widen' | 'confirm' | 'widen-confirmation'

/**
 * Fresh trials confirm what lies beyond a limit; more of the same narrow an interval that crosses one. A regression that is
 * certain needs no other metric to be clear.
 */
export function nextStep(comparisons: readonly Comparison[], hasConfirming: boolean): NextStep {
  const gated = comparisons.filter(({ isGated }) => isGated)
  const beyond = gated.filter(isBeyond)
  if (beyond.length > 0) {
    if (!hasConfirming) return 'confirm'
    if (beyond.some(({ verdict }) => verdict.kind === 'regressed')) return 'nothing'
    return beyond.some(isUndecided) ? 'widen-confirmation' : 'nothing'
  }
  // Once confirming trials were asked for, the first ones stay what they were.
  return !hasConfirming && gated.some(isUndecided) ? 'widen' : 'nothing'
}

function isUndecided({ verdict }: Comparison): boolean {
  return verdict.kind === 'inconclusive'
}
