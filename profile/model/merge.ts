// Several profiles as one.
import { FloatColumn, IntColumn } from './columns.ts'
import type { HeapTree } from './heap.ts'
import { type CallTree, type CpuProfile, META_FRAMES, metaFrame } from './model.ts'
import { GrowingTree } from './tree.ts'

/** Several profiles of the same work as one: their trees merged, their stack samples one after the other. */
export function mergeProfiles(profiles: readonly CpuProfile[]): CpuProfile {
  const [first] = profiles
  if (first === undefined) throw new RangeError('nothing to merge')
  const tree = new GrowingTree(first.frames[first.nodeFrame[0]!]!)
  const placed = profiles.map((profile) => graft(tree, profile))
  const samples = { node: new IntColumn(), us: new FloatColumn(), timeUs: new FloatColumn() }
  const ticks = { node: new IntColumn(), line: new IntColumn(), count: new IntColumn() }
  let timeUs = 0
  for (const [i, profile] of profiles.entries()) {
    const at = placed[i]!
    for (const [sample, node] of profile.sampleNode.entries()) {
      samples.node.push(at[node]!)
      samples.us.push(profile.sampleUs[sample]!)
      samples.timeUs.push(timeUs)
      timeUs += profile.sampleUs[sample]!
    }
    for (const [tick, node] of profile.ticks.node.entries()) {
      ticks.node.push(at[node]!)
      ticks.line.push(profile.ticks.line[tick]!)
      ticks.count.push(profile.ticks.count[tick]!)
    }
  }
  return {
    ...tree.build(),
    ...(profiles.some(({ isSummed }) => isSummed) && { isSummed: true }),
    sampleNode: samples.node.view(),
    sampleUs: new Float32Array(samples.us.view()),
    sampleTimeUs: samples.timeUs.view(),
    ticks: { node: ticks.node.view(), line: ticks.line.view(), count: ticks.count.view() },
  }
}

/** Several allocation profiles as one. */
export function mergeHeaps(heaps: readonly HeapTree[]): HeapTree {
  const tree = new GrowingTree(metaFrame(META_FRAMES.root))
  const bytes = new FloatColumn()
  for (const heap of heaps) {
    const placed = graft(tree, heap.tree)
    for (const [node, own] of heap.selfBytes.entries()) {
      while (bytes.length <= placed[node]!) bytes.push(0)
      bytes.set(placed[node]!, bytes.at(placed[node]!) + own)
    }
  }
  const built = tree.build()
  return {
    tree: built,
    selfBytes: Float64Array.from(built.nodeFrame, (_, i) => (i < bytes.length ? bytes.at(i) : 0)),
  }
}

/** Adds a profile's nodes to the tree; per node of it the one of the tree. */
function graft(tree: GrowingTree, { frames, nodeFrame, nodeParent }: CallTree): Int32Array {
  const placed = new Int32Array(nodeFrame.length)
  for (let node = 1; node < nodeFrame.length; node++) {
    const frame = tree.frames.intern(frames[nodeFrame[node]!]!)
    placed[node] = tree.child(placed[nodeParent[node]!]!, frame)
  }
  return placed
}
