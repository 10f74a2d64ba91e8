// Several profiles as one.
import type { CpuProfile } from './model.ts'
import { GrowingTree } from './tree.ts'

/** Several profiles of the same work as one: their trees merged, their stack samples one after the other. */
export function mergeProfiles(profiles: readonly CpuProfile[]): CpuProfile {
  const [first] = profiles
  if (first === undefined) throw new RangeError('nothing to merge')
  const tree = new GrowingTree(first.frames[first.nodeFrame[0]!]!)
  const placed = profiles.map((profile) => graft(tree, profile))
  const flat = (read: (profile: CpuProfile, placed: Int32Array) => ArrayLike<number>) =>
    profiles.flatMap((profile, i) => Array.from(read(profile, placed[i]!)))
  let offset = 0
  const times = profiles.flatMap(({ sampleUs }) =>
    Array.from(sampleUs, (us) => {
      offset += us
      return offset - us
    }),
  )
  return {
    ...tree.build(),
    sampleNode: Int32Array.from(flat(({ sampleNode }, at) => sampleNode.map((node) => at[node]!))),
    sampleUs: Float32Array.from(flat(({ sampleUs }) => sampleUs)),
    sampleTimeUs: Float64Array.from(times),
    ticks: {
      node: Int32Array.from(flat(({ ticks }, at) => ticks.node.map((node) => at[node]!))),
      line: Int32Array.from(flat(({ ticks }) => ticks.line)),
      count: Int32Array.from(flat(({ ticks }) => ticks.count)),
    },
  }
}

/** Adds a profile's nodes to the tree; per node of it the one of the tree. */
function graft(tree: GrowingTree, { frames, nodeFrame, nodeParent }: CpuProfile): Int32Array {
  const placed = new Int32Array(nodeFrame.length)
  for (let node = 1; node < nodeFrame.length; node++) {
    const frame = tree.frames.intern(frames[nodeFrame[node]!]!)
    placed[node] = tree.child(placed[nodeParent[node]!]!, frame)
  }
  return placed
}
