import type { ForkMeasurement } from '../measure/measure.ts'
import { TIMED_METRIC_RULES, type TimedMetric } from '../measure/metrics.ts'
import type { Comparison } from '../results/report.ts'
import type { RatioEstimate } from '../stats/interval.ts'
import { robustDeviation } from '../stats/quantile.ts'
import { DEFAULT_LIMITS, type Limits } from '../suite/scenario.ts'
import { type Bound, decideExact, decideVerdict, type FirstLook, lookAt } from './look.ts'

/** What the scenario says of how it is to be judged. */
export interface Rules {
  readonly isKey: boolean
  readonly limits: Partial<Limits> | undefined
}

/** What some trials (forks, or pairs of processes) say of one metric. */
export interface Look {
  readonly trials: number
  /** Null where there are too few. */
  readonly estimate: RatioEstimate | null
}

/** One metric's verdict from a first look and, where that was asked for, a second one at fresh trials. */
export function judge(
  metric: TimedMetric,
  { isKey, limits }: Rules,
  isGateable: boolean,
  first: Look,
  confirming: Look,
): Comparison {
  const limit = limitOf(metric, limits)
  const place = ({ estimate, trials }: Look): FirstLook | null =>
    estimate === null ? null : lookAt(estimate.ratio, boundOf(metric, limit), trials)
  const firstLook = place(first)
  return {
    metric,
    isGated: isKey && isGateable,
    limit,
    ratio: first.estimate?.ratio ?? null,
    confirmation: confirming.estimate?.ratio ?? null,
    smallestDetectable: first.estimate?.smallestDetectable ?? null,
    verdict:
      firstLook === null
        ? {
            kind: 'unproven',
            reason: 'one measurement is not enough to compare',
            isBaselineFault: false,
          }
        : decideVerdict(firstLook, place(confirming), first.trials),
  }
}

/** A metric that separates less than this between its trials may be gated by a limit of 25 %. */
const GATEABLE_SPREAD = 0.05

/** Whether the gate may be about a metric that scatters as these values (one a trial, at least one) do. */
export function isGateable(metric: TimedMetric, values: readonly number[]): boolean {
  return TIMED_METRIC_RULES[metric].isGatedAlways || robustDeviation(values.map(Math.log)) <= GATEABLE_SPREAD
}

/** Why trials prove nothing, where most of them never became steady. */
export function whyUnsteady(forks: readonly ForkMeasurement[]): Unproven | undefined {
  const unsteady = forks.filter((fork) => !fork.isSteady).length
  if (unsteady <= forks.length / 2) return undefined
  return { reason: `${unsteady} of ${forks.length} forks never became steady` }
}

/** A counter that is exact. Shown, not gated: a patch grows for good reasons, and no limit was agreed. */
export function judgePatchBytes(baseline: number | null, candidate: number | null): Comparison[] {
  if (baseline === null || candidate === null) return []
  const value = baseline === candidate ? 1 : candidate / baseline
  return [
    {
      metric: 'patchBytesPerOp',
      isGated: false,
      limit: null,
      ratio: Number.isFinite(value) ? { low: value, value, high: value } : null,
      confirmation: null,
      smallestDetectable: null,
      verdict: decideExact(baseline, candidate),
    },
  ]
}

/** Why a comparison says nothing. */
export interface Unproven {
  readonly reason: string
  readonly isBaselineFault?: boolean
}

/** The comparison that could not be made. */
export function unproven(
  metric: TimedMetric,
  { isKey, limits }: Rules,
  { reason, isBaselineFault = false }: Unproven,
): Comparison {
  return {
    metric,
    isGated: isKey && TIMED_METRIC_RULES[metric].isGatedAlways,
    limit: limitOf(metric, limits),
    ratio: null,
    confirmation: null,
    smallestDetectable: null,
    verdict: { kind: 'unproven', reason, isBaselineFault },
  }
}

/** Whether a first look lies beyond the limit of a metric that the gate is about. */
export function isBeyond({ metric, isGated, limit, ratio }: Comparison): boolean {
  if (!isGated || metric === 'patchBytesPerOp' || limit === null || ratio === null) return false
  return lookAt(ratio, boundOf(metric, limit), 1).kind === 'beyond'
}

/** A metric's limit with the side on which it lies. */
function boundOf(metric: TimedMetric, limit: number): Bound {
  return { limit, isHigherBetter: TIMED_METRIC_RULES[metric].isHigherBetter }
}

function limitOf(metric: TimedMetric, limits: Partial<Limits> | undefined): number {
  const { limit } = TIMED_METRIC_RULES[metric]
  return limits?.[limit] ?? DEFAULT_LIMITS[limit]
}

/** What a scenario's trials leave to be done. */
export type NextStep = 'nothing' | 'widen' | 'confirm' | 'widen-confirmation'

/**
 * What would make a scenario's verdict clearer: fresh trials to confirm what lies beyond a limit, more of the same where an
 * interval crosses one. A regression that is certain needs no other metric to be clear.
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
