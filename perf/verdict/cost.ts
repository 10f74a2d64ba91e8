// What an op costs, by one rule: wall time, or for HTTP the server's CPU time, since there the client shares the machine.
import type { Ratios } from '../measure/turns.ts'
import type { Interval } from '../stats/interval.ts'
import type { TimeField } from '../suite/metrics.ts'
import type { Scenario } from '../suite/scenario.ts'
import type { Comparison } from './metric-verdict.ts'

/** What a scenario's cost is a time of. */
export type CostKind = 'wall' | 'cpu'

/** What an op of a scenario costs, and how that compares with the baseline. */
export interface Cost {
  readonly kind: CostKind
  /** At reference speed. */
  readonly nsPerOp: number
  /** Candidate/baseline; of a micro scenario by CPU time where that agrees and is narrower. Null where it was not compared. */
  readonly ratio: Interval | null
  /** Whether it is another than the baseline's, as far as the run's own confidence goes. */
  readonly hasChanged: boolean
}

/** The rule: what an op costs, from its metrics at reference speed, and how that compares. */
export function decideCost(
  kind: Scenario['kind'],
  metrics: Readonly<Record<'opsPerSecond' | 'cpuNsPerOp', { readonly normalised: Interval }>>,
  comparisons: readonly Pick<Comparison, 'metric' | 'ratio'>[],
): Cost {
  const costKind = costKindOf(kind)
  const ratio = costRatioOf(kind, comparisons)
  const { opsPerSecond, cpuNsPerOp } = metrics
  const nsPerOp = costKind === 'cpu' ? cpuNsPerOp.normalised.value : 1e9 / opsPerSecond.normalised.value
  return { kind: costKind, nsPerOp, ratio, hasChanged: hasChanged(ratio) }
}

export function costKindOf(kind: Scenario['kind']): CostKind {
  return kind === 'http' ? 'cpu' : 'wall'
}

const COST_FIELDS: Readonly<Record<CostKind, TimeField>> = { wall: 'nsPerOp', cpu: 'cpuNsPerOp' }

/** The field that a cost is read from, wherever all of them stand together. */
export function costFieldOf(kind: Scenario['kind']): TimeField {
  return COST_FIELDS[costKindOf(kind)]
}

/** What a scenario's cost is called. */
export function costTitle(kind: Scenario['kind']): string {
  return kind === 'http' ? "the server's CPU time per op" : 'time per op'
}

/** What stack samples of a scenario are samples of. */
export function sampledTime(kind: CostKind): string {
  return kind === 'cpu' ? 'the server’s CPU time' : 'wall time'
}

/** Cost of an op, candidate/baseline, in one pair; null where this machine's clock reads zero. */
export function pairCostRatio({ opsPerSecond, cpuNsPerOp }: Ratios, kind: Scenario['kind']): number | null {
  if (costKindOf(kind) === 'cpu') return cpuNsPerOp
  return opsPerSecond === null ? null : 1 / opsPerSecond
}

/**
 * Cost of an op, candidate/baseline. Where wall time counts, it is that of CPU time if this says the same and is known more
 * closely, as it is beside neighbours on the same core: an op that waits has other wall time than CPU time. Null where it
 * was not compared.
 */
export function costRatioOf(
  kind: Scenario['kind'],
  comparisons: readonly Pick<Comparison, 'metric' | 'ratio'>[],
): Interval | null {
  const ratioOf = (metric: Comparison['metric']) =>
    comparisons.find((comparison) => comparison.metric === metric)?.ratio ?? null
  const [cpu, speed] = [ratioOf('cpuNsPerOp'), ratioOf('opsPerSecond')]
  if (costKindOf(kind) === 'cpu' || speed === null) return cpu
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

/** Whether a cost is another than that of the baseline, as far as its interval goes. */
export function hasChanged(ratio: Interval | null): boolean {
  return ratio !== null && (ratio.low > LEAST_CHANGE || ratio.high < 1 / LEAST_CHANGE)
}
