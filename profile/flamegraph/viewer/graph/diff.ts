// What both versions cost, node by node, and how strong a change is.
import { sumOverCallees } from '../../../model/tree.ts'
import type { Graph, GraphDiff } from '../../data.ts'
import { costsByFrame } from './sandwich.ts'

/** A call tree with what both versions cost, node by node without callees; callers first. */
export interface DiffTree {
  readonly nodeFrame: ArrayLike<number>
  readonly nodeParent: ArrayLike<number>
  readonly baseline: ArrayLike<number>
  readonly candidate: ArrayLike<number>
  /** Square of what the noise of the profiles alone makes of the change of the node's own cost. */
  readonly variance: ArrayLike<number>
}

/** What boxes are as wide as. */
export type Width = 'candidate' | 'baseline' | 'change'

/** By node of a tree, what it cost with all that it called, and whether that changed. */
export interface Changes {
  readonly tree: DiffTree
  readonly baseline: Float64Array
  readonly candidate: Float64Array
  /** A change of the total cost no larger than this may be noise. */
  readonly noise: Float64Array
  /** From −1, the largest saving, to 1, the largest addition; 0 inside the noise. */
  readonly strength: Float32Array
  /** 1 where the node, or anything that it calls, changed beyond the noise. */
  readonly holdsChange: Uint8Array
  /** The change that has the full colour. */
  readonly scale: number
  /** What any cost may be off by because of rounding. */
  readonly roundOff: number
}

/** A whole graph's tree. */
export function diffTreeOf(graph: Graph, diff: GraphDiff): DiffTree {
  const { nodeFrame, nodeParent, nodeSelf, nodeSelfBaseline } = graph
  return {
    nodeFrame,
    nodeParent,
    baseline: nodeSelfBaseline,
    candidate: nodeSelf,
    variance: varianceByNode(graph, diff),
  }
}

/**
 * The noise of a function is that of its whole self cost. Stack samples fall as they like, so of its variance a node has the
 * part that it has of the function's cost, and variances of different functions add up.
 */
function varianceByNode(graph: Graph, { frames }: GraphDiff): Float64Array {
  const { nodeFrame, nodeSelf, nodeSelfBaseline } = graph
  const [candidate, baseline] = [
    costsByFrame(graph, nodeSelf).self,
    costsByFrame(graph, nodeSelfBaseline).self,
  ]
  return Float64Array.from(nodeFrame, (frame, node) => {
    const cost = candidate[frame]! + baseline[frame]!
    if (cost === 0) return 0
    return (frames[frame]!.noise ** 2 * (nodeSelf[node]! + nodeSelfBaseline[node]!)) / cost
  })
}

/** Changes smaller than this part of an op are rounding. */
const ROUNDING = 1e-6
/** Even the largest change is pale when it is less than this part of an op. */
const LEAST_FULL = 0.02

/** @param scale the change that has the full colour; by default the largest one of this tree */
export function findChanges(tree: DiffTree, diff: GraphDiff, scale?: number): Changes {
  const baseline = sumOverCallees(tree, Float64Array.from(tree.baseline))
  const candidate = sumOverCallees(tree, Float64Array.from(tree.candidate))
  const op = Math.max(diff.totalBaseline, diff.totalCandidate)
  const roundOff = op * ROUNDING
  const noise = sumOverCallees(tree, Float64Array.from(tree.variance)).map(
    (variance) => Math.sqrt(variance) + roundOff,
  )
  const change = candidate.map((cost, node) => cost - baseline[node]!)
  const full = scale ?? change.reduce((a, b) => Math.max(a, Math.abs(b)), op * LEAST_FULL)
  const strength = Float32Array.from(change, (by, node) => strengthOf(by, noise[node]!, full))
  const holdsChange = Uint8Array.from(strength, (value) => (value === 0 ? 0 : 1))
  for (let node = holdsChange.length - 1; node > 0; node--) {
    const parent = tree.nodeParent[node]!
    if (parent >= 0 && holdsChange[node] === 1) holdsChange[parent] = 1
  }
  return { tree, baseline, candidate, noise, strength, holdsChange, scale: full, roundOff }
}

/** The root is taken so that small changes can be told from none. */
export function strengthOf(change: number, noise: number, full: number): number {
  if (Math.abs(change) <= noise || full === 0) return 0
  return Math.sign(change) * Math.max(0.05, Math.sqrt(Math.min(1, Math.abs(change) / full)))
}

/**
 * What each node itself is as wide as. By change, a box is as wide as all changes of self cost in it, up or down: what
 * grew by as much as its neighbour shrank is the place to look at, although their caller costs the same.
 */
export function widthsOf({ baseline, candidate }: DiffTree, width: Width): ArrayLike<number> {
  switch (width) {
    case 'candidate':
      return candidate
    case 'baseline':
      return baseline
    case 'change':
      return Float64Array.from(candidate, (cost, node) => Math.abs(cost - baseline[node]!))
    default:
      return width satisfies never
  }
}
