// Allocation profiles as call trees.
import { toFileUrl } from './file-url.ts'
import { type CallTree, type CpuProfile, type Frame, META_FRAMES, metaFrame } from './model.ts'
import { GrowingTree } from './tree.ts'

/** A node of V8's sampling heap profile, as the inspector and `.heapprofile` files have it. Lines are 0-based. */
export interface HeapSample {
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
    readonly columnNumber: number
  }
  /** Bytes allocated by this function itself, as far as samples tell. */
  readonly selfSize: number
  readonly children: readonly HeapSample[]
}

/** A tree with the bytes that each node allocated itself. */
export interface HeapTree {
  readonly tree: CallTree
  readonly selfBytes: Float64Array
}

/** The call tree of an allocation profile. Depth is no matter: nothing recurses. */
export function toHeapTree(head: HeapSample): HeapTree {
  const tree = new GrowingTree(metaFrame(META_FRAMES.root))
  const bytes: number[] = [head.selfSize]
  const open: { readonly sample: HeapSample; readonly node: number }[] = [{ sample: head, node: 0 }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const child of at.sample.children) {
      const node = tree.child(at.node, tree.frames.intern(frameOf(child)))
      bytes[node] = (bytes[node] ?? 0) + child.selfSize
      open.push({ sample: child, node })
    }
  }
  const built = tree.build()
  return { tree: built, selfBytes: Float64Array.from(built.nodeFrame, (_, node) => bytes[node] ?? 0) }
}

function frameOf({ callFrame }: HeapSample): Frame {
  const { functionName, url, lineNumber, columnNumber } = callFrame
  // Of CommonJS modules the heap profiler tells the path, where all others tell the URL.
  return { functionName, url: toFileUrl(url), line: lineNumber + 1, column: columnNumber + 1 }
}

/** An allocation profile in the shape of one of time: its samples are sums over stacks, and stand for bytes. */
export function heapAsProfile({ tree, selfBytes }: HeapTree): CpuProfile {
  const nodes = Int32Array.from(selfBytes.keys()).filter((node) => selfBytes[node]! > 0)
  return {
    ...tree,
    isSummed: true,
    sampleNode: nodes,
    sampleTimeUs: new Float64Array(nodes.length),
    sampleUs: Float32Array.from(nodes, (node) => selfBytes[node]!),
    ticks: { node: new Int32Array(0), line: new Int32Array(0), count: new Int32Array(0) },
  }
}
