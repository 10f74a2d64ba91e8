// The evidence for a scenario's verdict, as the page shows it: metrics, changes, trials, functions.
import {
  formatBytes,
  formatCount,
  formatPlace,
  formatSpread,
  formatTime,
} from '../../../profile/model/format.ts'
import type { Interval } from '../../../profile/model/interval.ts'
import type { OpFinding } from '../../diagnosis/finding.ts'
import type { BlamedFunction } from '../../profiling/blame-summary.ts'
import type { MeasuredResult } from '../../results/report.ts'
import { METRICS, TIMED_METRICS, type TimedMetric } from '../../suite/metrics.ts'
import {
  BLAME_HEAD,
  blameCells,
  describeBlame,
  describeRest,
  isOfSuspect,
  nameSuspect,
  shownFunctions,
} from '../parts/blame.ts'
import { leadingChange, titleAsCost, toCostChange } from '../parts/changes.ts'
import { formatCounter } from '../parts/counters.ts'
import { placeOfFinding } from '../parts/findings.ts'
import { describeVerdict } from '../parts/words.ts'
import { toPageCode } from './code.ts'
import type {
  PageFinding,
  PageHotFunction,
  PageMetric,
  PageQuantile,
  PageScenario,
  PageSeries,
} from './data.ts'

/** Everything that the page says of a scenario with numbers. */
export function evidenceOf(
  result: MeasuredResult,
): Omit<PageScenario, 'id' | 'isKey' | 'facts' | 'hasGraph'> {
  const { verdict, blame, metrics, warnings, profile, counters } = result
  const lead = leadingChange(result)
  return {
    verdict: verdict?.kind ?? (lead === null ? 'not-compared' : 'not-gated'),
    words: withoutKind(describeVerdict(result), verdict?.kind ?? ''),
    sentence: blame === null ? '' : describeBlame({ id: result.id, blame }).slice(result.id.length + 1),
    culprit: blame?.outcome === 'blamed' ? nameSuspect(blame.suspects[0]!) : '',
    lead,
    numbers: {
      p50: { value: metrics.p50Ns.raw.value, text: formatTime(metrics.p50Ns.raw.value) },
      p95: { value: metrics.p95Ns.raw.value, text: formatTime(metrics.p95Ns.raw.value) },
      cpu: { value: metrics.cpuNsPerOp.raw.value, text: formatTime(metrics.cpuNsPerOp.raw.value) },
      allocated: {
        value: metrics.allocatedBytesPerOp.value,
        text: formatBytes(metrics.allocatedBytesPerOp.value),
      },
    },
    hottest: hottestOf(result),
    metrics: TIMED_METRICS.map((metric) => timedMetric(result, metric)),
    memory: memoryOf(result),
    warnings: warnings.map(({ message, cure }) => ({ message, cure })),
    code: result.code === null ? null : toPageCode(result.code),
    distribution: toQuantiles(result),
    findings: (result.findings ?? []).map(toPageFinding),
    ...trialsOf(result),
    ...deltasOf(result),
    counters: counters.map((counter) => {
      const { name, unit, perOp, baselinePerOp } = counter
      return [
        name,
        baselinePerOp === null ? '–' : formatCounter(unit, baselinePerOp),
        formatCounter(unit, perOp),
      ] as const
    }),
    problems: profile?.problems ?? ['it was not profiled'],
  }
}

/** `inconclusive: P95 latency` without the verdict's name, which stands beside it. */
function withoutKind(words: string, kind: string): string {
  return words.toLowerCase().startsWith(kind) ? words.slice(kind.length).replace(/^[:;] /, '') : words
}

function timedMetric({ metrics, comparisons }: MeasuredResult, metric: TimedMetric): PageMetric {
  const comparison = comparisons.find((candidate) => candidate.metric === metric)
  const { raw, normalised } = metrics[metric]
  const format = metric === 'opsPerSecond' ? (value: number) => `${formatCount(value)} ops/s` : formatTime
  return {
    title: METRICS[metric].title,
    value: format(raw.value),
    spread: formatSpread(raw),
    normalised: format(normalised.value),
    change: comparison === undefined ? null : toCostChange(comparison),
  }
}

function memoryOf({ metrics }: MeasuredResult): PageMetric[] {
  const row = (title: string, interval: Interval, format: (value: number) => string): PageMetric => ({
    title,
    value: format(interval.value),
    spread: formatSpread(interval),
    normalised: '',
    change: null,
  })
  return [
    row('allocated per op', metrics.allocatedBytesPerOp, formatBytes),
    row('collections per 1,000 ops', metrics.gcPerThousandOps, formatCount),
    row('time in GC per 1,000 ops', metrics.gcNsPerThousandOps, formatTime),
  ]
}

function toQuantiles({ distribution }: MeasuredResult): PageQuantile[] {
  if (distribution === undefined) return []
  const { quantiles, candidateNs, baselineNs } = distribution
  return quantiles.map((share, i) => ({
    share,
    candidateNs: candidateNs[i]!,
    baselineNs: baselineNs?.[i] ?? null,
  }))
}

function toPageFinding(finding: OpFinding): PageFinding {
  const { share, nsPerOp, message, cure, functionName } = finding
  return {
    share,
    time: formatTime(nsPerOp),
    message,
    cure,
    name: functionName,
    place: placeOfFinding(finding),
  }
}

function hottestOf({ profile }: MeasuredResult): PageHotFunction | null {
  const row = profile?.functions[0]
  if (row === undefined) return null
  return { name: row.functionName, place: formatPlace(row), share: row.selfShare.value }
}

function trialsOf({
  forks,
  pairs,
  metrics,
  comparisons,
}: MeasuredResult): Pick<PageScenario, 'forks' | 'pairs' | 'isConfirming'> {
  const latencies = (['p50Ns', 'p95Ns', 'p99Ns'] as const).map(
    (metric): PageSeries => ({
      title: METRICS[metric].column,
      values: forks.map(({ raw }) => raw[metric]),
      interval: metrics[metric].raw,
    }),
  )
  const ratios = TIMED_METRICS.map((metric): PageSeries => {
    const { isHigherBetter } = METRICS[metric]
    const comparison = comparisons.find((candidate) => candidate.metric === metric)
    const change = comparison === undefined ? undefined : toCostChange(comparison)
    const values = pairs.map(({ ratios }) => {
      const ratio = ratios[metric]
      return ratio !== null && isHigherBetter ? 1 / ratio : ratio
    })
    return { title: titleAsCost(metric), values, interval: change?.ratio ?? null }
  })
  return {
    forks: [...latencies, { title: 'slowest op', values: forks.map(({ raw }) => raw.maxNs), interval: null }],
    pairs: pairs.length === 0 ? [] : ratios,
    isConfirming: pairs.map(({ isConfirming }) => isConfirming),
  }
}

/** The functions whose time, calls or bytes differ between both versions. */
function deltasOf({ blame }: MeasuredResult): Pick<PageScenario, 'deltaHead' | 'deltas' | 'rest'> {
  if (blame === null) return { deltaHead: [], deltas: [], rest: '' }
  const { suspects } = blame
  // Suspects have rows of their own.
  const others = blame.functions.filter((row) => hasOtherCalls(row) && !isOfSuspect(row, suspects))
  const shown = new Set([...shownFunctions(blame), ...others])
  return {
    deltaHead: BLAME_HEAD,
    deltas: [...shown].map((row) => ({
      cells: blameCells(row),
      isBlamed: isOfSuspect(row, suspects),
    })),
    rest: blame.outcome === 'blamed' ? describeRest(blame) : '',
  }
}

/** Exact: no noise makes a function run more often. */
function hasOtherCalls({ callsPerOp: { baseline, candidate } }: BlamedFunction): boolean {
  return baseline !== null && candidate !== null && baseline !== candidate
}
