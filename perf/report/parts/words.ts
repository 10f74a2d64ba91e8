// What reports say in words, the same in every format.

import { formatCounted, formatPercent } from '../../../profile/model/format.ts'
import { shortHash } from '../../git/commit.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../../results/report.ts'
import type { AskedCommand } from '../../suite/command/asked.ts'
import { METRICS } from '../../suite/metrics.ts'
import { typed } from '../../typed-command.ts'
import { describeMetricChanges, describeRegression, type Gate } from '../../verdict/gate.ts'
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
    case 'same-code':
      return 'same code'
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

/** A scenario's verdict in a word or two; empty where it has none. */
export function nameVerdict({ verdict }: MeasuredResult): string {
  if (verdict === null) return ''
  if (verdict.kind === 'same-code') return 'same code'
  return verdict.kind === 'regressed' ? 'REGRESSED' : verdict.kind
}

/** Why a scenario has no numbers. */
export function describeAbsence(result: Exclude<ScenarioResult, MeasuredResult>): string {
  switch (result.status) {
    case 'failed':
      return `FAILED: ${onOneLine(result.reason)}`
    case 'skipped':
      return `skipped: ${onOneLine(result.reason)}`
    case 'unchanged':
      return 'same code: it runs nothing that was changed'
    case 'not-reached':
      return 'not measured: the run ended before'
    default:
      return result satisfies never
  }
}

/** The gate's outcome in one line. */
export function describeGate({
  outcome,
  isStrict,
  compared,
  keyScenarios,
  sameCode,
  inconclusive,
}: Gate): string {
  switch (outcome) {
    case 'green': {
      const some =
        compared === keyScenarios
          ? ''
          : `, in the ${compared} of ${keyScenarios} scenarios that could be compared`
      const unclear =
        inconclusive.length === 0 ? '' : ` (${inconclusive.length} inconclusive: ${inconclusive.join(', ')})`
      return `no regression against the baseline${some}${describeSameCode(sameCode, compared)}${unclear}`
    }
    case 'red':
      return `REGRESSION${isStrict ? '' : ' (reported only: set STRICT_PERF=true to fail on it)'}`
    case 'invalid':
      return 'not green: something could not be measured or compared'
    case 'not-compared':
      return 'nothing was compared'
    case 'control-failed':
      return 'the gate does not work on this machine now'
    default:
      return outcome satisfies never
  }
}

/** `: all of it is the same code`; empty where nothing is. */
export function describeSameCode(sameCode: number, compared: number): string {
  if (sameCode === 0) return ''
  return sameCode === compared
    ? ': all of it is the same code'
    : `: ${sameCode} of ${compared} run the same code`
}

/** What kind of run it was: `28 scenarios, 5 forks each, seed 7, 3 min 20 s`. */
export function describeRun({ run, scenarios }: Report): string {
  const quick = run.isQuick ? ', quick' : ''
  const how =
    run.against === null ? `${formatCounted(run.forks, 'fork')} each` : `in lockstep with ${run.against}`
  const part = run.shard === undefined ? '' : `, shard ${run.shard.index} of ${run.shard.count}`
  return `${formatCounted(scenarios.length, 'scenario')}${part}, ${how}${quick}, seed ${run.seed}`
}

/** What else is to be said of a run: what to type for who did it or for what is unclear, what would have been seen, what changed. */
export function describeRemarks(report: Pick<Report, 'gate' | 'run' | 'scenarios'>): string[] {
  return [
    ...howToBlame(report).map((command) => `which function did it: ${command}`),
    ...howToSettle(report).map((command) => `more pairs for what is inconclusive: ${command}`),
    ...describeMinimumDetectable(report.gate),
    ...describeNoChange(report.gate),
  ]
}

/** An argument as a shell takes it. */
export function quoteArgument(id: string): string {
  return /^[\w/.-]+$/.test(id) ? id : `'${id.replaceAll("'", "'\\''")}'`
}

/** What a server is started by and asked, as `compare` and `exec` take it. */
export function quoteServer({ paths, words }: AskedCommand): string {
  return [...paths.flatMap((path) => ['--get', path]), '--', ...words].map(quoteArgument).join(' ')
}

/** The command that names the function behind regressions of which only the numbers are known; none where there is none. */
export function howToBlame({ gate, run, scenarios }: Pick<Report, 'gate' | 'run' | 'scenarios'>): string[] {
  const ids = scenarios.flatMap((result) =>
    result.status === 'measured' && result.blame === null && describeRegression(result).length > 0
      ? [result.id]
      : [],
  )
  if (ids.length === 0 || gate.baselineCommit === null) return []
  return [compareAgain(run, shortHash(gate.baselineCommit.hash), ids.slice(0, 3).map(quoteArgument))]
}

/** The command that takes as many pairs as a green run lacked of its first inconclusive scenarios; none where there is none. */
export function howToSettle({ gate, run, scenarios }: Pick<Report, 'gate' | 'run' | 'scenarios'>): string[] {
  const { outcome, baselineCommit, inconclusive } = gate
  if (outcome !== 'green' || baselineCommit === null || inconclusive.length === 0) return []
  const needed = scenarios.map((result) =>
    result.status === 'measured' && result.verdict?.kind === 'inconclusive' ? result.verdict.neededTrials : 2,
  )
  // Of two pairs each; so many are what `--forks` takes.
  const forks = Math.min(100, Math.ceil(Math.max(...needed) / 2))
  const ids = inconclusive.slice(0, 3).map(quoteArgument)
  return [compareAgain(run, shortHash(baselineCommit.hash), [`--forks ${forks}`, ...ids])]
}

/**
 * The command that compares once more what a run did.
 * @param refs as `compare` takes them @param more flags and ids, quoted
 */
export function compareAgain({ command }: Report['run'], refs: string, more: readonly string[]): string {
  const server = command === undefined ? [] : [quoteServer(command)]
  return typed(['npm run perf:compare --', refs, ...more, ...server].join(' '))
}

/** Where a run in lockstep found no scenario changed, or only such as run the same code as there: one line. */
function describeNoChange({ change }: Gate): string[] {
  switch (change) {
    case 'none':
      return ['no change: no scenario costs other than there, as far as this run could see']
    case 'same-code':
      return [
        'no change: what costs other than there runs the same code, so that it is chance or the environment',
      ]
    case 'some':
    case null:
      return []
    default:
      return change satisfies never
  }
}

/** The gated effects that this run would have seen. */
function describeMinimumDetectable({ minimumDetectable }: Gate): string[] {
  if (minimumDetectable === null) return []
  const { median, worst } = minimumDetectable
  const size = (ratio: number) => formatPercent(ratio - 1)
  return [
    `minimum detectable effect (power 80 %): ${size(median)} in the median, ` +
      `${size(worst.ratio)} at worst (${worst.scenarioId}, ${METRICS[worst.metric].title})`,
  ]
}

/** What code or a tool said, without line breaks and what else would move the cursor. */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
}
