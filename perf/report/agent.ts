// A run as facts, one a line, and the command to type next: short, for programs that read text.
import { formatPercent, formatPlace } from '../../profile/model/format.ts'
import { shortHash } from '../git/commit.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../results/report.ts'
import { typed } from '../typed-command.ts'
import { exitCodeOf } from '../verdict/gate.ts'
import { blamedScenarios, describeBlame } from './parts/blame.ts'
import { leadingChange } from './parts/changes.ts'
import { changedCallLines, changedCodeLines } from './parts/code.ts'
import { type Fact, renderFacts } from './parts/facts.ts'
import { describeFinding, diagnosedScenarios } from './parts/findings.ts'
import { describeOutcome } from './parts/outcome.ts'
import { withVisibleNames } from './parts/visible.ts'
import {
  compareAgain,
  describeAbsence,
  describeVerdict,
  howToBlame,
  howToSettle,
  quoteArgument,
  quoteServer,
} from './parts/words.ts'

/** Where the files of a run are. */
interface ReportFiles {
  readonly json: string
  readonly page: string
}

/** So many scenarios are told of by their hottest function. */
const MOST_HOT = 30

/** Facts as `key: value`, the outcome first; `next:` is a command to type. */
export function renderAgent(shown: Report, files: ReportFiles): string {
  const report = withVisibleNames(shown)
  const { gate, scenarios } = report
  const measured = scenarios.filter((result) => result.status === 'measured')
  return renderFacts([
    ['outcome', `${gate.outcome}, ${describeOutcome(report)}`],
    ['exit-code', String(exitCodeOf(report))],
    ...gate.reasons.map((reason) => ['reason', reason] as Fact),
    ...scenarios.flatMap(factOf),
    ...blamedScenarios(report).map((blamed) => ['cause', describeBlame(blamed)] as Fact),
    ...placesOf(measured).map((place) => ['look-at', place] as Fact),
    ...changedCodeLines(report).map((line) => ['changed-code', line] as Fact),
    ...changedCallLines(report).map((line) => ['exact-calls', line] as Fact),
    ...diagnosedScenarios(report).flatMap(({ id, findings }) =>
      findings.map(
        (finding) => ['finding', `${id}: ${describeFinding(finding)}; try: ${finding.cure}`] as Fact,
      ),
    ),
    ...measured.slice(0, MOST_HOT).flatMap(hottestOf),
    ['report', files.json],
    ['page', files.page],
    ['next', nextCommand(report)],
  ])
}

/** What a scenario came to, where that is anything. */
function factOf(result: ScenarioResult): Fact[] {
  switch (result.status) {
    case 'measured': {
      const kind = result.verdict?.kind
      if (kind === undefined || kind === 'pass' || kind === 'same-code') return []
      const change = leadingChange(result)
      const size = change === null ? '' : ` (${change.title} ${change.text})`
      return [[kind, `${result.id}: ${withoutKind(describeVerdict(result))}${size}`]]
    }
    case 'failed':
    case 'skipped':
    case 'not-reached':
      return [[result.status, `${result.id}: ${withoutKind(describeAbsence(result))}`]]
    case 'unchanged':
      return []
    default:
      return result satisfies never
  }
}

/** The key says it. */
function withoutKind(words: string): string {
  return words.replace(/^[A-Za-z -]+: /, '')
}

/** Lines that were changed and are blamed, each once. */
function placesOf(measured: readonly MeasuredResult[]): string[] {
  const suspects = measured.flatMap(({ blame }) => blame?.suspects ?? [])
  return [...new Set(suspects.map(({ file, line }) => `${file}:${line}`))]
}

function hottestOf({ id, profile }: MeasuredResult): Fact[] {
  const [row] = profile?.functions ?? []
  if (row === undefined) return []
  return [['hottest', `${id}: ${formatPercent(row.selfShare.value)} ${row.functionName} ${formatPlace(row)}`]]
}

function nextCommand(report: Report): string {
  const { gate, run, scenarios } = report
  const ids = (isWanted: (result: ScenarioResult) => boolean) =>
    scenarios
      .filter(isWanted)
      .slice(0, 3)
      .map(({ id }) => quoteArgument(id))
  const isRed = (result: ScenarioResult) =>
    result.status === 'measured' && result.verdict?.kind === 'regressed'
  const anew = (...more: readonly string[]) => typed(['npm run perf', ...more].join(' '))
  // Beside the version that it was compared with, whatever that is called.
  const again = (...more: readonly string[]) => {
    if (gate.baselineCommit !== null) return compareAgain(run, shortHash(gate.baselineCommit.hash), more)
    return run.command === undefined ? anew('--', ...more) : compareAgain(run, 'HEAD', more)
  }
  switch (gate.outcome) {
    case 'red': {
      const [unknown] = howToBlame(report)
      return unknown ?? again(...ids(isRed))
    }
    case 'invalid': {
      const failed = ids(({ status }) => status === 'failed')
      if (run.command !== undefined) return again('--show-output', ...failed)
      return failed.length === 0 ? anew() : anew('-- --show-output', ...failed)
    }
    case 'not-compared':
      return run.command === undefined ? typed('npm run perf:baseline') : again()
    case 'control-failed':
      return run.command === undefined ? anew() : again()
    case 'green': {
      const [unclear] = howToSettle(report)
      if (unclear !== undefined) return unclear
      const slowest = scenarios
        .filter((result) => result.status === 'measured')
        .sort((a, b) => b.cost.nsPerOp - a.cost.nsPerOp)[0]
      if (run.command !== undefined) return typed(`npm run perf:exec -- ${quoteServer(run.command)}`)
      return slowest === undefined ? anew() : typed(`npm run perf:profile -- ${quoteArgument(slowest.id)}`)
    }
    default:
      return gate.outcome satisfies never
  }
}
