// The rows of the function table.
import type { Graph } from '../../data.ts'
import { type Changes, strengthOf } from '../graph/diff.ts'
import { costsByFrame } from '../graph/sandwich.ts'

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
  readonly selfBaseline: number
  readonly totalBaseline: number
  readonly selfNoise: number
  readonly totalNoise: number
  /** From −1, the largest saving, to 1; 0 inside the noise. */
  readonly selfStrength: number
  readonly totalStrength: number
}

/** Every function that cost anything in either version, but not the root; in the order of the frames. */
export function functionRows(graph: Graph, changes: Changes | null): FunctionRow[] {
  const candidate = costsByFrame(graph, graph.nodeSelf)
  const changeOf = changes === null ? () => null : rowChanges(graph, changes, candidate)
  return graph.frames
    .map((_, frame) => {
      return { frame, self: candidate.self[frame]!, total: candidate.total[frame]!, change: changeOf(frame) }
    })
    .filter(({ total, change }) => total > 0 || (change?.totalBaseline ?? 0) > 0)
    .filter(({ frame }) => frame !== graph.nodeFrame[0])
}

function rowChanges(
  graph: Graph,
  { tree, scale, roundOff }: Changes,
  candidate: ReturnType<typeof costsByFrame>,
): (frame: number) => RowChange {
  const baseline = costsByFrame(graph, tree.baseline)
  const variance = costsByFrame(graph, tree.variance)
  return (frame) => {
    const noiseOf = (of: 'self' | 'total') => Math.sqrt(variance[of][frame]!) + roundOff
    const strength = (of: 'self' | 'total') =>
      strengthOf(candidate[of][frame]! - baseline[of][frame]!, noiseOf(of), scale)
    return {
      selfBaseline: baseline.self[frame]!,
      totalBaseline: baseline.total[frame]!,
      selfNoise: noiseOf('self'),
      totalNoise: noiseOf('total'),
      selfStrength: strength('self'),
      totalStrength: strength('total'),
    }
  }
}
