import type { ForkMeasurement } from '../measure/measure.ts'
import { normalisedValue, rawValue, type TimedMetric } from '../measure/metrics.ts'
import type { MeasuredResult } from '../results/report.ts'
import { centreInterval, type Interval } from '../stats/interval.ts'
import { chooseCanary } from '../verdict/canary-choice.ts'
import { residualsOf } from '../verdict/compare-stored.ts'
import { findWarnings } from '../verdict/warnings.ts'

/** The numbers of one scenario from its forks (at least one), each with its 95 % interval over forks. */
export function summariseForks(
  forks: readonly ForkMeasurement[],
  seed: number,
): Pick<MeasuredResult, 'canary' | 'metrics' | 'warnings'> {
  const canary = chooseCanary(residualsOf(forks))
  const interval = (read: (fork: ForkMeasurement) => number): Interval =>
    centreInterval(forks.map(read), { confidence: 0.95, seed })
  const timed = (metric: TimedMetric) => ({
    raw: interval((fork) => rawValue(fork, metric)),
    normalised: interval((fork) => normalisedValue(fork, metric, canary.name)),
  })
  const metrics = {
    opsPerSecond: timed('opsPerSecond'),
    p50Ns: timed('p50Ns'),
    p95Ns: timed('p95Ns'),
    p99Ns: timed('p99Ns'),
    cpuNsPerOp: timed('cpuNsPerOp'),
    maxNs: Math.max(...forks.map((fork) => fork.raw.maxNs)),
    patchBytesPerOp: forks[0]!.patchBytesPerOp,
    allocatedBytesPerOp: interval((fork) => fork.allocatedBytesPerOp),
    gcPerThousandOps: interval((fork) => fork.gcPerThousandOps),
    gcNsPerThousandOps: interval((fork) => fork.gcNsPerThousandOps),
    samples: forks.reduce((sum, fork) => sum + fork.samples, 0),
    opsPerSample: Math.max(...forks.map((fork) => fork.opsPerSample)),
  }
  return { canary, metrics, warnings: findWarnings(forks, canary) }
}
