// What the functions of one version cost, with scatter and deopts.
import type { CallTree, CpuProfile } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { meanOf, sumOf } from '../model/sum.ts'
import type { Version } from './change.ts'
import type { VersionFunctions } from './functions.ts'
import { Scatter } from './scatter.ts'
import type { VersionSide } from './side.ts'

/** What the functions of one version cost an op, by number of the function, ns. */
export interface SideCosts {
  readonly self: Float64Array
  /** Bytes allocated per op; NaN where that is not known. */
  readonly bytes: Float64Array
  /** Per function, its self time by the nearest touched function that called it; those without one are not in it. */
  readonly below: ReadonlyMap<number, ReadonlyMap<number, number>>
  readonly stackSamples: number
  /** What V8 deoptimised while ops were measured, by function. */
  readonly deopts: ReadonlyMap<number, DeoptCount>
  /** Variance of a sum of parts of functions' self times, ns². */
  varianceOf(parts: ReadonlyMap<number, number>): number
}

/** How often a function's optimised code was thrown away, a profile on average, and V8's most frequent reason. */
export interface DeoptCount {
  readonly times: number
  readonly reason: string
}

/** Self times as shares of the profiles × what an op costs. They add up to that. */
export function costsOf(side: Version, version: VersionSide, functions: VersionFunctions): SideCosts {
  const read = version.profiles.map(({ profile }) => {
    const ids = profile.frames.map((frame) => functions.idOf(side, frame))
    return { profile, ids, callers: touchedCallers(profile, ids, functions) }
  })
  const shares = read.map(({ profile, ids }) => sharesOf(profile, ids))
  const stackSamples = read.reduce((sum, { profile }) => sum + profile.sampleNode.length, 0)
  const scatter = new Scatter(shares, stackSamples)
  const nsPerShare = version.nsPerOp / read.length
  const below = new Map<number, Map<number, number>>()
  const bytes = new Map<number, number>()
  for (const { profile, ids, callers } of read) {
    for (const [frame, id] of ids.entries()) {
      const found = version.bytesOf(profile.frames[frame]!)
      if (found !== null) bytes.set(id, found)
    }
    forEachCost(profile, (node, share) => {
      if (callers[node]! < 0) return
      const id = ids[profile.nodeFrame[node]!]!
      const known = below.get(id) ?? new Map<number, number>()
      below.set(id, known.set(callers[node]!, (known.get(callers[node]!) ?? 0) + share * nsPerShare))
    })
  }
  const count = functions.list.length
  const selfOf = (id: number) => meanOf(shares.map((share) => share.get(id) ?? 0)) * version.nsPerOp
  return {
    self: Float64Array.from({ length: count }, (_, id) => selfOf(id)),
    bytes: Float64Array.from({ length: count }, (_, id) => bytes.get(id) ?? Number.NaN),
    below,
    stackSamples,
    deopts: countDeopts(side, version, functions),
    varianceOf: (parts) => scatter.varianceOf(parts) * version.nsPerOp ** 2,
  }
}

function countDeopts(
  side: Version,
  { profiles }: VersionSide,
  functions: VersionFunctions,
): Map<number, DeoptCount> {
  const reasons = new Map<number, string[]>()
  for (const deopt of profiles.flatMap(({ deopts }) => deopts ?? [])) {
    const id = functions.idAt(side, deopt)
    if (id !== undefined) reasons.set(id, [...(reasons.get(id) ?? []), deopt.reason])
  }
  return new Map(
    [...reasons].map(([id, all]) => [id, { times: all.length / profiles.length, reason: mostFrequent(all) }]),
  )
}

function mostFrequent(words: readonly string[]): string {
  const count = (word: string) => words.filter((other) => other === word).length
  return words.reduce((best, word) => (count(word) > count(best) ? word : best))
}

/** Per node the nearest touched function above it; -1 for none. */
function touchedCallers(
  { nodeFrame, nodeParent }: CallTree,
  ids: readonly number[],
  { list }: VersionFunctions,
): Int32Array {
  const callers = new Int32Array(nodeFrame.length).fill(-1)
  for (const [node, parent] of nodeParent.entries()) {
    if (parent < 0) continue
    const caller = ids[nodeFrame[parent]!]!
    callers[node] = list[caller]!.isTouched ? caller : callers[parent]!
  }
  return callers
}

function sharesOf(profile: CpuProfile, ids: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>()
  forEachCost(profile, (node, share) => {
    const id = ids[profile.nodeFrame[node]!]!
    shares.set(id, (shares.get(id) ?? 0) + share)
  })
  return shares
}

/** Calls back with every node that has self time, as a share of the profile. */
function forEachCost(profile: CpuProfile, visit: (node: number, share: number) => void): void {
  const self = selfTimeByNode(profile)
  const sum = sumOf(self)
  for (const [node, us] of self.entries()) if (us > 0) visit(node, us / sum)
}
