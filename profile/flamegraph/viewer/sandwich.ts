import { findRecursive, sumOverCallees } from '../../tree.ts'
import type { Graph } from '../data.ts'
import type { WeightedTree } from './layout.ts'

/** A tree that grows from its root, a function at a time. */
class MergingTree {
  readonly nodeFrame: number[] = []
  readonly nodeParent: number[] = []
  readonly nodeSelf: number[] = []
  readonly #children = new Map<number, number>()

  constructor(frame: number) {
    this.#push(-1, frame)
  }

  child(parent: number, frame: number): number {
    const key = parent * 2 ** 22 + frame
    const known = this.#children.get(key)
    if (known !== undefined) return known
    const node = this.#push(parent, frame)
    this.#children.set(key, node)
    return node
  }

  #push(parent: number, frame: number): number {
    this.nodeFrame.push(frame)
    this.nodeParent.push(parent)
    return this.nodeSelf.push(0) - 1
  }
}

/** What one function calls: its subtrees everywhere, merged. A function inside itself is part of the outer one. */
export function mergeCallees({ nodeFrame, nodeParent, nodeSelf }: Graph, frame: number): WeightedTree {
  const tree = new MergingTree(frame)
  const merged = new Int32Array(nodeFrame.length).fill(-1)
  for (let node = 0; node < nodeFrame.length; node++) {
    const parent = nodeParent[node]!
    const above = parent < 0 ? -1 : merged[parent]!
    if (above >= 0) merged[node] = tree.child(above, nodeFrame[node]!)
    else if (nodeFrame[node] === frame) merged[node] = 0
    if (merged[node]! >= 0) tree.nodeSelf[merged[node]!]! += nodeSelf[node]!
  }
  return tree
}

/** Who calls one function: paths upwards, merged, each as wide as the function's total cost below it. */
export function mergeCallers({ nodeFrame, nodeParent, nodeSelf }: Graph, frame: number): WeightedTree {
  const total = sumOverCallees({ nodeParent }, Float64Array.from(nodeSelf))
  const inside = new Uint8Array(nodeFrame.length)
  const tree = new MergingTree(frame)
  for (let node = 0; node < nodeFrame.length; node++) {
    const parent = nodeParent[node]!
    const isFrame = nodeFrame[node] === frame
    if (parent >= 0 && (inside[parent] === 1 || nodeFrame[parent] === frame)) inside[node] = 1
    if (!isFrame || inside[node] === 1) continue
    let at = 0
    for (let caller = parent; caller >= 0; caller = nodeParent[caller]!)
      at = tree.child(at, nodeFrame[caller]!)
    tree.nodeSelf[at]! += total[node]!
  }
  return tree
}

/** Self and total cost by function; a recursive function counts once a stack. */
export function costsByFrame(graph: Graph): { readonly self: Float64Array; readonly total: Float64Array } {
  const { frames, nodeFrame, nodeSelf } = graph
  const self = new Float64Array(frames.length)
  const total = new Float64Array(frames.length)
  const totalOfNode = sumOverCallees(graph, Float64Array.from(nodeSelf))
  const isRecursive = findRecursive(graph)
  for (let node = 0; node < nodeFrame.length; node++) {
    const frame = nodeFrame[node]!
    self[frame]! += nodeSelf[node]!
    if (isRecursive[node] === 0) total[frame]! += totalOfNode[node]!
  }
  return { self, total }
}
