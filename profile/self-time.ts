import type { CpuProfile } from './model.ts'

/** A stretch of the profiler's clock, microseconds; the start belongs to it, the end does not. */
export interface TimeWindow {
  readonly startUs: number
  readonly endUs: number
}

/**
 * Time per node in microseconds, within a window of the profiler's clock (all of it where none is given).
 *
 * Which gap belongs to a stack sample is a choice that moves a fifth of all self time between functions. Ours is the gap
 * until the next one, as in DevTools and speedscope: the sample shows what ran from then on. The last one gets the time
 * to the end of the profile, but no more than the median gap, since the profiler may have stopped long after.
 */
export function selfTimeByNode(profile: CpuProfile, window?: TimeWindow): Float64Array {
  const { sampleTimeUs, sampleNode, endTimeUs, nodeFrame } = profile
  const self = new Float64Array(nodeFrame.length)
  const startUs = window?.startUs ?? Number.NEGATIVE_INFINITY
  const stopUs = window?.endUs ?? Number.POSITIVE_INFINITY
  const tailUs =
    sampleTimeUs.length === 0 ? 0 : Math.min(endTimeUs - sampleTimeUs.at(-1)!, medianGap(sampleTimeUs))
  for (let i = 0; i < sampleTimeUs.length; i++) {
    const from = Math.max(sampleTimeUs[i]!, startUs)
    const to = Math.min(
      i + 1 < sampleTimeUs.length ? sampleTimeUs[i + 1]! : sampleTimeUs[i]! + tailUs,
      stopUs,
    )
    if (to > from) self[sampleNode[i]!]! += to - from
  }
  return self
}

/** Self time and that of all callees, per node. */
export function totalTimeByNode({ nodeParent }: CpuProfile, selfTime: Float64Array): Float64Array {
  const total = selfTime.slice()
  // Callers come before callees, so that each node is whole before it is added to its caller.
  for (let node = total.length - 1; node >= 0; node--) {
    const parent = nodeParent[node]!
    if (parent >= 0) total[parent]! += total[node]!
  }
  return total
}

function medianGap(times: Float64Array): number {
  if (times.length < 2) return 0
  const gaps = Float64Array.from(times.subarray(1), (time, i) => time - times[i]!).sort()
  return gaps[gaps.length >> 1]!
}
