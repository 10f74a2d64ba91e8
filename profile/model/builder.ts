// The one writer of profiles.
import { IdMap, IntColumn } from './columns.ts'
import type { CpuProfile, Frame } from './model.ts'
import { FrameTable } from './tree.ts'

/** What a profile cannot be: the parts contradict each other. */
export class ProfileError extends Error {}

/** The only writer of {@link CpuProfile}. Nodes are added with the ids of the foreign format, in any order. */
export class ProfileBuilder {
  readonly #frames = new FrameTable()
  readonly #nodeById = new IdMap()
  readonly #nodeFrame = new IntColumn()
  readonly #parentOf = new IntColumn()
  readonly #edgeParent = new IntColumn()
  readonly #edgeChildId = new IntColumn()
  readonly #namedParents: { readonly node: number; readonly parentId: number }[] = []
  /** Per stack sample the id of its node. */
  readonly sampleIds = new IntColumn()
  /** Per stack sample, microseconds since the one before, or since the start; may be negative. */
  readonly deltasUs = new IntColumn()
  readonly #tickNode = new IntColumn()
  readonly #tickLine = new IntColumn()
  readonly #tickCount = new IntColumn()

  /** The index of that function, the same for equal ones. */
  internFrame(frame: Frame): number {
    return this.#frames.intern(frame)
  }

  /** @throws ProfileError for an id that is there already */
  addNode(id: number, frame: number): number {
    if (this.#nodeById.get(id) >= 0) throw new ProfileError(`node ${id} is there twice`)
    const node = this.#nodeFrame.length
    this.#nodeById.set(id, node)
    this.#nodeFrame.push(frame)
    this.#parentOf.push(-1)
    return node
  }

  /** `childId` may name a node that is still to come. */
  addEdge(parent: number, childId: number): void {
    this.#edgeParent.push(parent)
    this.#edgeChildId.push(childId)
  }

  /** The other way to tell who calls whom; `parentId` may name a node that is still to come. */
  setParent(node: number, parentId: number): void {
    this.#namedParents.push({ node, parentId })
  }

  addTick(node: number, line: number, count: number): void {
    this.#tickNode.push(node)
    this.#tickLine.push(line)
    this.#tickCount.push(count)
  }

  /**
   * Checks that the parts fit together and puts stack samples in order of time.
   * @throws ProfileError for a missing node, two callers of one node, a cycle, or columns of unequal length
   */
  build(startTimeUs: number, endTimeUs: number): CpuProfile {
    const parents = this.#resolveParents()
    const order = callersFirst(parents)
    const rank = new Int32Array(order.length)
    for (const [at, node] of order.entries()) rank[node] = at
    const frames = this.#nodeFrame.view()
    return {
      frames: this.#frames.frames,
      nodeFrame: order.map((node) => frames[node]!),
      nodeParent: order.map((node) => (parents[node]! < 0 ? -1 : rank[parents[node]!]!)),
      ...this.#sortSamples(startTimeUs, endTimeUs, rank),
      ticks: {
        node: this.#tickNode.view().map((node) => rank[node]!),
        line: this.#tickLine.view().slice(),
        count: this.#tickCount.view().slice(),
      },
    }
  }

  #resolveParents(): Int32Array {
    const parents = this.#parentOf.view()
    const edgeParents = this.#edgeParent.view()
    for (const [edge, id] of this.#edgeChildId.view().entries()) {
      const child = this.#nodeById.get(id)
      if (child < 0) throw new ProfileError(`node ${id} is named as a child and is not there`)
      if (parents[child] !== -1) throw new ProfileError(`node ${id} has two callers`)
      parents[child] = edgeParents[edge]!
    }
    for (const { node, parentId } of this.#namedParents) {
      const parent = this.#nodeById.get(parentId)
      if (parent < 0) throw new ProfileError(`node ${parentId} is named as a parent and is not there`)
      parents[node] = parent
    }
    return parents
  }

  #sortSamples(
    startTimeUs: number,
    endTimeUs: number,
    rank: Int32Array,
  ): Pick<CpuProfile, 'sampleNode' | 'sampleTimeUs' | 'sampleUs'> {
    const ids = this.sampleIds.view()
    const deltas = this.deltasUs.view()
    if (ids.length !== deltas.length) {
      throw new ProfileError(`${ids.length} samples and ${deltas.length} time deltas`)
    }
    // Ids become nodes in place: a large profile has millions of them.
    const times = new Float64Array(ids.length)
    let time = startTimeUs
    for (let i = 0; i < ids.length; i++) {
      time += deltas[i]!
      times[i] = time
      const node = this.#nodeById.get(ids[i]!)
      if (node < 0) throw new ProfileError(`sample ${i} names node ${ids[i]}, which is not there`)
      ids[i] = rank[node]!
    }
    sortByTime(times, ids)
    return { sampleTimeUs: times, sampleNode: ids, sampleUs: gapsUntilNext(times, endTimeUs) }
  }
}

/** See {@link CpuProfile.sampleUs}. */
function gapsUntilNext(times: Float64Array, endTimeUs: number): Float32Array {
  const gaps = new Float32Array(times.length)
  const last = times.length - 1
  for (let i = 0; i < last; i++) gaps[i] = times[i + 1]! - times[i]!
  if (last > 0) gaps[last] = Math.min(Math.max(0, endTimeUs - times[last]!), usualGap(gaps.subarray(0, last)))
  return gaps
}

/** The upper median of some thousand gaps spread over all. At least one. */
export function usualGap(gaps: Float32Array): number {
  const step = Math.ceil(gaps.length / 4096)
  const some = Float32Array.from({ length: Math.ceil(gaps.length / step) }, (_, i) => gaps[i * step]!).sort()
  return some[some.length >> 1]!
}

/** Moves a sample may make in the mean before sorting from scratch is cheaper. */
const MOST_MOVES = 16

/**
 * Puts samples in order of time, in place; equal times keep their order. Negative deltas are legal: V8 hands samples over
 * in batches, a few of them late, so almost all are in order already.
 */
function sortByTime(times: Float64Array, nodes: Int32Array): void {
  let moves = 0
  for (let i = 1; i < times.length; i++) {
    const time = times[i]!
    if (time >= times[i - 1]!) continue
    const node = nodes[i]!
    let at = i
    for (; at > 0 && times[at - 1]! > time; at--) {
      times[at] = times[at - 1]!
      nodes[at] = nodes[at - 1]!
    }
    times[at] = time
    nodes[at] = node
    moves += i - at
    if (moves > MOST_MOVES * times.length) {
      sortFromScratch(times, nodes)
      return
    }
  }
}

function sortFromScratch(times: Float64Array, nodes: Int32Array): void {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b)
  times.set(Float64Array.from(order, (i) => times[i]!))
  nodes.set(Int32Array.from(order, (i) => nodes[i]!))
}

/** Node numbers in an order in which every caller comes before its callees. @throws ProfileError for a cycle */
function callersFirst(parents: Int32Array): Int32Array {
  if (parents.every((parent, node) => parent < node)) return Int32Array.from(parents, (_, node) => node)
  const depth = new Int32Array(parents.length).fill(-1)
  for (let node = 0; node < parents.length; node++) {
    const path: number[] = []
    for (let at = node; at >= 0 && depth[at] === -1; at = parents[at]!) {
      if (path.length > parents.length) throw new ProfileError('a node calls itself through its callees')
      path.push(at)
    }
    for (const at of path.reverse()) depth[at] = parents[at]! < 0 ? 0 : depth[parents[at]!]! + 1
  }
  return Int32Array.from(parents, (_, node) => node).sort((a, b) => depth[a]! - depth[b]! || a - b)
}
