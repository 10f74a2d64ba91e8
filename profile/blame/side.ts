// One version's profiles, sources and counts.
import type { OpProfile } from '../correct/refine.ts'
import type { Frame } from '../model/model.ts'
import type { Sources } from '../source/sources.ts'

/** One of two versions, as its processes saw it. */
export interface VersionSide {
  /** Several short ones, at least one. Their roots are the op. */
  readonly profiles: readonly OpProfile[]
  readonly sources: Sources
  /** How many ops the calls in `sources` are of; undefined where they were not counted. */
  readonly countedOps: number | undefined
  /** What an op costs. */
  readonly nsPerOp: number
  /** Bytes that a function allocates, per op; null where that is not known. */
  bytesOf(frame: Frame): number | null
}

/** Something of each version. */
export interface Both<T> {
  readonly baseline: T
  readonly candidate: T
}
