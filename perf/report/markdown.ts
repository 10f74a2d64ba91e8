// A run as Markdown: a file, a job summary, a comment.
import {
  formatBytes,
  formatCalls,
  formatChange,
  formatCount,
  formatDuration,
  formatPercent,
  formatPlace,
  formatRatio,
  formatShare,
  formatSpread,
  formatTime,
} from '../../profile/model/format.ts'
import { shortHash } from '../git/commit.ts'
import { describeRevision } from '../git/revision.ts'
import { fingerprintKey } from '../results/environment.ts'
import type { MeasuredResult, Report } from '../results/report.ts'
import type { Interval } from '../stats/interval.ts'
import { METRICS, TIMED_METRICS, type TimedMetric } from '../suite/metrics.ts'
import type { Parameters } from '../suite/scenario.ts'
import { sampledTime } from '../verdict/cost.ts'
import {
  BLAME_HEAD,
  blameCells,
  blamedScenarios,
  describeBlame,
  describeRest,
  shownFunctions,
} from './parts/blame.ts'
import { counterColumns } from './parts/counters.ts'
import { describeOverhead, profiledScenarios } from './parts/hot.ts'
import { escapeMarkdown, renderCode, renderTable } from './parts/markdown-table.ts'
import {
  describeAbsence,
  describeGate,
  describeRemarks,
  describeRun,
  describeVerdict,
} from './parts/words.ts'

/** A run as GitHub-flavoured Markdown, for a file, a job summary or a pull-request comment. */
export function renderMarkdown(report: Report): string {
  const measured = report.scenarios.filter((result) => result.status === 'measured')
  return [
    `# flamegate: ${escapeMarkdown(describeGate(report.gate))}`,
    '',
    ...(report.run.isComplete
      ? []
      : ['**Incomplete:** the run was interrupted. What had been measured is below.', '']),
    ...bullets(report.gate.reasons.map(escapeMarkdown)),
    `${describeRun(report)}, ${formatDuration(report.run.elapsedMs)}. ${environmentLine(report)}`,
    '',
    ...bullets(describeRemarks(report).map(escapeMarkdown)),
    ...blameSections(report),
    ...metricsTable(measured),
    ...comparisonTable(measured, report.run.against),
    ...hotSections(report),
    ...section(
      'Not measured',
      report.scenarios.flatMap((result) =>
        result.status === 'measured' ? [] : [`\`${result.id}\`: ${escapeMarkdown(describeAbsence(result))}`],
      ),
    ),
    ...section('Not compared', report.gate.notCompared.map(escapeMarkdown)),
    ...section(
      'Warnings',
      measured.flatMap(({ id, warnings }) =>
        warnings.map(
          ({ message, cure }) =>
            `\`${id}\`: ${escapeMarkdown(message)}. ${escapeMarkdown(capitalise(cure))}.`,
        ),
      ),
    ),
    ...parametersTable(measured),
    ...normalisedTable(measured),
  ].join('\n')
}

function environmentLine({ environment, run, gate }: Report): string {
  const { nodeVersion, v8Version, osRelease, memoryBytes, fingerprint } = environment
  const baseline =
    gate.baselineCommit === null ? '' : ` Baseline: \`${shortHash(gate.baselineCommit.hash)}\`.`
  const target = run.target === null ? '' : ` Target: \`${run.target}\`.`
  const memory = `${Math.round(memoryBytes / 1024 ** 3)} GB`
  return (
    `${escapeMarkdown(fingerprintKey(fingerprint))} (${nodeVersion}, V8 ${v8Version}), ${escapeMarkdown(osRelease)}, ${memory}. ` +
    `Commit: \`${run.commit === null ? 'none' : describeRevision(run.commit)}\`.${baseline}${target}`
  )
}

/** The timed columns after throughput. */
const TIMES = TIMED_METRICS.filter((metric) => metric !== 'opsPerSecond')

function timeCell(time: Interval): string {
  return `${formatTime(time.value)} ${formatSpread(time)}`
}

function metricsTable(measured: readonly MeasuredResult[]): string[] {
  if (measured.length === 0) return []
  const counters = counterColumns(measured)
  const rows = table(
    [
      'scenario',
      METRICS.opsPerSecond.column,
      '±',
      ...TIMES.map((metric) => METRICS[metric].column),
      'max',
      ...counters.map(({ title }) => title),
      'alloc/op',
      'GC/1000 ops',
      'GC time/1000 ops',
      'samples',
    ],
    measured.map((result) => {
      const { id, metrics } = result
      return [
        `\`${id}\``,
        formatCount(metrics.opsPerSecond.raw.value),
        formatSpread(metrics.opsPerSecond.raw),
        ...TIMES.map((metric) => timeCell(metrics[metric].raw)),
        formatTime(metrics.maxNs),
        ...counters.map((counter) => counter.cell(result)),
        formatBytes(metrics.allocatedBytesPerOp.value),
        formatCount(metrics.gcPerThousandOps.value),
        formatTime(metrics.gcNsPerThousandOps.value),
        metrics.samples.toLocaleString('en-US'),
      ]
    }),
  )
  return ['## Metrics', '', ...rows]
}

function comparisonTable(measured: readonly MeasuredResult[], against: string | null): string[] {
  const compared = measured.filter(({ comparisons }) => comparisons.length > 0)
  if (compared.length === 0) return []
  const cell = (result: MeasuredResult, metric: TimedMetric) => {
    const comparison = result.comparisons.find((candidate) => candidate.metric === metric)
    if (!comparison?.isGated || !comparison.ratio || !comparison.minimumDetectableEffect) return '–'
    const seen = `MDE ${formatPercent(comparison.minimumDetectableEffect - 1)}`
    return `${formatRatio(comparison.ratio)} limit ${formatChange(comparison.limit - 1)}, ${seen}`
  }
  return [
    against === null ? '## Against the baseline' : `## Against ${escapeMarkdown(against)}`,
    '',
    `${against === null ? 'Normalised candidate/baseline' : 'Candidate/baseline of pairs in lockstep'} with its interval, corrected for the number of comparisons; the limit; and the minimum detectable effect (MDE, power 80 %).`,
    '',
    ...table(
      ['scenario', 'verdict', ...TIMED_METRICS.map((metric) => METRICS[metric].column)],
      compared.map((result) => [
        `\`${result.id}\``,
        escapeMarkdown(describeVerdict(result)),
        ...TIMED_METRICS.map((metric) => cell(result, metric)),
      ]),
      2,
    ),
  ]
}

function blameSections(report: Report): string[] {
  const blamed = blamedScenarios(report)
  if (blamed.length === 0) return []
  return [
    '## Where the time went',
    '',
    ...blamed.flatMap((scenario) => [
      `**${escapeMarkdown(describeBlame(scenario))}**`,
      '',
      ...table(
        BLAME_HEAD,
        shownFunctions(scenario.blame.functions).map((row) => {
          const [name, ...cells] = blameCells(row)
          return [renderCode(name!), ...cells.map(escapeMarkdown)]
        }),
        3,
      ),
      ...(scenario.blame.outcome === 'blamed' ? [describeRest(scenario.blame), ''] : []),
    ]),
  ]
}

/** How many functions the Markdown shows of each scenario; report.json has more. */
const SHOWN_FUNCTIONS = 10

function hotSections(report: Report): string[] {
  const profiled = profiledScenarios(report)
  if (profiled.length === 0) return []
  const overhead = describeOverhead(report)
  return [
    '## Hot functions',
    '',
    `Shares come from short CPU profiles${overhead === undefined ? '' : `, ${overhead}`}. Calls are exact, bytes are sampled.`,
    '',
    ...profiled.flatMap(({ id, costKind, profile }) =>
      details(
        `<code>${id}</code>: ${profile.stackSamples.toLocaleString('en-US')} stack samples of ${sampledTime(costKind)}`,
        [
          ...bullets(profile.problems.map(escapeMarkdown)),
          ...table(
            ['function', 'where', 'category', 'self', 'self/op', 'total/op', 'calls/op', 'bytes/op'],
            profile.functions
              .slice(0, SHOWN_FUNCTIONS)
              .map((row) => [
                renderCode(row.functionName),
                escapeMarkdown(formatPlace(row)),
                row.category,
                formatShare(row.selfShare.value),
                `${formatTime(row.selfNsPerOp.value)} ${formatSpread(row.selfNsPerOp)}`,
                formatTime(row.totalNsPerOp.value),
                formatCalls(row.callsPerOp),
                row.allocatedBytesPerOp === null ? '–' : formatBytes(row.allocatedBytesPerOp),
              ]),
            3,
          ),
        ],
      ),
    ),
  ]
}

function normalisedTable(measured: readonly MeasuredResult[]): string[] {
  return details(
    'Normalised metrics: what the gate compares',
    table(
      ['scenario', 'canary', 'residual', ...TIMED_METRICS.map((metric) => METRICS[metric].column)],
      measured.map(({ id, canary, metrics }) => [
        `\`${id}\``,
        canary.name,
        formatShare(canary.residual),
        `${formatCount(metrics.opsPerSecond.normalised.value)} ${formatSpread(metrics.opsPerSecond.normalised)}`,
        ...TIMES.map((metric) => timeCell(metrics[metric].normalised)),
      ]),
    ),
  )
}

function parametersTable(measured: readonly MeasuredResult[]): string[] {
  return details(
    'Scenario parameters',
    table(
      ['scenario', 'kind', 'parameters', 'key'],
      measured.map(({ id, kind, parameters, isKey }) => [
        `\`${id}\``,
        kind,
        formatParameters(parameters),
        isKey ? 'yes' : 'no',
      ]),
      4,
    ),
  )
}

function formatParameters(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...bullets(lines)]
}

function bullets(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${line}`), '']
}

function details(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '</details>', '']
}

/** A section's table; nothing where it has no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[], textColumns = 1): string[] {
  return rows.length === 0 ? [] : [renderTable(head, rows, textColumns), '']
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
