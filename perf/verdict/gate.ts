import { formatChange } from '../../profile/model/format.ts'
import { metricTitle } from '../measure/metrics.ts'
import type { Comparison, Gate, MeasuredResult, Proof, Report, ScenarioResult } from '../results/report.ts'
import type { Reference } from '../run/reference.ts'
import { isAskedFor } from '../suite/filter.ts'

/** What a run is held against, and how strictly. */
export interface GateInput {
  readonly isStrict: boolean
  readonly reference: Reference
  readonly filters: readonly string[]
  /** False for a run that was interrupted. */
  readonly isComplete: boolean
  /** Null where no proof was asked for. */
  readonly proof: Proof | null
}

/** The gate's outcome. A gate that compared nothing, or missed a scenario, is not green. */
export function evaluateGate(results: readonly ScenarioResult[], input: GateInput): Gate {
  const { reference, isStrict, isComplete, proof } = input
  const measured = results.filter((result) => result.status === 'measured')
  const regressions = measured.flatMap(describeRegression)
  const failures = results.flatMap((result) =>
    result.status === 'failed' ? [`${result.id} failed: ${result.reason}`] : [],
  )
  const missing = findMissing(results, reference, input.filters)
  const keyScenarios = results.filter(({ isKey }) => isKey)
  const compared = measured.filter((result) =>
    result.comparisons.some(({ isGated, ratio }) => isGated && ratio !== null),
  )
  const problem = reference.kind === 'none' ? reference.problem : 'no scenario could be compared'
  const nothing = compared.length === 0 ? [problem] : []
  const unproven = proof?.failure ? [`the gate's proof of itself failed: ${proof.failure}`] : []
  const interrupted = isComplete ? [] : ['the run was interrupted']
  return {
    isStrict,
    outcome: outcomeOf([
      ['unproven', unproven],
      ['red', regressions],
      ['invalid', [...interrupted, ...failures, ...missing]],
      ['not-compared', nothing],
    ]),
    baselineCommit: commitOf(reference),
    proof,
    keyScenarios: keyScenarios.length,
    compared: compared.length,
    inconclusive: compared.filter(isInconclusive).map(({ id }) => id),
    notCompared: results.flatMap(whyNotCompared),
    reasons: [...unproven, ...regressions, ...interrupted, ...failures, ...missing, ...nothing],
  }
}

/** The first outcome for which there is a reason; green where there is none. */
function outcomeOf(outcomes: readonly (readonly [Gate['outcome'], readonly string[]])[]): Gate['outcome'] {
  return outcomes.find(([, reasons]) => reasons.length > 0)?.[0] ?? 'green'
}

/** What regressed in a scenario, in one line; none where nothing did. */
export function describeRegression({ id, comparisons }: MeasuredResult): string[] {
  const regressed = comparisons.filter(({ isGated, verdict }) => isGated && verdict.kind === 'regressed')
  return regressed.length === 0 ? [] : [`${id}: ${regressed.map(describeMetricChange).join(', ')}`]
}

/** A change in words: `throughput −31 %`. */
export function describeMetricChange({ metric, ratio }: Comparison): string {
  return ratio === null
    ? `${metricTitle(metric)} changed`
    : `${metricTitle(metric)} ${formatChange(ratio.value - 1)}`
}

/** What the baseline has and the run has not, and the other way round, as far as the filters ask for it. */
function findMissing(
  results: readonly ScenarioResult[],
  reference: Reference,
  filters: readonly string[],
): string[] {
  if (reference.kind === 'none') return []
  const ids = new Set(results.map(({ id }) => id))
  const gone = scenariosOf(reference).filter((id) => isAskedFor(id, filters) && !ids.has(id))
  const unknown = results.filter(
    (result) => result.status === 'measured' && result.isKey && !comparable(result),
  )
  return [
    ...gone.map((id) => `${id} is in the baseline and not in this run`),
    ...unknown.map(
      ({ id }) => `${id} cannot be held against the baseline: it is not in it, or has other parameters`,
    ),
  ]
}

function scenariosOf(reference: Exclude<Reference, { kind: 'none' }>): string[] {
  return reference.kind === 'stored'
    ? Object.keys(reference.row.scenarios)
    : reference.scenarios.map(({ scenario }) => scenario.id)
}

function commitOf(reference: Reference): string | null {
  switch (reference.kind) {
    case 'stored':
      return reference.row.commit
    case 'live':
      return reference.commit
    case 'none':
      return null
    default:
      return reference satisfies never
  }
}

/** Whether it is not the baseline's fault where there is no ratio. */
function comparable({ comparisons }: MeasuredResult): boolean {
  return comparisons.some(({ verdict }) => verdict.kind !== 'unproven' || !verdict.isBaselineFault)
}

function isInconclusive({ comparisons }: MeasuredResult): boolean {
  return comparisons.some(({ isGated, verdict }) => isGated && verdict.kind === 'inconclusive')
}

function whyNotCompared(result: ScenarioResult): string[] {
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
    case 'not-reached':
      return []
    default:
      return result satisfies never
  }
}

/** Exit code of a whole run: 0 no regression, 1 regression, 2 nothing proven, 130 interrupted. */
export function exitCodeOf({
  gate,
  run,
  scenarios,
}: Pick<Report, 'gate' | 'run' | 'scenarios'>): 0 | 1 | 2 | 130 {
  if (!run.isComplete) return 130
  if (!gate.isStrict) return scenarios.some(({ status }) => status === 'failed') ? 2 : 0
  if (gate.outcome === 'green') return 0
  return gate.outcome === 'red' ? 1 : 2
}
