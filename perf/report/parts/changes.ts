// Comparisons as costs, of which more is worse, and which of them stands for a scenario.
import { formatChange, formatRatio } from '../../../profile/model/format.ts'
import type { Interval } from '../../../profile/model/interval.ts'
import type { MeasuredResult } from '../../results/report.ts'
import { METRICS, type TimedMetric } from '../../suite/metrics.ts'
import { costTitle } from '../../verdict/cost.ts'
import type { Comparison } from '../../verdict/metric-verdict.ts'
import type { CostChange } from './cost-change.ts'

/** The change that the verdict is about, the largest of them; else that of the cost; told as a cost. Null where there is none. */
export function leadingChange(result: MeasuredResult): CostChange | null {
  const { verdict, comparisons, cost, kind } = result
  const named = verdict !== null && 'metrics' in verdict ? verdict.metrics : []
  const [largest] = comparisons
    .filter(({ metric, ratio }) => named.includes(metric) && ratio !== null)
    .map(toCostChange)
    .sort((a, b) => sizeOfChange(b) - sizeOfChange(a))
  const isCost = named.length === 0 || named.includes(costMetric(kind))
  const comparison = comparisons.find(({ metric }) => metric === costMetric(kind))
  if (!isCost || comparison === undefined || cost.ratio === null)
    return largest?.ratio == null ? null : { ...largest, text: formatRatio(largest.ratio) }
  const title = costTitle(kind)
  return { ...toCostChange(comparison), title, text: formatRatio(cost.ratio), ratio: cost.ratio }
}

/** The leading change in a cell: `+48 % [+38 %, +57 %] P50`; of the cost, without a name. */
export function changeText(result: MeasuredResult): string {
  const change = leadingChange(result)
  if (change?.ratio == null) return ''
  return `${change.text}${change.title.includes('latency') ? ` ${change.title.replace(' latency', '')}` : ''}`
}

/** The metric that the cost is read from. */
function costMetric(kind: MeasuredResult['kind']): TimedMetric {
  return kind === 'http' ? 'cpuNsPerOp' : 'opsPerSecond'
}

/** How far from no change, twice and half alike; 0 for what is not known. */
export function sizeOfChange(change: CostChange | null): number {
  return change?.ratio == null ? 0 : Math.abs(Math.log(change.ratio.value))
}

export function toCostChange(comparison: Comparison): CostChange {
  const { metric, ratio, limit, confirmation, isGated, verdict, confidence } = comparison
  const { isHigherBetter } = METRICS[metric]
  const asCost = (interval: Interval | null) =>
    interval === null || !isHigherBetter ? interval : inverse(interval)
  return {
    title: titleAsCost(metric),
    text: ratio === null ? '–' : formatRatio(ratio),
    ratio: asCost(ratio),
    limit: isHigherBetter ? 1 / limit : limit,
    limitText: formatChange(limit - 1),
    noise: comparison.minimumDetectableEffect,
    confirmation: asCost(confirmation),
    isGated,
    verdict: verdict.kind,
    confidence,
  }
}

/** What a metric is called where it is shown as a cost. */
export function titleAsCost(metric: TimedMetric): string {
  return METRICS[metric].isHigherBetter ? 'time per op' : METRICS[metric].title
}

function inverse({ low, value, high }: Interval): Interval {
  return { low: 1 / high, value: 1 / value, high: 1 / low }
}
