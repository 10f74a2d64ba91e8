import type { Comparison, MeasuredResult } from '../results/report.ts'
import type { Interval } from '../stats/interval.ts'

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

/**
 * A cost that is less than this away may differ for no reason of the code: intervals of the same code, some pairs each, lay
 * beyond 1 in 4 % of 596 comparisons, beyond this in none of the micro scenarios among them.
 */
const LEAST_CHANGE = 1.01

/** Whether the cost of an op is another than that of the baseline, as far as the run's own confidence goes. */
export function hasChanged(ratio: Interval | null): boolean {
  return ratio !== null && (ratio.low > LEAST_CHANGE || ratio.high < 1 / LEAST_CHANGE)
}
