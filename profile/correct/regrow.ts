// A profile's tree built anew, its stack samples led elsewhere.
import { indicesWhere, pick } from '../model/columns.ts'
import { type CpuProfile, metaFrame } from '../model/model.ts'
import { GrowingTree } from '../model/tree.ts'

/** A node of the new tree; `DROPPED` for what shall not be seen again. */
export const DROPPED = -1

/** A profile in another tree, and which ticks of the old one it still has. */
export interface Regrown {
  readonly profile: CpuProfile
  readonly keptTicks: Uint32Array
}

/**
 * A profile whose stack samples hang in another tree. `place` says for every node, callers first, where its function
 * belongs, given the tree that grows and where its caller went; `put` says for each stack sample, in order of time, in
 * which new node it is, given where its old one went. Ticks follow their nodes, unless `putTick` says otherwise.
 */
export function regrow(
  profile: CpuProfile,
  rootName: string,
  place: (tree: GrowingTree, node: number, parent: number) => number,
  put: (sample: number, node: number, tree: GrowingTree) => number = (_, node) => node,
  putTick: (tick: number, node: number) => number = (_, node) => node,
): Regrown {
  const { frames, nodeFrame, nodeParent, sampleNode, ticks } = profile
  const tree = new GrowingTree(metaFrame(rootName), frames)
  const placed = new Int32Array(nodeFrame.length)
  for (let node = 0; node < placed.length; node++) {
    const parent = nodeParent[node]! < 0 ? 0 : placed[nodeParent[node]!]!
    placed[node] = place(tree, node, parent)
  }
  const nodes = sampleNode.map((node, sample) => put(sample, placed[node]!, tree))
  const keptSamples = indicesWhere(nodes, (node) => node !== DROPPED)
  const tickNodes = ticks.node.map((node, tick) => putTick(tick, placed[node]!))
  const keptTicks = indicesWhere(tickNodes, (node) => node !== DROPPED)
  const regrown: CpuProfile = {
    ...(profile.isSummed && { isSummed: true }),
    ...tree.build(),
    sampleNode: pick(nodes, keptSamples),
    sampleTimeUs: pick(profile.sampleTimeUs, keptSamples),
    sampleUs: pick(profile.sampleUs, keptSamples),
    ticks: {
      node: pick(tickNodes, keptTicks),
      line: pick(ticks.line, keptTicks),
      count: pick(ticks.count, keptTicks),
    },
  }
  return { profile: regrown, keptTicks }
}
