// The numbers of one scenario from its forks, each with its interval.
import { type ForkMeasurement, normalisedValue, rawValue } from '../measure/measure.ts'
import { centreInterval, type Interval } from '../stats/interval.ts'
import { byMetric, type TimedMetric } from '../suite/metrics.ts'
import { type CanaryChoice, canaryOf, chooseCanary } from '../verdict/canary-choice.ts'
import { residualsOf } from '../verdict/compare-stored.ts'
import { findWarnings, type Warning } from '../verdict/warnings.ts'

/** A metric with its 95 % interval over forks. */
export interface TimedSummary {
  /** As the machine gave it. */
  readonly raw: Interval
  /** At reference speed. */
  readonly normalised: Interval
}

/** What a scenario was measured to cost. Intervals are of 95 %, over forks. */
export type ScenarioMetrics = Readonly<Record<TimedMetric, TimedSummary>> & {
  /** Slowest sample of all, raw. */
  readonly maxNs: number
  readonly allocatedBytesPerOp: Interval
  readonly gcPerThousandOps: Interval
  readonly gcNsPerThousandOps: Interval
  readonly samples: number
  readonly opsPerSample: number
}

/** What the forks of a scenario (at least one) say of it. */
export interface ForksSummary {
  /** The canary that its numbers are normalised by. */
  readonly canary: CanaryChoice
  readonly metrics: ScenarioMetrics
  readonly warnings: readonly Warning[]
}

export function summariseForks(
  forks: readonly ForkMeasurement[],
  { seed, isQuick }: { readonly seed: number; readonly isQuick: boolean },
): ForksSummary {
  const canary = chooseCanary(residualsOf(forks))
  const interval = (read: (fork: ForkMeasurement) => number): Interval =>
    centreInterval(forks.map(read), { confidence: 0.95, seed })
  const metrics = {
    ...byMetric((metric) => ({
      raw: interval((fork) => rawValue(fork, metric)),
      normalised: interval((fork) => normalisedValue(fork, metric, canaryOf(metric, canary))),
    })),
    maxNs: Math.max(...forks.map((fork) => fork.raw.maxNs)),
    allocatedBytesPerOp: interval((fork) => fork.allocatedBytesPerOp),
    gcPerThousandOps: interval((fork) => fork.gcPerThousandOps),
    gcNsPerThousandOps: interval((fork) => fork.gcNsPerThousandOps),
    samples: forks.reduce((sum, fork) => sum + fork.samples, 0),
    opsPerSample: Math.max(...forks.map((fork) => fork.opsPerSample)),
  }
  return { canary, metrics, warnings: findWarnings(forks, canary, isQuick) }
}
