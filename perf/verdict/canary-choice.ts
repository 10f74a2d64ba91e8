// Which canary normalises a scenario.
import { type CanaryName, PROCESS_CANARIES } from '../measure/canary.ts'
import { median } from '../stats/quantile.ts'
import type { TimedMetric, TimeField } from '../suite/metrics.ts'

/** Per canary, one number a fork: its residual against the op inside that fork. */
export type Residuals = Readonly<Partial<Record<CanaryName, readonly number[]>>>

/** The canary that a scenario's numbers are normalised by, and how well it followed. */
export interface CanaryChoice {
  readonly name: CanaryName
  /** Median over forks of the robust deviation of ln(slice ÷ canary): 0.02 is 2 % noise left per slice. */
  readonly residual: number
}

/**
 * Of the canaries that all sides have, the one whose residual inside forks is smallest, over all forks of both sides that are to be compared: the choice
 * never looks at how fast either side is. HTTP scenarios take the loopback canary: there slices are noisy for reasons no
 * canary can follow, and between forks it leaves the least noise (docs/measurements.md has the figures).
 */
export function chooseCanary(...sides: readonly Residuals[]): CanaryChoice {
  const choices = (['loopback', ...PROCESS_CANARIES] as const).flatMap((name): CanaryChoice[] => {
    const values = sides.map((side) => side[name] ?? [])
    return values.some(({ length }) => length === 0) ? [] : [{ name, residual: median(values.flat()) }]
  })
  const [first] = choices
  if (first === undefined) throw new RangeError('no canary was timed')
  return first.name === 'loopback'
    ? first
    : choices.reduce((best, next) => (next.residual < best.residual ? next : best))
}

/**
 * The canary that a metric is shown at reference speed by. An exchange over loopback waits for a core wherever others want it,
 * and CPU time does not: beside three busy processes it was 38 times as slow, and would have made 1.9 ms of CPU time 63 µs.
 */
export function canaryOf(metric: TimedMetric | TimeField, { name }: Pick<CanaryChoice, 'name'>): CanaryName {
  return metric === 'cpuNsPerOp' && name === 'loopback' ? 'json' : name
}
