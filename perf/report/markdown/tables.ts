// The tables of a run's Markdown, each collapsed.
import {
  formatBytes,
  formatCalls,
  formatChange,
  formatCount,
  formatPercent,
  formatRatio,
  formatShare,
  formatSpread,
  formatTime,
} from '../../../profile/model/format.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../../results/report.ts'
import type { Interval } from '../../stats/interval.ts'
import { METRICS, TIMED_METRICS, type TimedMetric } from '../../suite/metrics.ts'
import type { Parameters } from '../../suite/scenario.ts'
import {
  BLAME_HEAD,
  type BlamedScenario,
  blameCells,
  blamedScenarios,
  describeBlame,
  describeRest,
  shownFunctions,
} from '../parts/blame.ts'
import { changeText } from '../parts/changes.ts'
import { counterColumns } from '../parts/counters.ts'
import { describeOverhead, profiledScenarios } from '../parts/hot.ts'
import { escapeHtml, escapeMarkdown, renderCode, renderTable } from '../parts/markdown-table.ts'
import { describeVerdict } from '../parts/words.ts'
import { type LineLinks, linkPlaces, renderPlace } from './links.ts'
import { blockSection, type Section, tableSection } from './sections.ts'

export function measuredOf({ scenarios }: Report): MeasuredResult[] {
  return scenarios.filter((result) => result.status === 'measured')
}

/** The timed columns after throughput. */
const TIMES = TIMED_METRICS.filter((metric) => metric !== 'opsPerSecond')
const SHOWN_TIMES = TIMES.filter((metric) => metric !== 'p99Ns')

/** One row a scenario: verdict, change, what it costs, where that goes. */
export function scenarioSection(report: Report): Section {
  const measured = measuredOf(report)
  const counters = counterColumns(measured)
  const head = [
    'scenario',
    'verdict',
    'change',
    'hottest function',
    METRICS.opsPerSecond.column,
    ...SHOWN_TIMES.map((metric) => METRICS[metric].column),
    'alloc/op',
    ...counters.map(({ title }) => title),
  ]
  const rows = [...report.scenarios]
    .sort((a, b) => orderOf(a) - orderOf(b))
    .map((result) => {
      if (result.status !== 'measured') return [renderCode(result.id), result.status]
      const { id, metrics } = result
      return [
        renderCode(id),
        verdictCell(result),
        unbroken(changeText(result) || '–'),
        hottestCell(result),
        unbroken(`${formatCount(metrics.opsPerSecond.raw.value)} ${formatSpread(metrics.opsPerSecond.raw)}`),
        ...SHOWN_TIMES.map((metric) => unbroken(timeCell(metrics[metric].raw))),
        formatBytes(metrics.allocatedBytesPerOp.value),
        ...counters.map((counter) => counter.cell(result)),
      ]
    })
    .map((cells) => [...cells, ...Array<string>(head.length - cells.length).fill('')])
  return tableSection(titleOf(report), { head, rows, textColumns: 4 }, 54_000)
}

/** What is not fine comes first, so that it is not what is cut. */
function orderOf(result: ScenarioResult): number {
  if (result.status !== 'measured') return result.status === 'failed' ? 1 : 3
  const order = { regressed: 0, inconclusive: 2, unproven: 2, improved: 4 } as Readonly<
    Record<string, number>
  >
  return order[result.verdict?.kind ?? ''] ?? 5
}

/** `All 28 scenarios: 1 regressed, 27 pass`. */
function titleOf({ scenarios }: Report): string {
  const counts = new Map<string, number>()
  for (const result of [...scenarios].sort((a, b) => orderOf(a) - orderOf(b))) {
    const kind = (
      result.status === 'measured' ? (result.verdict?.kind ?? 'not compared') : result.status
    ).replace('-', ' ')
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}`)
  return `<b>All scenarios</b>: ${parts.join(', ')}`
}

function verdictCell({ verdict }: MeasuredResult): string {
  if (verdict === null) return ''
  const kind = verdict.kind.replace('-', ' ')
  return verdict.kind === 'regressed' ? `**${kind}**` : kind
}

function hottestCell({ profile }: MeasuredResult): string {
  const hottest = profile?.functions[0]
  if (hottest === undefined) return '–'
  return `${formatPercent(hottest.selfShare.value)} ${renderCode(hottest.functionName)}`
}

function timeCell(time: Interval): string {
  return `${formatTime(time.value)} ${formatSpread(time)}`
}

/** The functions behind every scenario whose cost changed, the largest change first. */
export function blameSection(report: Report, links: LineLinks): Section {
  const blocks = blamedScenarios(report).map((scenario) => renderBlame(scenario, links))
  return blockSection('Where the time went', blocks, 20_000)
}

function renderBlame(scenario: BlamedScenario, links: LineLinks): string {
  const { blame } = scenario
  const places = blame.suspects.flatMap((suspect) => [suspect, ...(suspect.symptom ? [suspect.symptom] : [])])
  const rows = shownFunctions(blame).map((row) => {
    const [name, , ...cells] = blameCells(row)
    return [
      renderCode(name!),
      renderPlace(row, links),
      ...cells.map((cell) => unbroken(escapeMarkdown(cell))),
    ]
  })
  return [
    `**${linkPlaces(describeBlame(scenario), places, links)}**`,
    ...(rows.length === 0 ? [] : [renderTable(BLAME_HEAD, rows, 3)]),
    ...(blame.outcome === 'blamed' ? [describeRest(blame)] : []),
  ].join('\n\n')
}

/** A number with its unit and interval stays on one line. */
function unbroken(cell: string): string {
  return cell.replaceAll(' ', '\u00a0')
}

/** How many functions of a scenario are shown; report.json has more. */
const SHOWN_FUNCTIONS = 3

/** The hottest functions of every scenario in one table. */
export function hotSection(report: Report, links: LineLinks): Section {
  const overhead = describeOverhead(report)
  const rows = profiledScenarios(report).flatMap(({ id, profile }) => [
    ...profile.functions
      .slice(0, SHOWN_FUNCTIONS)
      .map((row, i) => [
        i === 0 ? renderCode(id) : '',
        renderCode(row.functionName),
        renderPlace(row, links),
        formatShare(row.selfShare.value),
        unbroken(timeCell(row.selfNsPerOp)),
        formatCalls(row.callsPerOp),
        row.allocatedBytesPerOp === null ? '–' : formatBytes(row.allocatedBytesPerOp),
      ]),
    ...(profile.waitingNsPerOp === undefined
      ? []
      : [['', '(waiting)', '', '–', formatTime(profile.waitingNsPerOp), '–', '–']]),
  ])
  const head = ['scenario', 'function', 'where', 'self', 'self/op', 'calls/op', 'bytes/op']
  const intro = `Shares come from short CPU profiles${overhead === undefined ? '' : `, ${overhead}`}. Calls are exact, bytes are sampled.\n\n`
  return tableSection('Hot functions', { head, rows, textColumns: 3 }, 14_000, intro)
}

/** Every metric against its limit. */
export function comparisonSection(measured: readonly MeasuredResult[], against: string | null): Section {
  const rows = measured
    .filter(({ verdict, comparisons }) => verdict !== null || comparisons.length > 0)
    .map((result) => [
      renderCode(result.id),
      escapeMarkdown(describeVerdict(result)),
      ...TIMED_METRICS.map((metric) => comparisonCell(result, metric)),
    ])
  const head = ['scenario', 'verdict', ...TIMED_METRICS.map((metric) => METRICS[metric].column)]
  const kind = against === null ? 'Normalised candidate/baseline' : 'Candidate/baseline of pairs in lockstep'
  const intro = `${kind} with its interval, corrected for the number of comparisons; the limit; and the minimum detectable effect (MDE, power 80 %).\n\n`
  const title = `Every metric against ${against === null ? 'the baseline' : escapeHtml(against)}`
  return tableSection(title, { head, rows, textColumns: 2 }, 16_000, intro)
}

function comparisonCell(result: MeasuredResult, metric: TimedMetric): string {
  const comparison = result.comparisons.find((candidate) => candidate.metric === metric)
  if (!comparison?.isGated || !comparison.ratio || !comparison.minimumDetectableEffect) return '–'
  const seen = `MDE ${formatPercent(comparison.minimumDetectableEffect - 1)}`
  return `${formatRatio(comparison.ratio)} limit ${formatChange(comparison.limit - 1)}, ${seen}`
}

export function parametersSection(measured: readonly MeasuredResult[]): Section {
  const rows = measured.map(({ id, kind, parameters, isKey }) => [
    renderCode(id),
    kind,
    escapeMarkdown(formatParameters(parameters)),
    isKey ? 'yes' : 'no',
  ])
  const head = ['scenario', 'kind', 'parameters', 'key']
  return tableSection('Scenario parameters', { head, rows, textColumns: 4 }, 8_000)
}

function formatParameters(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

/** What the gate compares, with what is left out of the first table. */
export function normalisedSection(measured: readonly MeasuredResult[]): Section {
  const rows = measured.map(({ id, canary, metrics }) => [
    renderCode(id),
    canary.name,
    formatShare(canary.residual),
    `${formatCount(metrics.opsPerSecond.normalised.value)} ${formatSpread(metrics.opsPerSecond.normalised)}`,
    ...TIMES.map((metric) => unbroken(timeCell(metrics[metric].normalised))),
    formatTime(metrics.maxNs),
    formatCount(metrics.gcPerThousandOps.value),
    formatTime(metrics.gcNsPerThousandOps.value),
    metrics.samples.toLocaleString('en-US'),
  ])
  const head = [
    'scenario',
    'canary',
    'residual',
    ...TIMED_METRICS.map((metric) => METRICS[metric].column),
    'max',
    'GC/1000 ops',
    'GC time/1000 ops',
    'samples',
  ]
  return tableSection('At reference speed, and garbage collection', { head, rows, textColumns: 2 }, 12_000)
}
