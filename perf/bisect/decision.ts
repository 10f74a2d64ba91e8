// On which side of a change a commit lies, and how sure that must be.
import type { Interval } from '../stats/interval.ts'
import type { Scenario } from '../suite/scenario.ts'
import { hasChanged } from '../verdict/cost.ts'

/** On which side of a change a commit is: like the good version, or like the bad one. */
export type CommitMark = 'good' | 'bad'

/** What the pairs of a commit say of it. */
export interface MarkDecision {
  readonly kind: CommitMark
  /** False where the interval holds the middle: more pairs would tell, and until then the estimate does. */
  readonly isClear: boolean
}

/** Of all bisections, the share that may take a wrong turn because of noise. */
const WRONG_TURNS = 0.05

/**
 * Pairs of each commit to test at each look, in all. Fours, because every other pair begins with the other version, and
 * every other two are on another core.
 */
const LOOKS: Readonly<Record<'full' | 'quick', Readonly<Record<Scenario['kind'], readonly number[]>>>> = {
  full: { micro: [4, 8, 16, 32], http: [4, 8, 16] },
  quick: { micro: [3, 6], http: [3, 6] },
}

export function testLooksOf(kind: Scenario['kind'], isQuick: boolean): readonly number[] {
  return LOOKS[isQuick ? 'quick' : 'full'][kind]
}

/**
 * Confidence (two-sided, 0 to 1) of the interval at each look at each commit, so that a bisection of as many tests is led
 * astray by noise in {@link WRONG_TURNS} of the cases at the most. Source: Bonferroni's inequality; an interval is wrong
 * about a threshold on one side only.
 */
export function testConfidence(tests: number, looks: number): number {
  return 1 - (2 * WRONG_TURNS) / (Math.max(1, tests) * looks)
}

/** The middle between the good version (1) and the bad one, as a ratio: equally far from both in logarithms. */
export function thresholdOf(change: number): number {
  return Math.sqrt(change)
}

/**
 * On which side of the middle a commit lies: where its whole interval does, or else its estimate; the middle itself is good.
 * @param ratio its cost ÷ that of the good version
 * @param change cost of the bad version ÷ that of the good one; not 1; below 1 where the bad one is the faster
 */
export function decideMark(ratio: Interval, change: number): MarkDecision {
  // In logarithms, and turned so that the bad version lies above.
  const sign = Math.sign(Math.log(change))
  const [one, value, other] = [ratio.low, ratio.value, ratio.high].map((limit) => sign * Math.log(limit))
  const middle = sign * Math.log(thresholdOf(change))
  if (Math.min(one!, other!) > middle) return { kind: 'bad', isClear: true }
  if (Math.max(one!, other!) < middle) return { kind: 'good', isClear: true }
  return { kind: value! > middle ? 'bad' : 'good', isClear: false }
}

/** Whether a change is known well enough to halve it: the bad version itself lies clearly beyond the middle. */
export function isKnown(change: Interval): boolean {
  return hasChanged(change) && decideMark(change, change.value).isClear
}

/**
 * What one commit changed: its cost ÷ its parent's, each as a ratio to the good version. Two independent intervals add in
 * squares, in logarithms.
 */
export function stepBetween(parent: Interval, commit: Interval): Interval {
  const step = Math.log(commit.value) - Math.log(parent.value)
  const reach = Math.hypot(reachOf(parent), reachOf(commit))
  return { low: Math.exp(step - reach), value: Math.exp(step), high: Math.exp(step + reach) }
}

function reachOf({ low, high }: Interval): number {
  return (Math.log(high) - Math.log(low)) / 2
}

/** The part of a change that a step of it is, in logarithms: 1 for all of it; above that where others undid some. */
export function shareOfChange(step: number, change: number): number {
  return Math.log(step) / Math.log(change)
}
