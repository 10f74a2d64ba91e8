// Slices with canaries between them, and when they are steady.

import { setImmediate } from 'node:timers'
import { median, robustDeviation } from '../stats/quantile.ts'
import { type CanaryName, type CanaryTimes, REFERENCE_NS } from './canary.ts'
import { clock } from './clock.ts'
import type { SliceCost, Workload } from './workload.ts'

/** How long a warm-up takes, in ms of wall clock. */
export interface WarmupPlan {
  readonly warmupMinMs: number
  readonly warmupMaxMs: number
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
/** What a sample is, is decided from this many slices at least. */
const CALIBRATING_SLICES = 4
/** Standard error of a median in units of that of a mean, for normal noise: the square root of π/2. */
const MEDIAN_ERROR = 1.2533

/** Runs slices and the canaries between them. */
export class SliceSeries {
  readonly #workload: Workload
  readonly #canariesLastMs: number
  #lastCanaries: CanaryTimes | undefined
  #canariesAt = Number.NEGATIVE_INFINITY

  /** @param canariesLastMs for how long canaries are taken for those of now; by default there are new ones after every slice */
  constructor(workload: Workload, canariesLastMs = 0) {
    this.#workload = workload
    this.#canariesLastMs = canariesLastMs
  }

  async next(samples: number): Promise<Slice> {
    this.#lastCanaries ??= await this.#timeCanaries()
    const cost = await this.#workload.runSlice(samples)
    // Ops that never leave the microtask queue would starve timers, signals and finalizers for a whole fork.
    await new Promise((resolve) => setImmediate(resolve))
    const before = this.#lastCanaries
    if (clock.now() - this.#canariesAt >= this.#canariesLastMs)
      this.#lastCanaries = await this.#timeCanaries()
    return { ...cost, canaries: meanTimes(before, this.#lastCanaries) }
  }

  async #timeCanaries(): Promise<CanaryTimes> {
    const times = await this.#workload.timeCanaries()
    this.#canariesAt = clock.now()
    return times
  }
}

/** How a workload came through its warm-up. */
export interface Warmth {
  readonly isSteady: boolean
  readonly elapsedMs: number
  /** Of the last slice. */
  readonly nsPerOp: number
}

/** Runs slices until they are steady, as the plan has it; decides what a sample is on the way. */
export async function warmUp(series: SliceSeries, workload: Workload, plan: WarmupPlan): Promise<Warmth> {
  const start = clock.now()
  const costs: number[] = []
  let samplesPerSlice = workload.minSliceSamples
  let quickestNs = Number.POSITIVE_INFINITY
  let calibratedNs = Number.POSITIVE_INFINITY
  for (;;) {
    const slice = await series.next(samplesPerSlice)
    costs.push(normalise(slice.nsPerOp, slice, workload.canaryNames[0]!))
    const elapsedMs = clock.now() - start
    const window = windowFor(plan.warmupMaxMs, elapsedMs / costs.length)
    const isSteady = elapsedMs >= plan.warmupMinMs && isSteadySeries(costs, window)
    // Whoever interrupts a slice only makes it slower; on a busy machine half of the warm-up may be over after one of them.
    quickestNs = Math.min(quickestNs, slice.nsPerOp)
    const isEarly = elapsedMs < plan.warmupMinMs / 2 || costs.length <= CALIBRATING_SLICES
    if (isEarly || quickestNs < calibratedNs / 2) {
      workload.calibrate?.(quickestNs)
      calibratedNs = quickestNs
    }
    samplesPerSlice = samplesFor(workload, workload.sliceMs, slice.nsPerOp)
    const isOver = elapsedMs >= plan.warmupMaxMs && costs.length >= FEWEST_WARMUP_SLICES
    if (isSteady || isOver) return { isSteady, elapsedMs, nsPerOp: slice.nsPerOp }
  }
}

/** Samples of a slice of this length, for ops of this cost. */
export function samplesFor(
  { minSliceSamples, opsPerSample }: Workload,
  sliceMs: number,
  nsPerOp: number,
): number {
  return Math.max(minSliceSamples, Math.round((sliceMs * 1e6) / (nsPerOp * opsPerSample)))
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

/** A cost on a machine of reference speed, as the slice's canary has it. */
export function normalise(ns: number, slice: Slice, name: CanaryName): number {
  return (ns * REFERENCE_NS[name]) / slice.canaries[name]!
}

function meanTimes(before: CanaryTimes, after: CanaryTimes): CanaryTimes {
  return Object.fromEntries(
    Object.entries(before).map(([name, ns]) => [name, (ns + after[name as CanaryName]!) / 2]),
  )
}
