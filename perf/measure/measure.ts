// One fork: warm-up, slices, and what they say.
import { meanOf } from '../../profile/model/sum.ts'
import { median, quantileOfSorted, robustDeviation, sorted } from '../stats/quantile.ts'
import { metricOf, type TimedMetric, type TimeField } from '../suite/metrics.ts'
import type { Counters } from '../suite/scenario.ts'
import { type CanaryName, REFERENCE_NS } from './canary.ts'
import { clock } from './clock.ts'
import {
  normalise,
  type Slice,
  SliceSeries,
  samplesFor,
  type Warmth,
  type WarmupPlan,
  warmUp,
} from './slice-series.ts'
import type { SliceCost, Workload } from './workload.ts'

/** How long a fork takes and how finely it looks. Times in ms of wall clock. */
export interface MeasurePlan extends WarmupPlan {
  readonly measureMinMs: number
  readonly measureMaxMs: number
  /** Samples to reach before `measureMaxMs`. */
  readonly minSamples: number
  /** CPU time that ops are to have had before `measureMaxMs`: beside busy neighbours wall clock alone promises none. */
  readonly minBusyMs: number
}

/** The timed metrics of one fork, per op. Zero never means "not measured". */
export type OpCost = Readonly<Record<TimeField, number>>

/** How one canary saw the fork, and what the op cost on a machine of reference speed according to it. */
export interface CanaryView {
  /** Median of one canary run, ns. */
  readonly medianNs: number
  /** Robust deviation of ln(slice ÷ canary) inside the fork: how badly the canary follows the op. 0 is perfect. */
  readonly residual: number
  readonly normalised: OpCost
}

/** What one fork measured. */
export interface ForkMeasurement {
  readonly raw: OpCost & { readonly maxNs: number }
  readonly canaries: Readonly<Partial<Record<CanaryName, CanaryView>>>
  readonly samples: number
  readonly opsPerSample: number
  readonly slices: number
  readonly isSteady: boolean
  readonly warmupMs: number
  /** Relative change of the normalised cost from the first third of the slices to the last. */
  readonly trend: number
  /** What the scenario counts, per op; exact. */
  readonly counters: Counters
  /** On the JavaScript heap; buffers live elsewhere. */
  readonly allocatedBytesPerOp: number
  readonly gcPerThousandOps: number
  readonly gcNsPerThousandOps: number
  readonly clientBusyShare: number | null
  /** What ops cost, raw, at {@link QUANTILES}; missing where it was not kept. */
  readonly quantilesNs?: readonly number[] | undefined
  /** Where an op costs no more than an empty one: V8 has seen that nobody misses what it does. */
  readonly isNothingLeft?: boolean | undefined
}

/** The shares of ops of which it is kept what they cost at most. */
export const QUANTILES = [
  0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999,
] as const

/** One fork's value as the machine gave it. */
export function rawValue(fork: ForkMeasurement, metric: TimedMetric): number {
  return metricOf(fork.raw, metric)
}

/** One fork's value at reference speed according to one canary. */
export function normalisedValue(fork: ForkMeasurement, metric: TimedMetric, canary: CanaryName): number {
  const view = fork.canaries[canary]
  if (view === undefined) throw new RangeError(`a fork without canary '${canary}'`)
  return metricOf(view.normalised, metric)
}

/** The part of the slices that counts: those with the fastest canaries, while the machine was left alone. */
const QUIET_SHARE = 0.25
/** The same for percentiles over a whole fork, which need more samples than a quarter has. */
const QUIETER_SHARE = 0.75
const MIN_QUIET_SLICES = 12
/** Slices run once more to watch the heap, as a share of the timed ones. */
const MEMORY_SHARE = 0.15
/** How far slices of the same ops differ: a share of what the harness itself allocates in them, and bytes beside it. */
const MEMORY_NOISE = 0.005
const LEAST_BYTES = 512
/** One of some slices may hold what V8 allocates for itself, on one side of the difference or the other. */
const FEWEST_MEMORY_SLICES = 5
/** Sampling engines work long on many samples, which the heap does not show. */
const MOST_MEMORY_SAMPLES = 1_000
/** What is observed is compared with nothing that is closer than the profiler's own cost. */
const OBSERVED_CANARIES_LAST_MS = 50

/**
 * Measures one workload in this process: warm-up until it is steady, then slices with canaries between them.
 * @param pause comes after the warm-up, for as long as it takes
 * @throws whatever an op or its check throws
 */
export async function measureWorkload(
  workload: Workload,
  plan: MeasurePlan,
  pause?: () => Promise<void>,
): Promise<ForkMeasurement> {
  const series = new SliceSeries(workload)
  const warmth = await warmUp(series, workload, plan)
  const samplesPerSlice = samplesFor(workload, workload.sliceMs, warmth.nsPerOp)
  if (pause !== undefined) {
    await pause()
    // It finds cold caches, and the canary before it is one of before the pause.
    await series.next(samplesPerSlice)
  }
  const slices = await measureSlices(series, workload, plan, samplesPerSlice)
  return finishMeasurement(workload, warmth, slices, samplesPerSlice)
}

/** What ops cost while their process was observed. */
export type ObservedCost = Pick<ForkMeasurement, 'raw' | 'canaries'>

/**
 * Has ops run for an observer, which is told when the measured slices begin and end. Most of the time is theirs: canaries are rare.
 * @throws whatever an op or its check throws
 */
export async function observeWorkload(
  workload: Workload,
  plan: MeasurePlan,
): Promise<{ readonly cost: ObservedCost; readonly slices: number }> {
  const series = new SliceSeries(workload, OBSERVED_CANARIES_LAST_MS)
  const { nsPerOp } = await warmUp(series, workload, plan)
  const samplesPerSlice = samplesFor(workload, workload.sliceMs, nsPerOp)
  await workload.observe('start-profile')
  const slices = await measureSlices(series, workload, plan, samplesPerSlice)
  await workload.observe('stop-profile')
  const { raw, canaries } = summariseSlices(slices, workload.canaryNames, workload.percentileScope)
  return { cost: { raw, canaries }, slices: slices.length }
}

/** Watches the heap over some more ops, and sums up. */
export async function finishMeasurement(
  workload: Workload,
  { isSteady, elapsedMs }: Warmth,
  slices: readonly Slice[],
  samplesPerSlice: number,
): Promise<ForkMeasurement> {
  const memory = await measureMemory(workload, slices, samplesPerSlice)
  const isNothingLeft = workload.isNothingLeft?.() ?? false
  return {
    ...summariseSlices(slices, workload.canaryNames, workload.percentileScope),
    ...memory,
    ...(isNothingLeft && { isNothingLeft }),
    opsPerSample: workload.opsPerSample,
    isSteady,
    warmupMs: elapsedMs,
    counters: workload.counters,
    clientBusyShare: workload.clientBusyShare,
  }
}

async function measureSlices(
  series: SliceSeries,
  workload: Workload,
  plan: MeasurePlan,
  samplesPerSlice: number,
): Promise<Slice[]> {
  const slices: Slice[] = []
  const { minSamples, minBusyMs, measureMinMs, measureMaxMs } = plan
  const start = clock.now()
  let samples = 0
  let busyMs = 0
  for (;;) {
    const slice = await series.next(samplesPerSlice)
    slices.push(slice)
    samples += slice.samplesNs.length
    busyMs += (slice.cpuNsPerOp * slice.samplesNs.length * workload.opsPerSample) / 1e6
    const elapsedMs = clock.now() - start
    const isEnough = elapsedMs >= measureMinMs && samples >= minSamples && busyMs >= minBusyMs
    if (isEnough || elapsedMs >= measureMaxMs) return slices
  }
}

/** All that follows from the slices alone. At least one slice. */
export function summariseSlices(
  slices: readonly Slice[],
  canaryNames: readonly CanaryName[],
  percentileScope: Workload['percentileScope'],
): Pick<ForkMeasurement, 'raw' | 'canaries' | 'samples' | 'slices' | 'trend' | 'quantilesNs'> {
  const views = Object.fromEntries(
    canaryNames.map((name) => [name, viewThrough(name, slices, percentileScope)]),
  )
  const best = Object.entries(views).reduce((a, b) =>
    b[1].residual < a[1].residual ? b : a,
  )[0] as CanaryName
  return {
    raw: rawCost(slices),
    canaries: views,
    samples: slices.reduce((sum, slice) => sum + slice.samplesNs.length, 0),
    slices: slices.length,
    quantilesNs: quantilesOf(slices),
    trend: trendOf(slices.map((slice) => normalise(slice.nsPerOp, slice, best))),
  }
}

function viewThrough(
  name: CanaryName,
  slices: readonly Slice[],
  percentileScope: Workload['percentileScope'],
): CanaryView {
  const byQuiet = [...slices].sort((a, b) => a.canaries[name]! - b.canaries[name]!)
  const quietest = (share: number) =>
    byQuiet
      .slice(0, Math.max(MIN_QUIET_SLICES, Math.ceil(slices.length * share)))
      .map((slice) => scaleSlice(slice, name))
  const quiet = quietest(QUIET_SHARE)
  return {
    medianNs: median(slices.map((slice) => slice.canaries[name]!)),
    residual: robustDeviation(slices.map((slice) => Math.log(slice.nsPerOp / slice.canaries[name]!))),
    normalised: {
      nsPerOp: median(quiet.map(({ nsPerOp }) => nsPerOp)),
      cpuNsPerOp: median(quiet.map(({ cpuNsPerOp }) => cpuNsPerOp)),
      ...(percentileScope === 'slice' ? percentilesBySlice(quiet) : percentilesOf(quietest(QUIETER_SHARE))),
    },
  }
}

/** A slice's cost on a machine of reference speed. */
function scaleSlice(slice: Slice, name: CanaryName): SliceCost {
  const scale = REFERENCE_NS[name] / slice.canaries[name]!
  return {
    samplesNs: slice.samplesNs.map((ns) => ns * scale),
    nsPerOp: slice.nsPerOp * scale,
    cpuNsPerOp: slice.cpuNsPerOp * scale,
  }
}

type Percentiles = Pick<OpCost, 'p50Ns' | 'p95Ns' | 'p99Ns'>

function percentilesOf(slices: readonly SliceCost[]): Percentiles {
  const samples = sorted(slices.flatMap(({ samplesNs }) => samplesNs))
  const at = (q: number) => quantileOfSorted(samples, q)
  return { p50Ns: at(0.5), p95Ns: at(0.95), p99Ns: at(0.99) }
}

function quantilesOf(slices: readonly SliceCost[]): number[] {
  const samples = sorted(slices.flatMap(({ samplesNs }) => samplesNs))
  return QUANTILES.map((q) => quantileOfSorted(samples, q))
}

function percentilesBySlice(slices: readonly SliceCost[]): Percentiles {
  const each = slices.map((slice) => percentilesOf([slice]))
  const middle = (name: keyof Percentiles) => median(each.map((percentiles) => percentiles[name]))
  return { p50Ns: middle('p50Ns'), p95Ns: middle('p95Ns'), p99Ns: middle('p99Ns') }
}

/** What the machine did, disturbed or not: means over all ops, percentiles over all samples. */
export function rawCost(slices: readonly SliceCost[]): ForkMeasurement['raw'] {
  return {
    nsPerOp: meanOf(slices.map((slice) => slice.nsPerOp)),
    cpuNsPerOp: meanOf(slices.map((slice) => slice.cpuNsPerOp)),
    maxNs: slices.reduce((max, { samplesNs }) => samplesNs.reduce((a, b) => Math.max(a, b), max), 0),
    ...percentilesOf(slices),
  }
}

function trendOf(costs: readonly number[]): number {
  const third = Math.floor(costs.length / 3)
  if (third === 0) return 0
  return median(costs.slice(-third)) / median(costs.slice(0, third)) - 1
}

async function measureMemory(
  workload: Workload,
  slices: readonly Slice[],
  samplesPerSlice: number,
): Promise<Pick<ForkMeasurement, 'allocatedBytesPerOp' | 'gcPerThousandOps' | 'gcNsPerThousandOps'>> {
  const samples = Math.min(samplesPerSlice, MOST_MEMORY_SAMPLES)
  const fewest = samplesPerSlice > 1 ? FEWEST_MEMORY_SLICES : 1
  const count = Math.max(fewest, Math.round(slices.length * MEMORY_SHARE))
  const gc = { count: 0, ns: 0 }
  const allocated: number[] = []
  const own: number[] = []
  // The first slices of a kind have code to be made, and the heap to be grown, for those that follow.
  for (let i = -1; i < count; i++) {
    const use = await workload.runMemorySlice(samples)
    const ofHarness = await workload.runEmptyMemorySlice?.(samples)
    if (i < 0) continue
    allocated.push(use.allocatedBytes)
    own.push(ofHarness?.allocatedBytes ?? 0)
    gc.count += use.gcCount
    gc.ns += use.gcNs
  }
  const ownBytes = trimmedMean(own)
  const bytes = trimmedMean(allocated) - ownBytes
  const isSeen = bytes > ownBytes * MEMORY_NOISE + LEAST_BYTES
  const ops = count * samples * workload.opsPerSample
  return {
    allocatedBytesPerOp: isSeen ? (bytes * count) / ops : 0,
    gcPerThousandOps: (gc.count / ops) * 1000,
    gcNsPerThousandOps: (gc.ns / ops) * 1000,
  }
}

/** The mean without the lowest and the highest fifth. */
function trimmedMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 5)
  return meanOf(sorted(values).slice(cut, values.length - cut))
}
