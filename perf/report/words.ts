import { metricTitle } from '../measure/metrics.ts'
import type { Comparison, Gate, MeasuredResult, Report, ScenarioResult } from '../results/report.ts'
import { describeMetricChange } from '../verdict/gate.ts'

/** The one word for a scenario, from the worst of its gated metrics; with what it is about where it is not `pass`. */
export function describeVerdict(result: MeasuredResult): string {
  const gated = result.comparisons.filter(({ isGated }) => isGated)
  const ofKind = (kind: Comparison['verdict']['kind']) => gated.filter(({ verdict }) => verdict.kind === kind)
  const [regressed, unproven, inconclusive, improved] = [
    ofKind('regressed'),
    ofKind('unproven'),
    ofKind('inconclusive'),
    ofKind('improved'),
  ]
  if (regressed.length > 0) return `REGRESSED: ${regressed.map(describeMetricChange).join(', ')}`
  if (unproven[0]?.verdict.kind === 'unproven') return `unproven: ${unproven[0].verdict.reason}`
  if (inconclusive.length > 0)
    return `inconclusive: ${describeInconclusive(inconclusive, result.pairs.length > 0 ? 'pairs' : 'forks')}`
  if (improved.length > 0) return `improved: ${improved.map(describeMetricChange).join(', ')}`
  return gated.length > 0 ? 'pass' : ''
}

/** What an exact counter did that no limit gates: `patch bytes +0.9 %`; empty where nothing changed. */
export function describePatchChange({ comparisons }: MeasuredResult): string {
  const change = comparisons.find(
    ({ metric, verdict }) => metric === 'patchBytesPerOp' && verdict.kind !== 'pass',
  )
  return change === undefined ? '' : describeMetricChange(change)
}

function describeInconclusive(comparisons: readonly Comparison[], trials: 'forks' | 'pairs'): string {
  const needs = comparisons.map(({ verdict }) => (verdict.kind === 'inconclusive' ? verdict.neededForks : 0))
  return `${comparisons.map(({ metric }) => metricTitle(metric)).join(', ')}; about ${Math.max(...needs)} ${trials} needed`
}

/** Why a scenario has no numbers. */
export function describeAbsence(result: Exclude<ScenarioResult, MeasuredResult>): string {
  switch (result.status) {
    case 'failed':
      return `FAILED: ${result.reason}`
    case 'skipped':
      return `skipped: ${result.reason}`
    case 'not-reached':
      return 'not measured: the run ended before'
    default:
      return result satisfies never
  }
}

/** The gate's outcome in one line. */
export function describeGate({ outcome, isStrict, compared, keyScenarios, inconclusive }: Gate): string {
  switch (outcome) {
    case 'green': {
      const some =
        compared === keyScenarios
          ? ''
          : `, in the ${compared} of ${keyScenarios} scenarios that could be compared`
      const unclear =
        inconclusive.length === 0 ? '' : ` (${inconclusive.length} inconclusive: ${inconclusive.join(', ')})`
      return `no regression against the baseline${some}${unclear}`
    }
    case 'red':
      return `REGRESSION${isStrict ? '' : ' (reported only: set STRICT_PERF=true to fail on it)'}`
    case 'invalid':
      return 'not green: something could not be measured or compared'
    case 'not-compared':
      return 'unproven: nothing was compared'
    case 'unproven':
      return 'unproven: this gate does not work on this machine now'
    default:
      return outcome satisfies never
  }
}

/** What kind of run it was: `28 scenarios, 5 forks each, seed 7, 3 min 20 s`. */
export function describeRun({ run, scenarios }: Report): string {
  const quick = run.isQuick ? ', quick' : ''
  const how = run.against === null ? `${run.forks} forks each` : `in lockstep with ${run.against}`
  return `${scenarios.length} scenarios, ${how}${quick}, seed ${run.seed}`
}
