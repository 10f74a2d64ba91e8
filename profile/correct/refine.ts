// All corrections in order: from what the profiler wrote to the ops of a scenario.

import { type Deopt, deoptsOfOps } from '../capture/deopts.ts'
import type { ShiftedFile } from '../capture/line-shift/index.ts'
import { type CpuProfile, isMetaFrame, META_FRAMES } from '../model/model.ts'
import { limitGaps, type TimeWindow, trimToWindows } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import { SourceMaps } from '../source/source-map.ts'
import type { Sources } from '../source/sources.ts'
import { giveGcToStacks } from './gc.ts'
import { foldHarness } from './harness.ts'
import { expandInlined } from './inlining.ts'
import { type TickPlace, unshiftLines } from './lines.ts'
import { applySourceMaps } from './map-sources.ts'
import { stitchContinuations } from './stitch.ts'

/** A profile as the profiler wrote it, with what its process knew about it. */
export interface RawProfile {
  readonly profile: CpuProfile
  /** When ops ran, in order of time. */
  readonly windows: readonly TimeWindow[]
  readonly shiftedFiles: readonly ShiftedFile[]
  /** Of the whole process; undefined where they were not logged. */
  readonly deopts?: readonly Deopt[]
}

/** What remains of a raw profile when only the scenario's ops are left, every function with its own time. */
export interface OpProfile {
  /** Its root is the op. */
  readonly profile: CpuProfile
  /** Where each tick fell; ticks are of the whole process, ops or not. */
  readonly places: readonly TickPlace[]
  /** Of the time of the ops, how much the thread was idle, 0 to 1; the profile has no such stack samples. */
  readonly idleShare?: number
  /** While ops were measured; undefined where they were not logged. */
  readonly deopts?: readonly Deopt[]
}

/**
 * Trims to the ops, gives collections to their stacks, inlined code to its owners and compiled code to its sources, folds the
 * harness away, and puts what goes on after an `await` below who waits for it.
 */
export function refineProfile(raw: RawProfile, sources: Sources, rootName: string): OpProfile {
  const ofOps = trimToWindows(limitGaps(raw.profile), raw.windows)
  const trimmed = giveGcToStacks(ofOps)
  const { profile, places } = expandInlined(unshiftLines(trimmed, raw.shiftedFiles), sources)
  const { profile: folded, keptTicks } = foldHarness(profile, rootName)
  const { profile: stitched } = stitchContinuations(folded, sources, rootName)
  const op = { profile: stitched, places: Array.from(keptTicks, (tick) => places[tick]!) }
  const mapped = {
    ...applySourceMaps(op, new SourceMaps(sources.scripts)),
    idleShare: idleShareOf(ofOps, folded),
  }
  if (raw.deopts === undefined) return mapped
  return { ...mapped, deopts: deoptsOfOps(raw.deopts, raw.windows, raw.shiftedFiles) }
}

/** What is not left of the time of ops that were idle at all; 0 for ops that never were. */
function idleShareOf({ frames, nodeFrame, sampleNode, sampleUs }: CpuProfile, busy: CpuProfile): number {
  const isIdle = frames.map((frame) => isMetaFrame(frame, META_FRAMES.idle))
  if (!sampleNode.some((node) => isIdle[nodeFrame[node]!])) return 0
  return 1 - sumOf(busy.sampleUs) / sumOf(sampleUs)
}
