import { type CanaryName, type CanaryTimes, REFERENCE_NS } from './canary.ts'
import type { MemoryUse } from './memory-meter.ts'
import { median, quantileOfSorted, robustDeviation, sorted } from './stats/quantile.ts'
import type { SliceCost, Workload } from './workload.ts'

/** How long a fork takes and how finely it looks. Times in ms of wall clock. */
export interface MeasurePlan {
  readonly warmupMinMs: number
  readonly warmupMaxMs: number
  readonly measureMinMs: number
  readonly measureMaxMs: number
  /** Samples to reach before `measureMaxMs`. */
  readonly minSamples: number
}

/** The timed metrics of one fork, per op. Zero never means "not measured". */
export interface OpCost {
  readonly nsPerOp: number
  readonly p50Ns: number
  readonly p95Ns: number
  readonly p99Ns: number
  readonly cpuNsPerOp: number
}

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
  readonly patchBytesPerOp: number | null
  /** On the JavaScript heap; buffers live elsewhere. */
  readonly allocatedBytesPerOp: number
  readonly gcPerThousandOps: number
  readonly gcNsPerThousandOps: number
  readonly clientBusyShare: number | null
}

/** One slice between two canaries. */
export interface Slice extends SliceCost {
  /** Mean of the canary before and the one after it, ns. */
  readonly canaries: CanaryTimes
}

/** A steady workload: two windows of slices, one after the other, cost the same within this share. */
const STEADY_TOLERANCE = 0.03
const STEADY_WINDOW = 16
/** Where slices are long, windows are shorter, but no shorter than this; and a warm-up has this many slices in any case. */
const SHORTEST_WINDOW = 3
const FEWEST_WARMUP_SLICES = 10
/** Standard error of a median in units of that of a mean, for normal noise: the square root of π/2. */
const MEDIAN_ERROR = 1.2533
/** The part of the slices that counts: those with the fastest canaries, while the machine was left alone. */
const QUIET_SHARE = 0.25
/** The same for percentiles over a whole fork, which need more samples than a quarter has. */
const QUIETER_SHARE = 0.75
const MIN_QUIET_SLICES = 12
/** Slices run once more to watch the heap, as a share of the timed ones. */
const MEMORY_SHARE = 0.15

/**
 * Measures one workload in this process: warm-up until it is steady, then slices with canaries between them. What
 * observes the process, if anything, is told when the slices begin and end.
 * @throws whatever an op or its check throws
 */
export async function measureWorkload(
  workload: Workload,
  plan: MeasurePlan,
  isObserved = false,
): Promise<ForkMeasurement> {
  const series = new SliceSeries(workload)
  const warmup = await warmUp(series, workload, plan)
  if (isObserved) await workload.observe('start-profile')
  const slices = await measureSlices(series, plan, warmup.samplesPerSlice)
  if (isObserved) await workload.observe('stop-profile')
  const memory = await measureMemory(workload, slices, warmup.samplesPerSlice)
  return {
    ...summariseSlices(slices, workload.canaryNames, workload.percentileScope),
    ...memory,
    opsPerSample: workload.opsPerSample,
    isSteady: warmup.isSteady,
    warmupMs: warmup.elapsedMs,
    patchBytesPerOp: workload.patchBytesPerOp,
    clientBusyShare: workload.clientBusyShare,
  }
}

/** Runs slices and the canaries between them. */
class SliceSeries {
  readonly #workload: Workload
  #lastCanaries: CanaryTimes | undefined

  constructor(workload: Workload) {
    this.#workload = workload
  }

  async next(samples: number): Promise<Slice> {
    this.#lastCanaries ??= await this.#workload.timeCanaries()
    const cost = await this.#workload.runSlice(samples)
    // Ops that never leave the microtask queue would starve timers, signals and finalizers for a whole fork.
    await new Promise((resolve) => setImmediate(resolve))
    const before = this.#lastCanaries
    this.#lastCanaries = await this.#workload.timeCanaries()
    return { ...cost, canaries: meanTimes(before, this.#lastCanaries) }
  }
}

async function warmUp(
  series: SliceSeries,
  workload: Workload,
  plan: MeasurePlan,
): Promise<{ isSteady: boolean; elapsedMs: number; samplesPerSlice: number }> {
  const start = performance.now()
  const costs: number[] = []
  let samplesPerSlice = workload.minSliceSamples
  for (;;) {
    const slice = await series.next(samplesPerSlice)
    costs.push(normalise(slice.nsPerOp, slice, workload.canaryNames[0]!))
    const elapsedMs = performance.now() - start
    const window = windowFor(plan.warmupMaxMs, elapsedMs / costs.length)
    const isSteady = elapsedMs >= plan.warmupMinMs && isSteadySeries(costs, window)
    if (elapsedMs < plan.warmupMinMs / 2) workload.calibrate?.(slice.nsPerOp)
    const sampleNs = slice.nsPerOp * workload.opsPerSample
    samplesPerSlice = Math.max(workload.minSliceSamples, Math.round((workload.sliceMs * 1e6) / sampleNs))
    const isOver = elapsedMs >= plan.warmupMaxMs && costs.length >= FEWEST_WARMUP_SLICES
    if (isSteady || isOver) return { isSteady, elapsedMs, samplesPerSlice }
  }
}

/** The longest window, up to the usual one, of which a warm-up has room for two. */
function windowFor(warmupMs: number, sliceMs: number): number {
  return Math.min(STEADY_WINDOW, Math.max(SHORTEST_WINDOW, Math.floor(warmupMs / sliceMs / 2)))
}

/**
 * Whether the last window of slices costs what the one before it cost, as far as the noise inside them can tell: their
 * medians differ by less than the tolerance, or by less than twice the standard error of their difference.
 */
export function isSteadySeries(costs: readonly number[], window = STEADY_WINDOW): boolean {
  if (costs.length < 2 * window) return false
  const logs = costs.slice(-2 * window).map(Math.log)
  const before = logs.slice(0, window)
  const after = logs.slice(window)
  const deviation = (robustDeviation(before) + robustDeviation(after)) / 2
  const error = MEDIAN_ERROR * deviation * Math.sqrt(2 / window)
  return Math.abs(median(after) - median(before)) <= Math.max(Math.log1p(STEADY_TOLERANCE), 2 * error)
}

async function measureSlices(
  series: SliceSeries,
  plan: MeasurePlan,
  samplesPerSlice: number,
): Promise<Slice[]> {
  const slices: Slice[] = []
  const start = performance.now()
  let samples = 0
  for (;;) {
    const slice = await series.next(samplesPerSlice)
    slices.push(slice)
    samples += slice.samplesNs.length
    const elapsedMs = performance.now() - start
    const isEnough = elapsedMs >= plan.measureMinMs && samples >= plan.minSamples
    if (isEnough || elapsedMs >= plan.measureMaxMs) return slices
  }
}

/** All that follows from the slices alone. At least one slice. */
export function summariseSlices(
  slices: readonly Slice[],
  canaryNames: readonly CanaryName[],
  percentileScope: Workload['percentileScope'],
): Pick<ForkMeasurement, 'raw' | 'canaries' | 'samples' | 'slices' | 'trend'> {
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

function percentilesBySlice(slices: readonly SliceCost[]): Percentiles {
  const each = slices.map((slice) => percentilesOf([slice]))
  const middle = (name: keyof Percentiles) => median(each.map((percentiles) => percentiles[name]))
  return { p50Ns: middle('p50Ns'), p95Ns: middle('p95Ns'), p99Ns: middle('p99Ns') }
}

/** What the machine did, disturbed or not: means over all ops, percentiles over all samples. */
function rawCost(slices: readonly Slice[]): ForkMeasurement['raw'] {
  return {
    nsPerOp: mean(slices.map((slice) => slice.nsPerOp)),
    cpuNsPerOp: mean(slices.map((slice) => slice.cpuNsPerOp)),
    maxNs: slices.reduce((max, { samplesNs }) => samplesNs.reduce((a, b) => Math.max(a, b), max), 0),
    ...percentilesOf(slices),
  }
}

function normalise(ns: number, slice: Slice, name: CanaryName): number {
  return (ns * REFERENCE_NS[name]) / slice.canaries[name]!
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
  const count = Math.max(1, Math.round(slices.length * MEMORY_SHARE))
  const total = { allocatedBytes: 0, gcCount: 0, gcNs: 0 } satisfies MemoryUse
  for (let i = 0; i < count; i++) {
    const use = await workload.runMemorySlice(samplesPerSlice)
    total.allocatedBytes += use.allocatedBytes
    total.gcCount += use.gcCount
    total.gcNs += use.gcNs
  }
  const ops = count * samplesPerSlice * workload.opsPerSample
  return {
    allocatedBytesPerOp: total.allocatedBytes / ops,
    gcPerThousandOps: (total.gcCount / ops) * 1000,
    gcNsPerThousandOps: (total.gcNs / ops) * 1000,
  }
}

function meanTimes(before: CanaryTimes, after: CanaryTimes): CanaryTimes {
  return Object.fromEntries(
    Object.entries(before).map(([name, ns]) => [name, (ns + after[name as CanaryName]!) / 2]),
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
