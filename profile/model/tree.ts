// Call trees: growing them, and sums over callees.
import { IntColumn } from './columns.ts'
import type { CallTree, Frame } from './model.ts'

/** Functions, each once. */
export class FrameTable {
  readonly frames: Frame[] = []
  readonly #ids = new Map<string, number>()

  /** @param frames functions that keep their indices, though several be equal: source maps make one of many */
  constructor(frames: readonly Frame[] = []) {
    for (const frame of frames) {
      const key = keyOf(frame)
      if (!this.#ids.has(key)) this.#ids.set(key, this.frames.length)
      this.frames.push(frame)
    }
  }

  /** The index of that function, the same for equal ones. */
  intern(frame: Frame): number {
    const key = keyOf(frame)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    this.#ids.set(key, this.frames.length)
    return this.frames.push(frame) - 1
  }
}

function keyOf({ line, column, script, isInlined, functionName, url }: Frame): string {
  return `${line}:${column}${script === undefined ? '' : `#${script}`}:${isInlined ? 'i' : ''}${functionName}:${url}`
}

/** More frames than any program has; a node and a frame fit one exact number together. */
const MOST_FRAMES = 2 ** 22

/** A call tree that grows from its root; a function called twice by the same path is one node. */
export class GrowingTree {
  readonly frames: FrameTable
  readonly #nodeFrame = new IntColumn()
  readonly #nodeParent = new IntColumn()
  readonly #children = new Map<number, number>()

  /** @param frames functions that shall keep their indices */
  constructor(root: Frame, frames: readonly Frame[] = []) {
    this.frames = new FrameTable(frames)
    this.#push(-1, this.frames.intern(root))
  }

  /** The node of that function under that caller. */
  child(parent: number, frame: number): number {
    const key = parent * MOST_FRAMES + frame
    const known = this.#children.get(key)
    if (known !== undefined) return known
    const node = this.#push(parent, frame)
    this.#children.set(key, node)
    return node
  }

  /** The tree so far. */
  build(): CallTree {
    return {
      frames: this.frames.frames,
      nodeFrame: this.#nodeFrame.view().slice(),
      nodeParent: this.#nodeParent.view().slice(),
    }
  }

  #push(parent: number, frame: number): number {
    this.#nodeFrame.push(frame)
    this.#nodeParent.push(parent)
    return this.#nodeFrame.length - 1
  }
}

/** Per node a value of its own plus those of all callees. */
export function sumOverCallees(
  { nodeParent }: { readonly nodeParent: ArrayLike<number> },
  own: Float64Array,
): Float64Array {
  const total = own.slice()
  // Callers come before callees, so that each node is whole before it is added to its caller.
  for (let node = total.length - 1; node > 0; node--) {
    const parent = nodeParent[node]!
    if (parent >= 0) total[parent]! += total[node]!
  }
  return total
}

/** Per node, whether its function is also among its callers. One walk, no recursion. */
export function findRecursive({
  frames,
  nodeFrame,
  nodeParent,
}: Pick<CallTree, 'nodeFrame' | 'nodeParent'> & {
  readonly frames: { readonly length: number }
}): Uint8Array {
  const { first, next } = linkChildren(nodeParent)
  const onStack = new Int32Array(frames.length)
  const recursive = new Uint8Array(nodeFrame.length)
  for (let root = 0; root < nodeParent.length; root++) {
    if (nodeParent[root] !== -1) continue
    let at = root
    enter(at)
    for (;;) {
      if (first[at] !== -1) {
        at = first[at]!
      } else {
        while (at !== root && next[at] === -1) at = leave(at)
        if (at === root) break
        const sibling = next[at]!
        leave(at)
        at = sibling
      }
      enter(at)
    }
    onStack[nodeFrame[root]!]! -= 1
  }
  return recursive

  function enter(node: number): void {
    const frame = nodeFrame[node]!
    if (onStack[frame]! > 0) recursive[node] = 1
    onStack[frame]! += 1
  }
  function leave(node: number): number {
    onStack[nodeFrame[node]!]! -= 1
    return nodeParent[node]!
  }
}

/** Per node, its first callee and its next sibling; -1 for none. Siblings keep their order. */
export function linkChildren(nodeParent: Int32Array): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(nodeParent.length).fill(-1)
  const next = new Int32Array(nodeParent.length).fill(-1)
  for (let node = nodeParent.length - 1; node >= 0; node--) {
    const parent = nodeParent[node]!
    if (parent < 0) continue
    next[node] = first[parent]!
    first[parent] = node
  }
  return { first, next }
}

/** The nodes from the root to a node, both included. */
export function pathTo(nodeParent: Int32Array, node: number): number[] {
  const path: number[] = []
  for (let at = node; at >= 0; at = nodeParent[at]!) path.push(at)
  return path.reverse()
}
