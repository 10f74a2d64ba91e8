// The timed metrics: one table that schemas, limits and columns are built from. Every metric, gated or not, is a comparison more
// and makes all intervals of a run wider.

/** The timed metrics, in the order in which they are shown. Throughput is ops/s, latencies and CPU time are ns. */
export const TIMED_METRICS = ['opsPerSecond', 'p50Ns', 'p95Ns', 'p99Ns', 'cpuNsPerOp'] as const
/** Metrics that follow the machine's speed: reported raw and normalised, compared normalised. */
export type TimedMetric = (typeof TIMED_METRICS)[number]

/** The time that a metric is read from, ns per op: throughput is the inverse of `nsPerOp`. */
export type TimeField = 'nsPerOp' | 'p50Ns' | 'p95Ns' | 'p99Ns' | 'cpuNsPerOp'

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
  readonly field: TimeField
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

/** What is wrong about a limit; undefined where it is one. */
export function limitFault(metric: string, limit: number): string | undefined {
  if (!(metric in DEFAULT_LIMITS)) return `limits are of ${Object.keys(DEFAULT_LIMITS).join(', ')}`
  const isSensible =
    typeof limit === 'number' && (metric === 'opsPerSecond' ? limit > 0 && limit <= 1 : limit >= 1)
  return isSensible
    ? undefined
    : 'limits are ratios candidate/baseline: opsPerSecond at most 1, the others at least 1'
}

/** The metrics that a gate is always about, in order. */
export const GATED_METRICS = TIMED_METRICS.filter((metric) => METRICS[metric].isGatedAlways)

function rule(
  title: string,
  column: string,
  field: TimeField,
  limit: LimitedMetric,
  { isHigherBetter = false, isGatedAlways = true, isTail = false } = {},
): TimedMetricRule {
  return { title, column, field, limit, isHigherBetter, isGatedAlways, isTail }
}

/** Something of every timed metric, by its name. */
export function byMetric<T>(make: (metric: TimedMetric) => T): Record<TimedMetric, T> {
  return Object.fromEntries(TIMED_METRICS.map((metric) => [metric, make(metric)])) as Record<TimedMetric, T>
}

/** A metric's value, from the times of an op. */
export function metricOf(times: Readonly<Record<TimeField, number>>, metric: TimedMetric): number {
  const ns = times[METRICS[metric].field]
  return metric === 'opsPerSecond' ? 1e9 / ns : ns
}
