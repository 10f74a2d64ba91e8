// A run as text for a terminal.
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatPercent,
  formatPlace,
  formatSpread,
  formatTime,
} from '../../profile/model/format.ts'
import { fingerprintKey } from '../results/environment.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../results/report.ts'
import { METRICS, TIMED_METRICS, type TimedMetric } from '../suite/metrics.ts'
import { counterChanged } from '../verdict/counters.ts'
import type { Warning } from '../verdict/warnings.ts'
import { columnLines } from './parts/align.ts'
import { blameBlock, blamedScenarios } from './parts/blame.ts'
import { changeText } from './parts/changes.ts'
import { changedCallLines, changedCodeLines, describeDrift } from './parts/code.ts'
import { counterColumns } from './parts/counters.ts'
import { describeFinding, diagnosedScenarios } from './parts/findings.ts'
import { describeHotFunction, describeOverhead, describeWaiting, profiledScenarios } from './parts/hot.ts'
import { withVisibleNames } from './parts/visible.ts'
import {
  describeAbsence,
  describeGate,
  describeRemarks,
  describeRun,
  describeVerdict,
  nameVerdict,
  onOneLine,
} from './parts/words.ts'

/** How much of a run is shown. */
export interface TextOptions {
  /** Every column, every verdict and the hot functions of every scenario. */
  readonly isVerbose: boolean
}

/**
 * A run as text for a terminal: one row a scenario, details of what is not as it was, the warnings as numbered footnotes, and the
 * outcome.
 */
export function renderText(shown: Report, { isVerbose }: TextOptions = { isVerbose: false }): string {
  const report = withVisibleNames(shown)
  const notes = new Footnotes()
  const measured = report.scenarios.filter((result) => result.status === 'measured')
  const columns = isVerbose ? allColumns(measured) : usualColumns(measured)
  const rows = report.scenarios.map((result) => toRow(result, columns, notes))
  return [
    `${fingerprintKey(report.environment.fingerprint)} · ${describeRun(report)} · ${formatDuration(report.run.elapsedMs)}`,
    '',
    ...columnLines(['scenario', ...columns.map(({ title }) => title), ''], rows, (column) => {
      return column === 0 || (columns[column - 1]?.isText ?? column > columns.length)
    }),
    ...section(`Against ${report.run.against ?? 'the baseline'}`, comparisonLines(measured, isVerbose)),
    ...section('Code that changed', changedCodeLines(report)),
    ...section('Exact calls', changedCallLines(report)),
    ...section('Where the time went', blameLines(report)),
    ...section('Diagnosis', findingLines(report, isVerbose)),
    ...(isVerbose ? section(hotTitle(report), hotLines(report)) : []),
    ...section('Not measured', absenceLines(report)),
    ...section('Notes', notes.lines),
    '',
    ...outcomeLines(report),
    ...(report.drift === null ? [] : [describeDrift(report.drift)]),
    '',
  ].join('\n')
}

/** One column of the table. */
interface Column {
  readonly title: string
  /** Text stands left, numbers right. */
  readonly isText?: true
  cell(result: MeasuredResult): string
}

const OPS: readonly Column[] = [
  { title: 'ops/s', cell: ({ metrics }) => formatCount(metrics.opsPerSecond.raw.value) },
  { title: '±', cell: ({ metrics }) => formatSpread(metrics.opsPerSecond.raw) },
]

function timeColumn(metric: TimedMetric): Column {
  return { title: METRICS[metric].column, cell: ({ metrics }) => formatTime(metrics[metric].raw.value) }
}

const ALLOCATED: Column = {
  title: 'alloc/op',
  cell: ({ metrics }) => formatBytes(metrics.allocatedBytesPerOp.value),
}

/** The change against the baseline, where anything was compared. */
function changeColumns(measured: readonly MeasuredResult[]): Column[] {
  const isCompared = measured.some(({ comparisons }) => comparisons.some(({ ratio }) => ratio !== null))
  const isJudged = measured.some(({ verdict }) => verdict !== null)
  return [
    ...(isCompared ? [{ title: 'change', isText: true as const, cell: changeText }] : []),
    ...(isJudged ? [{ title: 'verdict', isText: true as const, cell: nameVerdict }] : []),
  ]
}

function usualColumns(measured: readonly MeasuredResult[]): Column[] {
  if (measured.length === 0) return []
  const isProfiled = measured.some(({ profile }) => profile !== null)
  const hottest = { title: 'hottest function', isText: true as const, cell: describeHottest }
  return [
    ...OPS,
    ...(['p50Ns', 'p95Ns', 'cpuNsPerOp'] as const).map(timeColumn),
    ...counterColumns(measured),
    ALLOCATED,
    ...changeColumns(measured),
    ...(isProfiled ? [hottest] : []),
  ]
}

function allColumns(measured: readonly MeasuredResult[]): Column[] {
  return [
    ...OPS,
    ...TIMED_METRICS.filter((metric) => metric !== 'opsPerSecond').map(timeColumn),
    ...counterColumns(measured),
    ALLOCATED,
    { title: 'GC/1000', cell: ({ metrics }) => formatCount(metrics.gcPerThousandOps.value) },
    { title: 'samples', cell: ({ metrics }) => metrics.samples.toLocaleString('en-US') },
    ...changeColumns(measured),
  ]
}

/** What stands in the place of numbers. */
const ABSENT = {
  failed: 'FAILED',
  skipped: 'skipped',
  unchanged: 'same code',
  'not-reached': 'not measured',
} as const

function toRow(result: ScenarioResult, columns: readonly Column[], notes: Footnotes): string[] {
  if (result.status !== 'measured') return [result.id, ABSENT[result.status]]
  const refs = result.warnings.map((warning) => notes.add(warning)).join(' ')
  return [result.id, ...columns.map(({ cell }) => cell(result)), refs]
}

/** Of those with something to say; in a verbose run, of all. */
function comparisonLines(measured: readonly MeasuredResult[], isVerbose: boolean): string[] {
  const told = measured.filter((result) => isVerbose || isWorthALine(result))
  const width = Math.max(0, ...told.map(({ id }) => id.length))
  return told.flatMap((result) => {
    const verdict = describeVerdict(result)
    return verdict === '' ? [] : [`${result.id.padEnd(width)}  ${verdict}`]
  })
}

function isWorthALine({ verdict, counters }: MeasuredResult): boolean {
  return (
    (verdict !== null && verdict.kind !== 'pass' && verdict.kind !== 'same-code') ||
    counters.some(counterChanged)
  )
}

/** `38 % deepClone (packages/nasc-server/src/state.ts:9)`. */
function describeHottest({ profile }: MeasuredResult): string {
  const [hottest] = profile?.functions ?? []
  if (hottest === undefined) return '–'
  return `${formatPercent(hottest.selfShare.value)} ${hottest.functionName} (${formatPlace(hottest)})`
}

/** Per scenario whose cost changed: the sentence, and the functions behind it. */
function blameLines(report: Report): string[] {
  return blamedScenarios(report).flatMap((scenario, i) => [...(i === 0 ? [] : ['']), ...blameBlock(scenario)])
}

/** Of those that regressed; in a verbose run, of all. */
function findingLines(report: Report, isVerbose: boolean): string[] {
  const isWanted = ({ verdict }: MeasuredResult) => isVerbose || verdict?.kind === 'regressed'
  return diagnosedScenarios(report, isWanted).flatMap(({ id, findings }) => [
    id,
    ...findings.flatMap((finding) => [
      `  ${onOneLine(describeFinding(finding))}`,
      `    try: ${onOneLine(finding.cure)}`,
    ]),
  ])
}

/** How many functions the console shows of each scenario; the files have more. */
const SHOWN_FUNCTIONS = 3

function hotTitle(report: Report): string {
  const overhead = describeOverhead(report)
  return `Hot functions: share, self time, calls and bytes allocated per op${overhead === undefined ? '' : ` (${overhead})`}`
}

function hotLines(report: Report): string[] {
  const profiled = profiledScenarios(report)
  const width = Math.max(0, ...profiled.map(({ id }) => id.length))
  return profiled.flatMap(({ id, profile }) => {
    const { functions, waitingNsPerOp, problems } = profile
    const found = functions.slice(0, SHOWN_FUNCTIONS).map(describeHotFunction)
    const waiting = waitingNsPerOp === undefined ? [] : [describeWaiting(waitingNsPerOp)]
    const lines =
      found.length > 0
        ? [...found, ...waiting, ...problems.map((problem) => `  ${problem}`)]
        : problems.slice(0, 1).map((problem) => `no profile: ${problem}`)
    return lines.map((line, i) => `${(i === 0 ? id : '').padEnd(width)} ${line}`)
  })
}

function absenceLines({ scenarios }: Report): string[] {
  return scenarios.flatMap((result) =>
    result.status === 'measured' || result.status === 'unchanged'
      ? []
      : [`${result.id}  ${describeAbsence(result)}`],
  )
}

function outcomeLines({ gate, run, scenarios }: Report): string[] {
  return [
    ...(run.isComplete
      ? []
      : ['INCOMPLETE: the run was interrupted; what had been measured is in the report']),
    describeGate(gate),
    ...gate.reasons.map((reason) => `  ${onOneLine(reason)}`),
    ...(gate.notCompared.length === 0
      ? []
      : ['not compared:', ...gate.notCompared.map((line) => `  ${onOneLine(line)}`)]),
    ...describeRemarks({ gate, run, scenarios }),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => (line === '' ? '' : `  ${line}`))]
}

/** One note for each kind of warning, with the first one's words and how many scenarios it is about. */
class Footnotes {
  readonly #notes = new Map<string, { readonly text: string; count: number }>()

  add({ code, message, cure }: Warning): string {
    const note = this.#notes.get(code) ?? { text: `${message}: ${cure}`, count: 0 }
    note.count += 1
    this.#notes.set(code, note)
    return `[${[...this.#notes.keys()].indexOf(code) + 1}]`
  }

  get lines(): string[] {
    return [...this.#notes.values()].map(({ text, count }, i) => {
      const others = count === 1 ? '' : ` (and ${formatCounted(count - 1, 'more scenario')})`
      return `[${i + 1}] ${text}${others}`
    })
  }
}
