// What a run as a whole came to: green, red, or neither, with the reasons; and its exit code.

import { formatChange } from '../../profile/model/format.ts'
import type { Revision } from '../git/revision.ts'
import type { Interval } from '../stats/interval.ts'
import { isAskedFor, type Shard } from '../suite/filter.ts'
import { METRICS, type TimedMetric } from '../suite/metrics.ts'
import type { Cost } from './cost.ts'
import type { Comparison } from './metric-verdict.ts'
import type { ScenarioVerdict } from './scenario-verdict.ts'

/** Whether the gate sees what it must see on this machine, and nothing else: its positive and its negative control. */
export interface Proof {
  /** Cost with an injected slow-down ÷ cost without. */
  readonly plantedRatio: Interval | null
  /** Cost of the same code twice. */
  readonly sameRatio: Interval | null
  /** Why this gate proves nothing here; null where it works. */
  readonly failure: string | null
}

/** How small an effect a run could see, in the middle over its gated comparisons and at worst. */
export interface MinimumDetectable {
  /** Ratio >= 1. */
  readonly median: number
  readonly worst: { readonly ratio: number; readonly scenarioId: string; readonly metric: TimedMetric }
}

/** What the gate made of a run. */
export interface Gate {
  readonly isStrict: boolean
  readonly outcome: 'green' | 'red' | 'not-compared' | 'invalid' | 'control-failed'
  readonly baselineCommit: Revision | null
  /** Null where none was asked for. */
  readonly proof: Proof | null
  /** Scenarios that the gate is about. */
  readonly keyScenarios: number
  /** Key scenarios with at least one gated ratio, or with the same code. */
  readonly compared: number
  /** Key scenarios that run the baseline's code. */
  readonly sameCode: number
  /** Scenarios with an interval across a limit, or beyond it once and not again in fresh processes. */
  readonly inconclusive: readonly string[]
  /** Scenarios that could be skipped without harm, or whose numbers prove nothing, with why. */
  readonly notCompared: readonly string[]
  /** Why the outcome is not green. */
  readonly reasons: readonly string[]
  /** Null where nothing was compared. */
  readonly minimumDetectable: MinimumDetectable | null
  /**
   * Whether the cost of any scenario is another than the baseline's: none; some, all of which run the same code as there;
   * some. Null where nothing was compared with another version's code, or the run is worth nothing.
   */
  readonly change: 'none' | 'same-code' | 'some' | null
}

interface Named {
  readonly id: string
  readonly isKey: boolean
}

/** A measured scenario, as far as the gate is about it. */
export interface MeasuredScenario extends Named {
  readonly status: 'measured'
  readonly comparisons: readonly Comparison[]
  readonly verdict: ScenarioVerdict | null
  readonly cost: Cost
  readonly blame: { readonly outcome: string } | null
}

/** A scenario, as far as the gate is about it. */
export type GatedScenario =
  | MeasuredScenario
  | (Named & { readonly status: 'failed' | 'skipped'; readonly reason: string })
  | (Named & { readonly status: 'unchanged' | 'not-reached' })

/** What a run is compared with, as far as the gate is about it. */
export type GateReference =
  | {
      readonly kind: 'baseline' | 'stored' | 'lockstep'
      readonly commit: Revision | null
      /** Of the scenarios that it has. */
      readonly ids: readonly string[]
    }
  | { readonly kind: 'none'; readonly problem: string }

/** What a run is gated by, and how strictly. */
export interface GateInput {
  readonly isStrict: boolean
  readonly reference: GateReference
  readonly filters: readonly string[]
  /** Which part of the scenarios this run is asked for; missing for all. */
  readonly shard?: Shard | undefined
  /** False for a run that was interrupted. */
  readonly isComplete: boolean
  /** Null where no proof was asked for. */
  readonly proof: Proof | null
}

/** The gate's outcome. A gate that compared nothing, or missed a scenario, is not green. */
export function evaluateGate(results: readonly GatedScenario[], input: GateInput): Gate {
  const { reference, isStrict, isComplete, proof } = input
  const measured = results.filter((result) => result.status === 'measured')
  const regressions = measured.flatMap(describeRegression)
  const failures = results.flatMap((result) =>
    result.status === 'failed' ? [`${result.id} failed: ${result.reason}`] : [],
  )
  const missing = findMissing(results, input)
  const compared = measured.filter((result) =>
    result.comparisons.some(({ isGated, ratio }) => isGated && ratio !== null),
  )
  const sameCode = results.filter((result) => result.isKey && hasSameCode(result)).length
  const problem = reference.kind === 'none' ? reference.problem : 'no scenario could be compared'
  const nothing = compared.length + sameCode === 0 ? [problem] : []
  const control = proof?.failure ? [`the gate's control failed: ${proof.failure}`] : []
  const interrupted = isComplete ? [] : ['the run was interrupted']
  const outcome = outcomeOf([
    ['control-failed', control],
    ['red', regressions],
    ['invalid', [...interrupted, ...failures, ...missing]],
    ['not-compared', nothing],
  ])
  return {
    isStrict,
    outcome,
    baselineCommit: reference.kind === 'none' ? null : reference.commit,
    proof,
    keyScenarios: results.filter(({ isKey }) => isKey).length,
    compared: compared.length + sameCode,
    sameCode,
    inconclusive: compared.filter(isInconclusive).map(({ id }) => id),
    notCompared: results.flatMap(whyNotCompared),
    reasons: [...control, ...regressions, ...interrupted, ...failures, ...missing, ...nothing],
    ...summariseComparisons(measured, { isLockstep: reference.kind !== 'stored', outcome }),
  }
}

/** The first outcome for which there is a reason; green where there is none. */
function outcomeOf(outcomes: readonly (readonly [Gate['outcome'], readonly string[]])[]): Gate['outcome'] {
  return outcomes.find(([, reasons]) => reasons.length > 0)?.[0] ?? 'green'
}

/** What regressed in a scenario, in one line; none where nothing did. */
export function describeRegression({
  id,
  verdict,
  comparisons,
}: Pick<MeasuredScenario, 'id' | 'verdict' | 'comparisons'>): string[] {
  if (verdict?.kind !== 'regressed') return []
  return [`${id}: ${describeMetricChanges(verdict.metrics, comparisons)}`]
}

/** Changes in words: `throughput −31 %, P95 latency +50 %`. */
export function describeMetricChanges(
  metrics: readonly TimedMetric[],
  comparisons: readonly Comparison[],
): string {
  const changes = metrics.map((metric) => {
    const ratio = comparisons.find((comparison) => comparison.metric === metric)?.ratio
    return `${METRICS[metric].title} ${ratio ? formatChange(ratio.value - 1) : 'changed'}`
  })
  return changes.join(', ')
}

/** Whether a scenario runs the baseline's code, and was measured for the table only, or not at all. */
export function hasSameCode(result: GatedScenario): boolean {
  return (
    result.status === 'unchanged' || (result.status === 'measured' && result.verdict?.kind === 'same-code')
  )
}

/** What the baseline has and the run has not, and the other way round, as far as the filters ask for it. */
function findMissing(
  results: readonly GatedScenario[],
  { reference, filters, shard }: Pick<GateInput, 'reference' | 'filters' | 'shard'>,
): string[] {
  if (reference.kind === 'none') return []
  const ids = new Set([...results.map(({ id }) => id), ...(shard?.ids ?? [])])
  const gone = reference.ids.filter((id) => isAskedFor(id, filters) && !ids.has(id))
  const unknown = results.flatMap((result) =>
    result.status === 'measured' && result.isKey ? whyNotInBaseline(result) : [],
  )
  return [...gone.map((id) => `${id} is in the baseline and not in this run`), ...unknown]
}

/** Why the baseline is to blame that there is no ratio at all; empty where it is not. */
function whyNotInBaseline({ id, comparisons, verdict: whole }: MeasuredScenario): string[] {
  if (whole?.kind === 'same-code') return []
  if (comparisons.length === 0 && whole?.kind === 'unproven')
    return [`${id} cannot be compared: ${whole.reason}`]
  const faults = comparisons.map(({ verdict }) =>
    verdict.kind === 'unproven' && verdict.isBaselineFault ? verdict.reason : undefined,
  )
  if (faults.includes(undefined)) return []
  return [`${id} cannot be compared${faults[0] === undefined ? '' : `: ${faults[0]}`}`]
}

function isInconclusive({ comparisons }: MeasuredScenario): boolean {
  return comparisons.some(({ isGated, verdict }) => isGated && verdict.kind === 'inconclusive')
}

function whyNotCompared(result: GatedScenario): string[] {
  switch (result.status) {
    case 'measured': {
      const unproven = result.comparisons.find(
        ({ isGated, verdict }) => isGated && verdict.kind === 'unproven',
      )
      return unproven?.verdict.kind === 'unproven' ? [`${result.id}: ${unproven.verdict.reason}`] : []
    }
    case 'skipped':
      return [`${result.id} skipped: ${result.reason}`]
    case 'failed':
    case 'unchanged':
    case 'not-reached':
      return []
    default:
      return result satisfies never
  }
}

/** What all comparisons of a run say together. */
export function summariseComparisons(
  measured: readonly MeasuredScenario[],
  { isLockstep, outcome }: { readonly isLockstep: boolean; readonly outcome: Gate['outcome'] },
): Pick<Gate, 'minimumDetectable' | 'change'> {
  // Of a run that is worth nothing, or saw only a part, nobody can say that nothing changed.
  const isTold = isLockstep && (outcome === 'green' || outcome === 'red')
  return {
    minimumDetectable: findMinimumDetectable(measured),
    change: isTold ? findChange(measured) : null,
  }
}

function findMinimumDetectable(measured: readonly MeasuredScenario[]): MinimumDetectable | null {
  const seen = measured
    .flatMap(({ id, comparisons }) =>
      comparisons.flatMap(({ isGated, metric, minimumDetectableEffect }) =>
        isGated && minimumDetectableEffect !== null
          ? [{ ratio: minimumDetectableEffect, scenarioId: id, metric }]
          : [],
      ),
    )
    .sort((a, b) => a.ratio - b.ratio)
  const worst = seen.at(-1)
  return worst === undefined ? null : { median: seen[Math.floor(seen.length / 2)]!.ratio, worst }
}

function findChange(measured: readonly MeasuredScenario[]): Gate['change'] {
  const compared = measured.filter(({ cost }) => cost.ratio !== null)
  if (compared.length === 0) return null
  const changed = compared.filter(({ cost, verdict }) => cost.hasChanged || verdict?.kind === 'regressed')
  if (changed.length === 0) return 'none'
  return changed.every(
    ({ blame, verdict }) => blame?.outcome === 'unchanged-code' && verdict?.kind !== 'regressed',
  )
    ? 'same-code'
    : 'some'
}

/** Exit code of a whole run: 0 no regression, 1 regression, 2 nothing proven, 130 interrupted. */
export function exitCodeOf({
  gate,
  run,
  scenarios,
}: {
  readonly gate: Pick<Gate, 'isStrict' | 'outcome'>
  readonly run: { readonly isComplete: boolean }
  readonly scenarios: readonly { readonly status: GatedScenario['status'] }[]
}): 0 | 1 | 2 | 130 {
  if (!run.isComplete) return 130
  if (!gate.isStrict) return scenarios.some(({ status }) => status === 'failed') ? 2 : 0
  if (gate.outcome === 'green') return 0
  return gate.outcome === 'red' ? 1 : 2
}
