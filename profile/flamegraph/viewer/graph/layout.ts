// Where the boxes of a graph are.
import { sumOverCallees } from '../../../model/tree.ts'
import type { Graph } from '../../data.ts'

/**
 * Boxes of a graph in pre-order: a box is followed by the boxes on it, and `end` tells where these end. Positions and
 * widths are in the graph's unit, from 0 to `width`.
 */
export interface Layout {
  readonly count: number
  readonly frame: Int32Array
  /** The node that the box is of. */
  readonly node: Int32Array
  readonly start: Float64Array
  readonly width: Float64Array
  /** Cost of the box itself, without the boxes on it. */
  readonly self: Float64Array
  readonly depth: Uint16Array
  /** Index after the last box of the subtree. */
  readonly end: Int32Array
  readonly total: number
  readonly deepest: number
}

/** A call tree with weights; callers first. */
export interface WeightedTree {
  readonly nodeFrame: ArrayLike<number>
  readonly nodeParent: ArrayLike<number>
  readonly nodeSelf: ArrayLike<number>
}

/**
 * Children by weight, the heaviest to the left.
 * @param isShown by node, 0 for one that is left out with all that it calls; its caller is as wide as before
 */
export function layOutByWeight(
  { nodeFrame, nodeParent, nodeSelf }: WeightedTree,
  isShown?: Uint8Array,
): Layout {
  const count = nodeFrame.length
  const total = sumOverCallees({ nodeParent }, Float64Array.from(nodeSelf))
  // Children lists in order of weight: nodes sorted by weight, each pushed to the front of its caller's list.
  const order = Uint32Array.from({ length: count }, (_, node) => node).sort((a, b) => total[a]! - total[b]!)
  const first = new Int32Array(count).fill(-1)
  const next = new Int32Array(count).fill(-1)
  let roots = -1
  for (const node of order) {
    if (isShown?.[node] === 0) continue
    const parent = nodeParent[node]!
    next[node] = parent < 0 ? roots : first[parent]!
    if (parent < 0) roots = node
    else first[parent] = node
  }
  const boxes = new BoxList(count)
  const open: number[] = []
  const cursor = new Float64Array(count)
  let rootStart = 0
  for (let node = roots; node >= 0; ) {
    const parent = nodeParent[node]!
    const start = parent < 0 ? rootStart : cursor[parent]!
    if (parent < 0) rootStart += total[node]!
    else cursor[parent] = start + total[node]!
    cursor[node] = start
    boxes.push(node, nodeFrame[node]!, start, total[node]!, nodeSelf[node]!, open.length)
    if (first[node]! >= 0) {
      open.push(node)
      node = first[node]!
      continue
    }
    let at = node
    while (next[at]! < 0 && open.length > 0) at = open.pop()!
    node = next[at]!
  }
  return boxes.build(rootStart)
}

/** Boxes as they were seen, from left to right in time; a function that goes on is one box. */
export function layOutByTime(graph: Graph): Layout {
  const { nodeFrame, nodeParent, sampleNode, sampleWeight } = graph
  const boxes = new BoxList(sampleNode.length * 4)
  let open: { node: number; box: number }[] = []
  let at = 0
  for (let i = 0; i < sampleNode.length; i++) {
    const path: number[] = []
    for (let node = sampleNode[i]!; node >= 0; node = nodeParent[node]!) path.push(node)
    path.reverse()
    let shared = 0
    while (shared < open.length && shared < path.length && open[shared]!.node === path[shared]) shared++
    open = open.slice(0, shared)
    for (let depth = shared; depth < path.length; depth++) {
      const node = path[depth]!
      open.push({ node, box: boxes.push(node, nodeFrame[node]!, at, 0, 0, depth) })
    }
    const weight = sampleWeight[i]!
    for (const { box } of open) boxes.widen(box, weight)
    boxes.addSelf(open.at(-1)!.box, weight)
    at += weight
  }
  return boxes.build(at)
}

/** Grows as boxes come in pre-order. */
class BoxList {
  #node: Int32Array
  #frame: Int32Array
  #start: Float64Array
  #width: Float64Array
  #self: Float64Array
  #depth: Uint16Array
  #count = 0

  constructor(room: number) {
    const size = Math.max(16, room)
    this.#node = new Int32Array(size)
    this.#frame = new Int32Array(size)
    this.#start = new Float64Array(size)
    this.#width = new Float64Array(size)
    this.#self = new Float64Array(size)
    this.#depth = new Uint16Array(size)
  }

  push(node: number, frame: number, start: number, width: number, self: number, depth: number): number {
    if (this.#count === this.#frame.length) this.#grow()
    const box = this.#count++
    this.#node[box] = node
    this.#frame[box] = frame
    this.#start[box] = start
    this.#width[box] = width
    this.#self[box] = self
    this.#depth[box] = depth
    return box
  }

  widen(box: number, by: number): void {
    this.#width[box]! += by
  }

  addSelf(box: number, by: number): void {
    this.#self[box]! += by
  }

  build(total: number): Layout {
    const count = this.#count
    const depth = this.#depth.subarray(0, count)
    const end = new Int32Array(count)
    const open: number[] = []
    let deepest = 0
    for (let box = 0; box <= count; box++) {
      const level = box < count ? depth[box]! : -1
      while (open.length > 0 && depth[open.at(-1)!]! >= level) end[open.pop()!] = box
      if (box < count) open.push(box)
      if (level > deepest) deepest = level
    }
    return {
      count,
      frame: this.#frame.subarray(0, count),
      node: this.#node.subarray(0, count),
      start: this.#start.subarray(0, count),
      width: this.#width.subarray(0, count),
      self: this.#self.subarray(0, count),
      depth,
      end,
      total,
      deepest,
    }
  }

  #grow(): void {
    const larger = <T extends Int32Array | Float64Array | Uint16Array>(
      Column: new (length: number) => T,
      old: T,
    ): T => {
      const column = new Column(old.length * 2)
      column.set(old)
      return column
    }
    this.#node = larger(Int32Array, this.#node)
    this.#frame = larger(Int32Array, this.#frame)
    this.#start = larger(Float64Array, this.#start)
    this.#width = larger(Float64Array, this.#width)
    this.#self = larger(Float64Array, this.#self)
    this.#depth = larger(Uint16Array, this.#depth)
  }
}
