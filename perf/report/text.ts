import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRatio,
  formatSpread,
  formatTime,
} from '../../profile/model/format.ts'
import { metricTitle } from '../measure/metrics.ts'
import { fingerprintKey } from '../results/environment.ts'
import type { MeasuredResult, Report, ScenarioResult, Warning } from '../results/report.ts'
import { costRatio, hasChanged } from '../verdict/cost.ts'
import { describeRegression } from '../verdict/gate.ts'
import { blameBlock, blamedScenarios } from './blame.ts'
import { columnLines } from './columns.ts'
import { describeHotFunction, describeOverhead, profiledScenarios } from './hot.ts'
import { describeAbsence, describeGate, describePatchChange, describeRun, describeVerdict } from './words.ts'

const HEAD = [
  'scenario',
  'ops/s',
  '±',
  'P50',
  'P95',
  'P99',
  'CPU/op',
  'patch',
  'alloc/op',
  'GC/1000',
  'samples',
  '',
]

/** A run as text for a terminal: the table, what regressed, the warnings as numbered footnotes, and the outcome. */
export function renderText(report: Report): string {
  const notes = new Footnotes()
  const rows = report.scenarios.map((result) => toRow(result, notes))
  return [
    `${fingerprintKey(report.environment.fingerprint)} · ${describeRun(report)} · ${formatDuration(report.run.elapsedMs)}`,
    '',
    ...columnLines(HEAD, rows, 1),
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

function toRow(result: ScenarioResult, notes: Footnotes): string[] {
  if (result.status !== 'measured') return [result.id, result.status === 'failed' ? 'FAILED' : result.status]
  const { metrics, warnings } = result
  return [
    result.id,
    formatCount(metrics.opsPerSecond.raw.value),
    formatSpread(metrics.opsPerSecond.raw),
    formatTime(metrics.p50Ns.raw.value),
    formatTime(metrics.p95Ns.raw.value),
    formatTime(metrics.p99Ns.raw.value),
    formatTime(metrics.cpuNsPerOp.raw.value),
    metrics.patchBytesPerOp === null ? '–' : formatBytes(metrics.patchBytesPerOp),
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
    const verdict = [describeVerdict(result), describePatchChange(result)]
      .filter((part) => part !== '')
      .join('; ')
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
  const weakest = smallestDetectable(scenarios)
  return [
    ...(run.isComplete
      ? []
      : ['INCOMPLETE: the run was interrupted; what had been measured is in the report']),
    describeGate(gate),
    ...gate.reasons.map((reason) => `  ${reason}`),
    ...(gate.notCompared.length === 0
      ? []
      : ['not compared:', ...gate.notCompared.map((line) => `  ${line}`)]),
    ...howToBlame({ gate, scenarios }),
    ...(weakest === undefined ? [] : [weakest]),
    ...describeNoChange({ run, scenarios }),
  ]
}

/** The command that names the function behind regressions of which only the numbers are known. */
function howToBlame({ gate, scenarios }: Pick<Report, 'gate' | 'scenarios'>): string[] {
  const ids = scenarios.flatMap((result) =>
    result.status === 'measured' && result.blame === null && describeRegression(result).length > 0
      ? [result.id]
      : [],
  )
  const commit = gate.baselineCommit?.slice(0, 12).replace(/\+.*$/, '')
  if (ids.length === 0 || commit === undefined) return []
  return [`which function did it: npm run perf:compare -- ${commit} ${ids.slice(0, 3).join(' ')}`]
}

/** Where a run in lockstep found no scenario changed, or only such as run the same code as before: one line. */
function describeNoChange({ run, scenarios }: Pick<Report, 'run' | 'scenarios'>): string[] {
  const compared = scenarios.filter((result) => result.status === 'measured' && costRatio(result) !== null)
  const changed = compared.filter((result) => result.status === 'measured' && hasChanged(costRatio(result)))
  const isRed = scenarios.some(
    (result) => result.status === 'measured' && describeRegression(result).length > 0,
  )
  if (run.against === null || compared.length === 0 || isRed) return []
  if (changed.length === 0) {
    return ['no change: no scenario costs other than there, as far as this run could see']
  }
  const isSameCode = changed.every(
    (result) => result.status === 'measured' && result.blame?.outcome === 'unchanged-code',
  )
  return isSameCode
    ? ['no change: what costs other than there runs the same code, so that it is chance or the environment']
    : []
}

/** The gated metric that had to change most before this run would have seen it. */
function smallestDetectable(scenarios: readonly ScenarioResult[]): string | undefined {
  const seen = scenarios
    .flatMap((result) =>
      result.status === 'measured'
        ? result.comparisons.map((comparison) => ({ id: result.id, comparison }))
        : [],
    )
    .filter(({ comparison }) => comparison.isGated && comparison.smallestDetectable !== null)
    .sort((a, b) => a.comparison.smallestDetectable! - b.comparison.smallestDetectable!)
  const [middle, last] = [seen[Math.floor(seen.length / 2)], seen.at(-1)]
  if (middle === undefined || last === undefined) return undefined
  const size = (ratio: number) => `${Math.round((ratio - 1) * 100)} %`
  return (
    `smallest difference from the baseline that this run could tell from noise: ${size(middle.comparison.smallestDetectable!)} in the median, ` +
    `${size(last.comparison.smallestDetectable!)} at worst (${last.id}, ${metricTitle(last.comparison.metric)})`
  )
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
      const others = count === 1 ? '' : ` (and ${count - 1} more scenario${count === 2 ? '' : 's'})`
      return `[${i + 1}] ${text}${others}`
    })
  }
}
