// A profile from elsewhere, made ready to be shown: corrected as far as it says itself, mapped, its idle time apart.
import { categoryOf } from '../model/category.ts'
import { formatSpan } from '../model/format.ts'
import type { Loss } from '../model/losses.ts'
import type { CpuProfile } from '../model/model.ts'
import { limitGaps, samplingInterval, selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import type { SourceMaps } from '../source/source-map.ts'
import type { Sources } from '../source/sources.ts'
import { giveGcToStacks } from './gc.ts'
import { guessPlaces } from './guess-places.ts'
import { foldHarness } from './harness.ts'
import { expandInlined } from './inlining.ts'
import { type PlacedProfile, unshiftLines } from './lines.ts'
import { applySourceMaps } from './map-sources.ts'
import { DROPPED, regrow } from './regrow.ts'

/** What a profile is, in figures; times in microseconds. */
export interface ProfileFacts {
  readonly durationUs: number
  readonly stackSamples: number
  /** Undefined where it was not sampled by a clock. */
  readonly intervalUs: number | undefined
  readonly busyUs: number
  readonly idleUs: number
  readonly gcUs: number
}

/** A profile whose shares are of busy time. */
export interface ForeignProfile extends PlacedProfile {
  readonly facts: ProfileFacts
  readonly losses: readonly Loss[]
}

/**
 * Cuts gaps where the profile was sampled by a clock, gives collections to their stacks, inlined code to its owners where the
 * program's functions are known, tells compiled code in the words of its sources, and leaves idle time out.
 * @param functions the program's, as it ran them
 */
export function prepareForeign(
  raw: CpuProfile,
  losses: readonly Loss[],
  maps: SourceMaps,
  functions?: Sources,
): ForeignProfile {
  const intervalUs = samplingInterval(raw)
  const limited = intervalUs === undefined ? raw : limitGaps(raw)
  const placed = unshiftLines(raw.isSummed ? limited : giveGcToStacks(limited), [])
  const owned = functions === undefined ? placed : expandInlined(guessPlaces(placed, functions), functions)
  const mapped = applySourceMaps(owned, maps)
  const busy = functions === undefined ? dropIdle(mapped) : dropHarness(mapped)
  return {
    ...busy,
    facts: factsOf(raw, limited, intervalUs),
    losses: [...losses, ...cutOf(raw, limited)],
  }
}

function dropIdle({ profile, places }: PlacedProfile): PlacedProfile {
  const isIdle = profile.frames.map((frame) => categoryOf(frame) === 'idle')
  if (!isIdle.includes(true)) return { profile, places }
  const root = profile.frames[profile.nodeFrame[0]!]!.functionName
  const { profile: busy, keptTicks } = regrow(profile, root, (tree, node, parent) => {
    const frame = profile.nodeFrame[node]!
    if (profile.nodeParent[node]! < 0) return 0
    return parent === DROPPED || isIdle[frame] ? DROPPED : tree.child(parent, frame)
  })
  return { profile: busy, places: Array.from(keptTicks, (tick) => places[tick]!) }
}

/** What recorded the program, and idle time. */
function dropHarness({ profile, places }: PlacedProfile): PlacedProfile {
  const root = profile.frames[profile.nodeFrame[0]!]!.functionName
  const { profile: busy, keptTicks } = foldHarness(profile, root)
  return { profile: busy, places: Array.from(keptTicks, (tick) => places[tick]!) }
}

function factsOf(raw: CpuProfile, limited: CpuProfile, intervalUs: number | undefined): ProfileFacts {
  const self = selfTimeByNode(limited)
  const sums = { idle: 0, gc: 0 }
  const categories = raw.frames.map((frame) => categoryOf(frame))
  for (const [node, us] of self.entries()) {
    const category = categories[raw.nodeFrame[node]!]!
    if (category === 'idle' || category === 'gc') sums[category] += us
  }
  return {
    durationUs: sumOf(raw.sampleUs),
    stackSamples: raw.sampleNode.length,
    intervalUs,
    busyUs: sumOf(self) - sums.idle,
    idleUs: sums.idle,
    gcUs: sums.gc,
  }
}

function cutOf(raw: CpuProfile, limited: CpuProfile): Loss[] {
  let gaps = 0
  for (const [i, us] of raw.sampleUs.entries()) if (us > limited.sampleUs[i]!) gaps++
  if (gaps === 0) return []
  const [whole, left] = [sumOf(raw.sampleUs), sumOf(limited.sampleUs)]
  const reason = `${gaps === 1 ? 'one gap' : `${gaps.toLocaleString('en-US')} gaps`} between stack samples in which the process was not running`
  return [{ count: whole - left, of: whole, noun: '', verb: 'cut', reason, format: formatSpan }]
}
