// Self time, and the windows that it is counted in.
import { usualGap } from './builder.ts'
import type { CpuProfile } from './model.ts'

/** Time per node in microseconds, without that of its callees. */
export function selfTimeByNode({ sampleNode, sampleUs, nodeFrame }: CpuProfile): Float64Array {
  const self = new Float64Array(nodeFrame.length)
  for (let i = 0; i < sampleNode.length; i++) self[sampleNode[i]!]! += sampleUs[i]!
  return self
}

/** A stretch of the profiler's clock, microseconds; the start belongs to it, the end does not. */
export interface TimeWindow {
  readonly startUs: number
  readonly endUs: number
}

/** How many usual gaps a stack sample may stand for. A longer gap is one in which the process was not running. */
const LONGEST_GAP = 5

/**
 * A profile in which no stack sample stands for more than a few usual gaps. The profiler samples whatever the process
 * does, so a long gap says that the machine had no time for it, not that the function at its start was slow.
 */
export function limitGaps(profile: CpuProfile): CpuProfile {
  if (profile.sampleUs.length === 0) return profile
  const limit = LONGEST_GAP * usualGap(profile.sampleUs)
  return { ...profile, sampleUs: profile.sampleUs.map((us) => Math.min(us, limit)) }
}

/** So many of the gaps are alike where somebody sampled by a clock. */
const REGULAR_PART = 0.8
/** Gaps are alike that differ by no more than this factor. */
const ALIKE = 1.75

/**
 * The usual gap of a profile that was sampled by a clock; undefined where each stack sample stands for a time of its own, as in
 * a converted trace of spans: there, a long one is slow.
 */
export function samplingInterval({ sampleUs, isSummed }: CpuProfile): number | undefined {
  if (isSummed || sampleUs.length < 2) return undefined
  // The last one lasts until somebody stopped the profiler.
  const gaps = sampleUs.subarray(0, -1)
  const usual = usualGap(gaps)
  let alike = 0
  for (const us of gaps) if (us * ALIKE > usual && us < usual * ALIKE) alike++
  return usual > 0 && alike >= REGULAR_PART * gaps.length ? usual : undefined
}

/**
 * What of a profile that was sampled by a clock lies inside the windows, which are in order of time and do not overlap. Every
 * moment of a window belongs to the nearest stack sample in it: those outside of it were taken of something else. Ticks are those
 * of all.
 */
export function trimToWindows(profile: CpuProfile, windows: readonly TimeWindow[]): CpuProfile {
  const { sampleNode, sampleTimeUs, sampleUs } = profile
  const { length } = sampleNode
  const insideUs = new Float64Array(length)
  let next = 0
  for (const { startUs, endUs } of windows) {
    while (next < length && sampleTimeUs[next]! < startUs) next++
    const first = next
    while (next < length && sampleTimeUs[next]! < endUs) next++
    const last = next - 1
    for (let i = first; i <= last; i++) {
      const at = sampleTimeUs[i]!
      const before = i === 0 ? 0 : sampleUs[i - 1]!
      const from = i === first ? Math.max(startUs, at - before) : at - before / 2
      const to = i === last ? Math.min(endUs, at + sampleUs[i]!) : at + sampleUs[i]! / 2
      insideUs[i]! += to - from
    }
    // Too short for a stack sample: what was under way when it began.
    if (first > last && first > 0) {
      const end = sampleTimeUs[first - 1]! + sampleUs[first - 1]!
      insideUs[first - 1]! += Math.max(0, Math.min(endUs, end) - startUs)
    }
  }
  const kept = Int32Array.from(sampleNode.keys()).filter((i) => insideUs[i]! > 0)
  return {
    ...profile,
    sampleNode: kept.map((i) => sampleNode[i]!),
    sampleTimeUs: Float64Array.from(kept, (i) => sampleTimeUs[i]!),
    sampleUs: Float32Array.from(kept, (i) => insideUs[i]!),
  }
}
