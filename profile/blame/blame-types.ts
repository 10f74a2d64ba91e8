// What a comparison of two versions finds: what became of each function's cost, and who answers for it.
import type { Category } from '../model/category.ts'
import type { Interval } from '../model/interval.ts'
import type { SourceFunction } from '../source/source-functions.ts'
import type { FunctionChange } from './change.ts'
import type { Both } from './side.ts'

/** What became of one function's cost from one version to the next, per op. */
export interface FunctionDelta {
  /** Its number among the functions of both versions. */
  readonly id: number
  readonly name: string
  readonly category: Category
  readonly change: FunctionChange
  /** Whether its own code differs. */
  readonly isTouched: boolean
  readonly source: Both<SourceFunction | undefined>
  readonly selfNs: Both<number>
  readonly changeNs: Interval
  /** Exact; null where they were not counted. */
  readonly calls: Both<number | null>
  /** Sampled; null where that is not known. */
  readonly bytes: Both<number | null>
  /** How often V8 deoptimised it while ops were measured, a profile on average. */
  readonly deopts: Both<number>
  /** V8's most frequent reason in the newer version, else in the older one; empty where there is none. */
  readonly deoptReason: string
}

/** Code that runs otherwise often than before. */
export interface LoopChange {
  /** In the newer version. */
  readonly line: number
  /** Executions per op. */
  readonly times: Both<number>
}

/** A touched function that answers for a part of the change. */
export interface Suspect {
  readonly fn: FunctionDelta
  /** Of its own self time and of others' that it answers for, ns per op. */
  readonly explainedNs: Interval
  /** The other function in which most of that shows; undefined where it is its own time. */
  readonly symptom: FunctionDelta | undefined
  /** The line that does it, in the newer version if it is in there. */
  readonly line: number
  /** Code of its own that runs otherwise often than before. */
  readonly loop: LoopChange | undefined
}

/** Where the time went between two versions of one scenario. */
export interface Blame {
  readonly nsPerOp: Both<number>
  readonly stackSamples: Both<number>
  /** Every function that cost something, the largest change first. Their changes add up to that of the op. */
  readonly functions: readonly FunctionDelta[]
  /** Those whose part is beyond the noise of the profiles and goes the way of the whole change; the largest first. */
  readonly suspects: readonly Suspect[]
  /** What no suspect answers for. */
  readonly unexplainedNs: number
  /** The functions that ran and were touched, in no order. */
  readonly touched: readonly FunctionDelta[]
}
