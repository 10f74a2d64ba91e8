// What reports say in words, the same in every format.
import type { MeasuredResult, Report, ScenarioResult } from '../results/report.ts'
import { METRICS } from '../suite/metrics.ts'
import { describeMetricChanges, type Gate } from '../verdict/gate.ts'
import { describeCounterChanges } from './counters.ts'

/**
 * A scenario's verdict, with what it is about where that is not `pass`, and what its counters did; empty where it was not
 * compared.
 */
export function describeVerdict(result: MeasuredResult): string {
  const words = [wordsOfVerdict(result), ...describeCounterChanges(result)]
  return words.filter((part) => part !== '').join('; ')
}

function wordsOfVerdict({ verdict, comparisons, pairs }: MeasuredResult): string {
  switch (verdict?.kind) {
    case undefined:
      return ''
    case 'pass':
      return 'pass'
    case 'regressed':
      return `REGRESSED: ${describeMetricChanges(verdict.metrics, comparisons)}`
    case 'improved':
      return `improved: ${describeMetricChanges(verdict.metrics, comparisons)}`
    case 'inconclusive': {
      const titles = verdict.metrics.map((metric) => METRICS[metric].title)
      const trials = pairs.length > 0 ? 'pairs' : 'forks'
      return `inconclusive: ${titles.join(', ')}; about ${verdict.neededTrials} ${trials} needed`
    }
    case 'unproven':
      return `unproven: ${verdict.reason}`
    default:
      return verdict satisfies never
  }
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
