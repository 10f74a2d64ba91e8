// One function's callers and callees.
import { findRecursive, sumOverCallees } from '../../../model/tree.ts'
import type { Graph } from '../../data.ts'

/** One function's tree, with sums of what columns of the graph's tree say of its nodes. */
export interface MergedTree {
  readonly nodeFrame: readonly number[]
  readonly nodeParent: readonly number[]
  /** Parallel to the columns; by node of this tree, without callees. */
  readonly sums: readonly (readonly number[])[]
}

/** A tree that grows from its root, a function at a time. */
class MergingTree implements MergedTree {
  readonly nodeFrame: number[] = []
  readonly nodeParent: number[] = []
  readonly sums: readonly number[][]
  readonly #children = new Map<number, number>()

  constructor(frame: number, columns: number) {
    this.sums = Array.from({ length: columns }, () => [])
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

  /** Adds what the columns say of one node of theirs. */
  add(node: number, columns: readonly ArrayLike<number>[], from: number): void {
    for (const [i, column] of columns.entries()) this.sums[i]![node]! += column[from]!
  }

  #push(parent: number, frame: number): number {
    this.nodeFrame.push(frame)
    for (const sum of this.sums) sum.push(0)
    return this.nodeParent.push(parent) - 1
  }
}

type Tree = Pick<Graph, 'nodeFrame' | 'nodeParent'>

/** What one function calls: its subtrees everywhere, merged. A function inside itself is part of the outer one. */
export function mergeCallees(
  { nodeFrame, nodeParent }: Tree,
  columns: readonly ArrayLike<number>[],
  frame: number,
): MergedTree {
  const tree = new MergingTree(frame, columns.length)
  const merged = new Int32Array(nodeFrame.length).fill(-1)
  for (let node = 0; node < nodeFrame.length; node++) {
    const parent = nodeParent[node]!
    const above = parent < 0 ? -1 : merged[parent]!
    if (above >= 0) merged[node] = tree.child(above, nodeFrame[node]!)
    else if (nodeFrame[node] === frame) merged[node] = 0
    if (merged[node]! >= 0) tree.add(merged[node]!, columns, node)
  }
  return tree
}

/** Who calls one function: paths upwards, merged, each as wide as the function's total cost below it. */
export function mergeCallers(
  { nodeFrame, nodeParent }: Tree,
  columns: readonly ArrayLike<number>[],
  frame: number,
): MergedTree {
  const totals = columns.map((column) => sumOverCallees({ nodeParent }, Float64Array.from(column)))
  const inside = new Uint8Array(nodeFrame.length)
  const tree = new MergingTree(frame, columns.length)
  for (let node = 0; node < nodeFrame.length; node++) {
    const parent = nodeParent[node]!
    const isFrame = nodeFrame[node] === frame
    if (parent >= 0 && (inside[parent] === 1 || nodeFrame[parent] === frame)) inside[node] = 1
    if (!isFrame || inside[node] === 1) continue
    let at = 0
    for (let caller = parent; caller >= 0; caller = nodeParent[caller]!)
      at = tree.child(at, nodeFrame[caller]!)
    tree.add(at, totals, node)
  }
  return tree
}

/**
 * What a column of the graph's tree comes to by function, without and with callees; a recursive function counts once a
 * stack.
 */
export function costsByFrame(
  graph: Pick<Graph, 'frames' | 'nodeFrame' | 'nodeParent'>,
  column: ArrayLike<number>,
): { readonly self: Float64Array; readonly total: Float64Array } {
  const { frames, nodeFrame } = graph
  const self = new Float64Array(frames.length)
  const total = new Float64Array(frames.length)
  const totalOfNode = sumOverCallees(graph, Float64Array.from(column))
  const isRecursive = findRecursive(graph)
  for (let node = 0; node < nodeFrame.length; node++) {
    const frame = nodeFrame[node]!
    self[frame]! += column[node]!
    if (isRecursive[node] === 0) total[frame]! += totalOfNode[node]!
  }
  return { self, total }
}
