// What a diagnosis is made from: plain data that a profile pass leaves, so that rules can be tested on what was recorded.
import type { RepeatedTexts } from '../../profile/capture/repeats.ts'
import type { Category } from '../../profile/model/category.ts'
import type { Scenario } from '../suite/scenario.ts'

/** Where something is; all empty where it is nowhere. */
export interface Place {
  readonly functionName: string
  /** Path from the project's folder, `node:…`, or empty for the engine's own. */
  readonly file: string
  readonly line: number
}

/** A part of what an op costs. */
export interface CostPart extends Place {
  /** What was seen. */
  readonly message: string
  /** What to try. */
  readonly cure: string
  readonly nsPerOp: number
}

/** A call as it stands in a function's source. */
export interface WrittenCall {
  /** As it is written, `JSON.parse` or `customers.find`; without what hangs on other calls. */
  readonly callee: string
  readonly line: number
  /** Where it ends. */
  readonly endLine: number
  /** Exact. */
  readonly timesPerOp: number
  /** What the first argument calls, where it is a call. */
  readonly wraps: string | null
  /** How often per op a function runs that is written among its arguments; null without one. */
  readonly callbackCalls: number | null
  readonly isInLoop: boolean
  /** Whether it stands in a loop that changes nothing of what it is called with. */
  readonly isInvariant: boolean
}

/** An `await` as it stands in a function's source. */
export interface WrittenAwait {
  readonly line: number
  /** Exact. */
  readonly timesPerOp: number
  readonly isInLoop: boolean
}

/** A function that is on the stack of an op. */
export interface EvidenceFrame extends Place {
  readonly category: Category
  /** Exact; null where its source is not known. */
  readonly callsPerOp: number | null
  /** Sampled. */
  readonly bytesPerOp: number | null
  /** In order of place; none where its source is not known. */
  readonly calls: readonly WrittenCall[]
  readonly awaits: readonly WrittenAwait[]
}

/** What a line costs by itself, without what it calls. */
export interface LineCost {
  readonly file: string
  readonly line: number
  readonly ns: number
}

/** Code that V8 threw away while ops were measured, when it was warm already. */
export interface DeoptEvidence {
  /** Among the frames. */
  readonly frame: number
  readonly line: number
  /** In V8's words. */
  readonly reason: string
  readonly times: number
}

/** A line that reads or writes a property of objects of many shapes. */
export interface MegamorphicEvidence {
  readonly frame: number
  readonly line: number
  readonly property: string
  readonly shapes: number
}

/** What a process of its own told, in which nothing was timed. */
export interface WatchedEvidence {
  readonly deopts: readonly DeoptEvidence[]
  readonly megamorphic: readonly MegamorphicEvidence[]
  readonly repeats: readonly RepeatedTexts[]
  /** How late the event loop comes to a timer, 99th percentile; missing in what was recorded before. */
  readonly loopDelayNs?: number
}

/** What is known of where an op's time goes. Nodes are functions by paths of callers, callers first; the root is the op. */
export interface OpEvidence {
  readonly kind: Scenario['kind']
  /** What an op costs, and for how much of that it waits. */
  readonly nsPerOp: number
  readonly waitingNs: number
  readonly frames: readonly EvidenceFrame[]
  readonly nodeFrame: readonly number[]
  readonly nodeParent: readonly number[]
  /** Self time per op. */
  readonly nodeNs: readonly number[]
  readonly lines: readonly LineCost[]
  /** Undefined where nobody watched. */
  readonly watched?: WatchedEvidence | undefined
}
