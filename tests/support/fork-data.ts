// Builders of forks.
import type { CanaryName } from '../../perf/measure/canary.ts'
import { REFERENCE_NS } from '../../perf/measure/canary.ts'
import { type ForkMeasurement, type OpCost, QUANTILES } from '../../perf/measure/measure.ts'
import { createRandom } from '../../perf/stats/random.ts'

/** What a made-up fork is like, where it matters. */
export interface ForkTraits {
  /** Raw cost of an op. */
  readonly nsPerOp?: number
  /** 2 is a machine at half speed, for the op and every canary alike. */
  readonly slowness?: number
  /** Slowness that only the named canaries feel. */
  readonly canarySlowness?: Partial<Record<CanaryName, number>>
  readonly residuals?: Partial<Record<CanaryName, number>>
  readonly isHttp?: boolean
  readonly isSteady?: boolean
  readonly trend?: number
  readonly samples?: number
  readonly opsPerSample?: number
  readonly clientBusyShare?: number
  readonly patchBytes?: number | null
}

/** A whole fork measurement with the given traits, and plausible values for the rest. */
export function makeFork(traits: ForkTraits = {}): ForkMeasurement {
  const { nsPerOp = 10_000, slowness = 1, isHttp = false } = traits
  const names: CanaryName[] = [
    'json',
    'allocation',
    'integer',
    'memory',
    ...(isHttp ? (['loopback'] as const) : []),
  ]
  const view = (name: CanaryName) => {
    const factor = slowness * (traits.canarySlowness?.[name] ?? 1)
    return {
      medianNs: REFERENCE_NS[name] * factor,
      residual: traits.residuals?.[name] ?? 0.05,
      normalised: costOf((nsPerOp * slowness) / factor),
    }
  }
  return {
    raw: { ...costOf(nsPerOp * slowness), maxNs: nsPerOp * slowness * 50 },
    canaries: Object.fromEntries(names.map((name) => [name, view(name)])),
    samples: traits.samples ?? 2_000,
    opsPerSample: traits.opsPerSample ?? 1,
    slices: 80,
    isSteady: traits.isSteady ?? true,
    warmupMs: 200,
    trend: traits.trend ?? 0,
    counters: traits.patchBytes === null ? {} : { patchBytes: traits.patchBytes ?? 111 },
    allocatedBytesPerOp: 4_096,
    gcPerThousandOps: 2,
    gcNsPerThousandOps: 500_000,
    clientBusyShare: traits.clientBusyShare ?? (isHttp ? 0.3 : null),
    quantilesNs: QUANTILES.map((q) => nsPerOp * slowness * (0.9 + q * (q > 0.9 ? 2 : 0.2))),
  }
}

/** Forks whose costs scatter evenly by up to ± `spread` round `nsPerOp`. */
export function makeForks(
  count: number,
  nsPerOp: number,
  spread: number,
  seed: number,
  traits: ForkTraits = {},
): ForkMeasurement[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () =>
    makeFork({ ...traits, nsPerOp: nsPerOp * (1 + spread * (2 * random() - 1)) }),
  )
}

function costOf(nsPerOp: number): OpCost {
  return {
    nsPerOp,
    p50Ns: nsPerOp * 0.95,
    p95Ns: nsPerOp * 1.5,
    p99Ns: nsPerOp * 3,
    cpuNsPerOp: nsPerOp * 1.1,
  }
}
