import type { Graph } from '../data.ts'
import { type Changes, strengthOf } from './diff.ts'
import { costsByFrame } from './sandwich.ts'

/** What one function cost, wherever it was called; of two versions, in the one after. */
export interface FunctionRow {
  readonly frame: number
  readonly self: number
  readonly total: number
  /** Null in the graph of one version. */
  readonly change: RowChange | null
}

/** What a function cost in the version before, and what is to be thought of the difference. */
export interface RowChange {
  readonly selfBefore: number
  readonly totalBefore: number
  readonly selfNoise: number
  readonly totalNoise: number
  /** From −1, the largest saving, to 1; 0 inside the noise. */
  readonly selfStrength: number
  readonly totalStrength: number
}

/** Every function that cost anything in either version, but not the root; in the order of the frames. */
export function functionRows(graph: Graph, changes: Changes | null): FunctionRow[] {
  const after = costsByFrame(graph, graph.nodeSelf)
  const changeOf = changes === null ? () => null : rowChanges(graph, changes, after)
  return graph.frames
    .map((_, frame) => {
      return { frame, self: after.self[frame]!, total: after.total[frame]!, change: changeOf(frame) }
    })
    .filter(({ total, change }) => total > 0 || (change?.totalBefore ?? 0) > 0)
    .filter(({ frame }) => frame !== graph.nodeFrame[0])
}

function rowChanges(
  graph: Graph,
  { tree, scale, roundOff }: Changes,
  after: ReturnType<typeof costsByFrame>,
): (frame: number) => RowChange {
  const before = costsByFrame(graph, tree.before)
  const variance = costsByFrame(graph, tree.variance)
  return (frame) => {
    const noiseOf = (of: 'self' | 'total') => Math.sqrt(variance[of][frame]!) + roundOff
    const strength = (of: 'self' | 'total') =>
      strengthOf(after[of][frame]! - before[of][frame]!, noiseOf(of), scale)
    return {
      selfBefore: before.self[frame]!,
      totalBefore: before.total[frame]!,
      selfNoise: noiseOf('self'),
      totalNoise: noiseOf('total'),
      selfStrength: strength('self'),
      totalStrength: strength('total'),
    }
  }
}
