import type { Limits } from '../suite/scenario.ts'
import type { CanaryName } from './canary.ts'
import type { ForkMeasurement, OpCost } from './measure.ts'

export const TIMED_METRICS = ['opsPerSecond', 'p50Ns', 'p95Ns', 'p99Ns', 'cpuNsPerOp'] as const
/** Metrics that follow the machine's speed: reported raw and normalised, compared normalised. */
export type TimedMetric = (typeof TIMED_METRICS)[number]

/** How a timed metric is read and judged. */
export interface TimedMetricRule {
  readonly title: string
  readonly isHigherBetter: boolean
  /** The limit that gates it. P99 has P95's, and only where its own noise leaves room for that. */
  readonly limit: keyof Limits
  readonly isGatedAlways: boolean
}

export const TIMED_METRIC_RULES: Readonly<Record<TimedMetric, TimedMetricRule>> = {
  opsPerSecond: { title: 'throughput', isHigherBetter: true, limit: 'opsPerSecond', isGatedAlways: true },
  p50Ns: { title: 'P50 latency', isHigherBetter: false, limit: 'p50Ns', isGatedAlways: true },
  p95Ns: { title: 'P95 latency', isHigherBetter: false, limit: 'p95Ns', isGatedAlways: true },
  p99Ns: { title: 'P99 latency', isHigherBetter: false, limit: 'p95Ns', isGatedAlways: false },
  cpuNsPerOp: { title: 'CPU time per op', isHigherBetter: false, limit: 'cpuNsPerOp', isGatedAlways: true },
}

/** A metric's name as people say it. */
export function metricTitle(metric: TimedMetric | 'patchBytesPerOp'): string {
  return metric === 'patchBytesPerOp' ? 'patch bytes' : TIMED_METRIC_RULES[metric].title
}

/** One fork's value as the machine gave it. */
export function rawValue(fork: ForkMeasurement, metric: TimedMetric): number {
  return readCost(fork.raw, metric)
}

/** One fork's value at reference speed according to one canary. */
export function normalisedValue(fork: ForkMeasurement, metric: TimedMetric, canary: CanaryName): number {
  const view = fork.canaries[canary]
  if (view === undefined) throw new RangeError(`a fork without canary '${canary}'`)
  return readCost(view.normalised, metric)
}

function readCost(cost: OpCost, metric: TimedMetric): number {
  return metric === 'opsPerSecond' ? 1e9 / cost.nsPerOp : cost[metric]
}
