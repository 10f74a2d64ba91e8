// What a profile is: frames, a call tree, and stack samples in order of time.
/** One function as the profiler named it. Positions are 1-based; 0 means unknown. */
export interface Frame {
  /** As in the file; empty for an anonymous function or a module's top level. */
  readonly functionName: string
  /** `file:///…`, `node:…`, a bare path or name, or empty. */
  readonly url: string
  /** Line of the opening parenthesis of the parameter list. */
  readonly line: number
  /** Column of the same, in UTF-16 units. */
  readonly column: number
  /**
   * Of code that came from no file (`eval`, `new Function`, `vm`): which script of its process it was, since several share
   * one URL, or have none.
   */
  readonly script?: string
  /** Said of a function that V8 inlined and whose caller is therefore only the one it ended up in. */
  readonly isInlined?: true
  /** Where the compiled code is, when the position above is that of its source. */
  readonly compiled?: { readonly url: string; readonly line: number; readonly column: number }
}

/**
 * What a sampling CPU profiler saw, in columns. A node is a function reached by one path of callers; nodes are numbered
 * from 0 in an order in which callers come before callees.
 */
export interface CpuProfile extends CallTree {
  /** Per stack sample in order of time, the node it was taken in. */
  readonly sampleNode: Int32Array
  /** Per stack sample, when it was taken: microseconds on the profiler's clock, ascending. */
  readonly sampleTimeUs: Float64Array
  /**
   * Per stack sample, the time it stands for, microseconds. Which gap belongs to a stack sample is a choice that moves a
   * fifth of all self time between functions. Ours is the gap until the next one, as in DevTools and speedscope: the
   * sample shows what ran from then on. The last one gets the time to the end of the profile, but no more than the
   * median gap, since the profiler may have stopped long after.
   */
  readonly sampleUs: Float32Array
  /** Said of a profile that has sums over stacks: its samples stand in no order of time. */
  readonly isSummed?: true
  /** Where inside functions stack samples fell: parallel columns, any order, the same node and line more than once. */
  readonly ticks: LineTicks
}

/** Functions by path of callers. */
export interface CallTree {
  /** Each function once. */
  readonly frames: readonly Frame[]
  /** Per node, an index into `frames`. */
  readonly nodeFrame: Int32Array
  /** Per node, its caller; -1 for the root. */
  readonly nodeParent: Int32Array
}

/** Stack samples by source line. The line may belong to a function that was inlined into the node's. */
export interface LineTicks {
  readonly node: Int32Array
  /** 1-based. */
  readonly line: Int32Array
  readonly count: Int32Array
}

/** V8's names for what is no function: the top of a stack, not of anybody's making. */
export const META_FRAMES = {
  root: '(root)',
  program: '(program)',
  idle: '(idle)',
  gc: '(garbage collector)',
  /** Ours: between a function and what goes on in it after an `await`. */
  await: '(await)',
} as const

/** Whether a frame is that of the engine, not a function that is called like it. */
export function isMetaFrame({ functionName, url, line }: Frame, name: string): boolean {
  return functionName === name && url === '' && line === 0
}

/** A frame that is no function. */
export function metaFrame(functionName: string): Frame {
  return { functionName, url: '', line: 0, column: 0 }
}
