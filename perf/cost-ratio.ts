import type { Comparison, MeasuredResult } from './result-file.ts'
import type { Interval } from './stats/interval.ts'

/** Cost of an op, candidate ÷ baseline: wall time, or for HTTP the server's CPU time. Null where it was not compared. */
export function costRatio({
  kind,
  comparisons,
}: Pick<MeasuredResult, 'kind' | 'comparisons'>): Interval | null {
  const metric: Comparison['metric'] = kind === 'http' ? 'cpuNsPerOp' : 'opsPerSecond'
  const ratio = comparisons.find((comparison) => comparison.metric === metric)?.ratio ?? null
  if (ratio === null || kind === 'http') return ratio
  return { low: 1 / ratio.high, value: 1 / ratio.value, high: 1 / ratio.low }
}

/** Whether the cost of an op is another than that of the baseline, as far as the run's own confidence goes. */
export function hasChanged(ratio: Interval | null): boolean {
  return ratio !== null && (ratio.low > 1 || ratio.high < 1)
}
