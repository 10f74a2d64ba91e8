import type { Comparison, MeasuredResult } from './result-file.ts'
import type { Interval } from './stats/interval.ts'

/**
 * Cost of an op, candidate ÷ baseline. For HTTP the server's CPU time; else wall time, or CPU time where that says the same
 * and is known more closely, as it is beside neighbours on the same core: an op that waits has other wall time than CPU time.
 * Null where it was not compared.
 */
export function costRatio({
  kind,
  comparisons,
}: Pick<MeasuredResult, 'kind' | 'comparisons'>): Interval | null {
  const ratioOf = (metric: Comparison['metric']) =>
    comparisons.find((comparison) => comparison.metric === metric)?.ratio ?? null
  const [cpu, speed] = [ratioOf('cpuNsPerOp'), ratioOf('opsPerSecond')]
  if (kind === 'http' || speed === null) return cpu
  const wall = { low: 1 / speed.high, value: 1 / speed.value, high: 1 / speed.low }
  const width = ({ low, high }: Interval) => high / low
  const isSame = cpu !== null && cpu.low <= wall.high && wall.low <= cpu.high
  return isSame && width(cpu) < width(wall) ? cpu : wall
}

/** Whether the cost of an op is another than that of the baseline, as far as the run's own confidence goes. */
export function hasChanged(ratio: Interval | null): boolean {
  return ratio !== null && (ratio.low > 1 || ratio.high < 1)
}
