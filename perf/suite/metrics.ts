// The timed metrics: one table that schemas, limits and columns are built from.

/** The timed metrics, in the order in which they are shown. Throughput is ops/s, latencies and CPU time are ns. */
export const TIMED_METRICS = ['opsPerSecond', 'p50Ns', 'p95Ns', 'p99Ns', 'cpuNsPerOp'] as const
/** Metrics that follow the machine's speed: reported raw and normalised, compared normalised. */
export type TimedMetric = (typeof TIMED_METRICS)[number]

/** What an op costs by one of the metrics, in ns: throughput is the inverse of `nsPerOp`. */
export type CostName = 'nsPerOp' | 'p50Ns' | 'p95Ns' | 'p99Ns' | 'cpuNsPerOp'

/** A metric that has a limit of its own. */
export type LimitedMetric = Exclude<TimedMetric, 'p99Ns'>

/** How much worse than the baseline a metric may be, as a ratio candidate/baseline; a lower bound for throughput. */
export type Limits = Readonly<Record<LimitedMetric, number>>

/** How a timed metric is called, read and limited. */
export interface TimedMetricRule {
  /** In sentences. */
  readonly title: string
  /** Above a column. */
  readonly column: string
  readonly cost: CostName
  readonly isHigherBetter: boolean
  /** Whose limit it has. P99 has P95's, and only where its own noise leaves room for that. */
  readonly limit: LimitedMetric
  readonly isGatedAlways: boolean
  /** Whether it is about the slowest ops, which are what being interrupted costs. */
  readonly isTail: boolean
}

export const METRICS: Readonly<Record<TimedMetric, TimedMetricRule>> = {
  opsPerSecond: rule('throughput', 'ops/s', 'nsPerOp', 'opsPerSecond', { isHigherBetter: true }),
  p50Ns: rule('P50 latency', 'P50', 'p50Ns', 'p50Ns'),
  p95Ns: rule('P95 latency', 'P95', 'p95Ns', 'p95Ns', { isTail: true }),
  p99Ns: rule('P99 latency', 'P99', 'p99Ns', 'p95Ns', { isGatedAlways: false, isTail: true }),
  cpuNsPerOp: rule('CPU time per op', 'CPU/op', 'cpuNsPerOp', 'cpuNsPerOp'),
}

export const DEFAULT_LIMITS: Limits = { opsPerSecond: 0.8, p50Ns: 1.25, p95Ns: 1.25, cpuNsPerOp: 1.2 }

/** The metrics that a gate is always about, in order. */
export const GATED_METRICS = TIMED_METRICS.filter((metric) => METRICS[metric].isGatedAlways)

function rule(
  title: string,
  column: string,
  cost: CostName,
  limit: LimitedMetric,
  { isHigherBetter = false, isGatedAlways = true, isTail = false } = {},
): TimedMetricRule {
  return { title, column, cost, limit, isHigherBetter, isGatedAlways, isTail }
}

/** Something of every timed metric, by its name. */
export function byMetric<T>(make: (metric: TimedMetric) => T): Record<TimedMetric, T> {
  return Object.fromEntries(TIMED_METRICS.map((metric) => [metric, make(metric)])) as Record<TimedMetric, T>
}

/** The value of a metric that a cost stands for. */
export function metricOf(cost: Readonly<Record<CostName, number>>, metric: TimedMetric): number {
  const ns = cost[METRICS[metric].cost]
  return metric === 'opsPerSecond' ? 1e9 / ns : ns
}
