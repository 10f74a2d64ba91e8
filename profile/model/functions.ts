// What functions cost, wherever they were called.
import type { CallTree } from './model.ts'
import { findRecursive, sumOverCallees } from './tree.ts'

/** What one function cost, in the unit of the weights. */
export interface FunctionCost {
  /** An index into the tree's frames. */
  readonly frame: number
  readonly self: number
  /** Self cost and that of its callees; a recursive function counts once a stack. */
  readonly total: number
}

/** Every function with any cost, the one with the most self cost first; self costs add up to the sum of the weights. */
export function functionCosts(tree: CallTree, selfOfNode: Float64Array): FunctionCost[] {
  const totalOfNode = sumOverCallees(tree, selfOfNode)
  const isRecursive = findRecursive(tree)
  const self = new Float64Array(tree.frames.length)
  const total = new Float64Array(tree.frames.length)
  for (let node = 0; node < selfOfNode.length; node++) {
    const frame = tree.nodeFrame[node]!
    self[frame]! += selfOfNode[node]!
    if (isRecursive[node] === 0) total[frame]! += totalOfNode[node]!
  }
  return Array.from(self, (value, frame) => ({ frame, self: value, total: total[frame]! }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.self - a.self || b.total - a.total || a.frame - b.frame)
}
