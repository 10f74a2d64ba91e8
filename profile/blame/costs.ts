import { selfTimeByNode } from '../self-time.ts'
import type { Side } from '../versions.ts'
import type { VersionFunctions } from './functions.ts'
import type { VersionSide } from './side.ts'

/** What the functions of one version cost an op, by number of the function, ns. */
export interface SideCosts {
  readonly self: Float64Array
  /** Variance of `self`, ns². */
  readonly variance: Float64Array
  /** Bytes allocated per op; NaN where that is not known. */
  readonly bytes: Float64Array
  /** Per function, its self time by the nearest touched function that called it; those without one are not in it. */
  readonly below: ReadonlyMap<number, ReadonlyMap<number, number>>
  readonly stackSamples: number
}

/** Weight of what all functions say of their scatter against what one says of its own, in degrees of freedom. */
const PRIOR_DEGREES = 4

/** Self times as shares of the profiles × what an op costs. They add up to that. */
export function costsOf(side: Side, version: VersionSide, functions: VersionFunctions): SideCosts {
  const below = new Map<number, Map<number, number>>()
  const shares: Map<number, number>[] = []
  const samples: number[] = []
  const bytes = new Map<number, number>()
  for (const { profile } of version.profiles) {
    const ids = profile.frames.map((frame) => functions.idOf(side, frame))
    for (const [frame, id] of ids.entries()) {
      const found = version.bytesOf(profile.frames[frame]!)
      if (found !== null) bytes.set(id, found)
    }
    const self = selfTimeByNode(profile)
    const sum = self.reduce((a, b) => a + b, 0)
    const ofProfile = new Map<number, number>()
    const callerOf = new Int32Array(self.length).fill(-1)
    for (let node = 0; node < self.length; node++) {
      const parent = profile.nodeParent[node]!
      if (parent >= 0) {
        const caller = ids[profile.nodeFrame[parent]!]!
        callerOf[node] = functions.list[caller]!.isTouched ? caller : callerOf[parent]!
      }
      const share = self[node]! / sum
      if (share === 0) continue
      const id = ids[profile.nodeFrame[node]!]!
      ofProfile.set(id, (ofProfile.get(id) ?? 0) + share)
      if (callerOf[node]! < 0) continue
      const callers = below.get(id) ?? new Map<number, number>()
      const ns = (share * version.nsPerOp) / version.profiles.length
      below.set(id, callers.set(callerOf[node]!, (callers.get(callerOf[node]!) ?? 0) + ns))
    }
    shares.push(ofProfile)
    samples.push(profile.sampleNode.length)
  }
  const count = functions.list.length
  const columns = shares.map((share) => Float64Array.from({ length: count }, (_, id) => share.get(id) ?? 0))
  const mean = Float64Array.from({ length: count }, (_, id) => meanOf(columns.map((column) => column[id]!)))
  const stackSamples = samples.reduce((a, b) => a + b, 0)
  return {
    self: mean.map((share) => share * version.nsPerOp),
    variance: varianceOf(columns, mean, samples).map((variance) => variance * version.nsPerOp ** 2),
    bytes: Float64Array.from({ length: count }, (_, id) => bytes.get(id) ?? Number.NaN),
    below,
    stackSamples,
  }
}

/**
 * Variance of each mean share. Stack samples scatter as draws from an urn do, times a factor that all functions of the
 * profiles tell together; what one function's few profiles say of its own scatter is drawn towards that.
 * Source: overdispersion as in McCullagh and Nelder 1989, section 4.5; moderation as in Smyth 2004, section 3.
 */
function varianceOf(
  columns: readonly Float64Array[],
  mean: Float64Array,
  samples: readonly number[],
): Float64Array {
  const total = samples.reduce((a, b) => a + b, 0)
  const degrees = columns.length - 1
  const urn = mean.map((share) => (Math.max(share, 1 / total) * (1 - share)) / total)
  const own = mean.map(
    (centre, id) =>
      columns.reduce((sum, column) => sum + (column[id]! - centre) ** 2, 0) /
      Math.max(1, degrees * columns.length),
  )
  const seen = [...mean.keys()].filter((id) => urn[id]! > 0 && mean[id]! * total >= 5 * columns.length)
  const factors = seen.map((id) => own[id]! / urn[id]!)
  const factor =
    degrees === 0 ? 1 : Math.max(1, factors.reduce((a, b) => a + b, 0) / Math.max(1, factors.length))
  return urn.map(
    (variance, id) => (PRIOR_DEGREES * factor * variance + degrees * own[id]!) / (PRIOR_DEGREES + degrees),
  )
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
