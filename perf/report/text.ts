// A run as text for a terminal.
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatRatio,
  formatSpread,
  formatTime,
} from '../../profile/model/format.ts'
import { fingerprintKey } from '../results/environment.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../results/report.ts'
import { METRICS, TIMED_METRICS } from '../suite/metrics.ts'
import type { Warning } from '../verdict/warnings.ts'
import { columnLines } from './parts/align.ts'
import { blameBlock, blamedScenarios } from './parts/blame.ts'
import { type CounterColumn, counterColumns } from './parts/counters.ts'
import { describeHotFunction, describeOverhead, profiledScenarios } from './parts/hot.ts'
import { withVisibleNames } from './parts/visible.ts'
import {
  describeAbsence,
  describeGate,
  describeRemarks,
  describeRun,
  describeVerdict,
  onOneLine,
} from './parts/words.ts'

/** The timed columns after throughput, of which the interval is shown, too. */
const TIMES = TIMED_METRICS.filter((metric) => metric !== 'opsPerSecond')

/** A run as text for a terminal: the table, what regressed, the warnings as numbered footnotes, and the outcome. */
export function renderText(measured: Report): string {
  const report = withVisibleNames(measured)
  const notes = new Footnotes()
  const counters = counterColumns(report.scenarios.filter((result) => result.status === 'measured'))
  const rows = report.scenarios.map((result) => toRow(result, counters, notes))
  return [
    `${fingerprintKey(report.environment.fingerprint)} · ${describeRun(report)} · ${formatDuration(report.run.elapsedMs)}`,
    '',
    ...columnLines(headOf(counters), rows, 1),
    ...section(`Against ${report.run.against ?? 'the baseline'}`, comparisonLines(report)),
    ...section('Where the time went', blameLines(report)),
    ...section(hotTitle(report), hotLines(report)),
    ...section('Not measured', absenceLines(report)),
    ...section('Notes', notes.lines),
    '',
    ...outcomeLines(report),
    '',
  ].join('\n')
}

function headOf(counters: readonly CounterColumn[]): string[] {
  const times = TIMES.map((metric) => METRICS[metric].column)
  const counted = counters.map(({ title }) => title)
  return ['scenario', 'ops/s', '±', ...times, ...counted, 'alloc/op', 'GC/1000', 'samples', '']
}

/** What stands in the place of numbers. */
const ABSENT = { failed: 'FAILED', skipped: 'skipped', 'not-reached': 'not measured' } as const

function toRow(result: ScenarioResult, counters: readonly CounterColumn[], notes: Footnotes): string[] {
  if (result.status !== 'measured') return [result.id, ABSENT[result.status]]
  const { metrics, warnings } = result
  return [
    result.id,
    formatCount(metrics.opsPerSecond.raw.value),
    formatSpread(metrics.opsPerSecond.raw),
    ...TIMES.map((metric) => formatTime(metrics[metric].raw.value)),
    ...counters.map((counter) => counter.cell(result)),
    formatBytes(metrics.allocatedBytesPerOp.value),
    formatCount(metrics.gcPerThousandOps.value),
    metrics.samples.toLocaleString('en-US'),
    warnings.map((warning) => notes.add(warning)).join(' '),
  ]
}

function comparisonLines({ scenarios }: Report): string[] {
  const measured = scenarios.filter((result) => result.status === 'measured')
  const width = Math.max(0, ...measured.map(({ id }) => id.length))
  return measured.flatMap((result) => {
    const verdict = describeVerdict(result)
    if (verdict === '') return []
    return [`${result.id.padEnd(width)}  ${throughputChange(result).padEnd(28)}  ${verdict}`]
  })
}

function throughputChange({ comparisons }: MeasuredResult): string {
  const ratio = comparisons.find(({ metric }) => metric === 'opsPerSecond')?.ratio
  return ratio ? formatRatio(ratio) : '–'
}

/** Per scenario whose cost changed: the sentence, and the functions behind it. */
function blameLines(report: Report): string[] {
  return blamedScenarios(report).flatMap((scenario, i) => [...(i === 0 ? [] : ['']), ...blameBlock(scenario)])
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
    const found = profile.functions.slice(0, SHOWN_FUNCTIONS).map(describeHotFunction)
    const lines =
      found.length > 0 ? found : profile.problems.slice(0, 1).map((problem) => `no profile: ${problem}`)
    return lines.map((line, i) => `${(i === 0 ? id : '').padEnd(width)} ${line}`)
  })
}

function absenceLines({ scenarios }: Report): string[] {
  return scenarios.flatMap((result) =>
    result.status === 'measured' ? [] : [`${result.id}  ${describeAbsence(result)}`],
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
    ...describeRemarks({ gate, scenarios }),
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
