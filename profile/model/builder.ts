// The one writer of profiles.
import { countUp, FloatColumn, type Id, IdMap, IntColumn, pick } from './columns.ts'
import { type Loss, Losses } from './losses.ts'
import { type CpuProfile, type Frame, META_FRAMES, metaFrame } from './model.ts'
import { FrameTable } from './tree.ts'

/** How often V8 looks unless it is told otherwise, for files that do not say. */
const DEFAULT_INTERVAL_US = 1000
/** Where only counts are known, so many samples in all are written out one by one. */
const MOST_COUNTED = 1e6

const NO_TIME = 'it is no number of microseconds'

/** A profile, and what of its file did not fit together. */
export interface BuiltProfile {
  readonly profile: CpuProfile
  readonly losses: readonly Loss[]
}

/**
 * The only writer of {@link CpuProfile}. Nodes are added with the ids of the foreign format, in any order. Parts that
 * contradict each other are left out and counted; no single one costs the profile.
 */
export class ProfileBuilder {
  readonly losses = new Losses()
  readonly #frames = new FrameTable()
  /** Every id that anything names has a slot; which node is in it is known when the node comes. */
  readonly #slots = new IdMap()
  readonly #nodeInSlot = new IntColumn()
  readonly #nodeFrame = new IntColumn()
  readonly #nodeHits = new FloatColumn()
  readonly #parentOf = new IntColumn()
  readonly #edgeParent = new IntColumn()
  readonly #edgeChild = new IntColumn()
  readonly #namedChild = new IntColumn()
  readonly #namedParent = new IntColumn()
  readonly #sampleSlot = new IntColumn()
  /** Microseconds: since the start by running sum, or on the profiler's own clock. */
  readonly #sampleTime = new FloatColumn()
  readonly #tickNode = new IntColumn()
  readonly #tickLine = new IntColumn()
  readonly #tickCount = new IntColumn()
  #time = 0
  #isAbsolute = false
  /** A stack sample by the id of its node. */
  readonly addSample = (id: Id): void => this.#sampleSlot.push(this.#slotOf(id))

  /** Many at once, `count` of the list. */
  addSamples(ids: Float64Array, count: number): void {
    const slots = this.#sampleSlot
    for (let i = 0; i < count; i++) slots.push(this.#slotOf(ids[i]!))
  }

  get nodeCount(): number {
    return this.#nodeFrame.length
  }

  /** The index of that function, the same for equal ones. */
  internFrame(frame: Frame): number {
    return this.#frames.intern(frame)
  }

  /** The node's number; -1 for an id that is there already. */
  addNode(id: Id, frame: number, hits = 0): number {
    const slot = this.#slotOf(id)
    if (this.#nodeInSlot.at(slot) >= 0) {
      this.losses.add('node', 'another one has the same id')
      return -1
    }
    const node = this.#nodeFrame.length
    this.#nodeInSlot.set(slot, node)
    this.#nodeFrame.push(frame)
    this.#nodeHits.push(hits > 0 ? hits : 0)
    this.#parentOf.push(-1)
    return node
  }

  /** `childId` may name a node that is still to come. */
  addEdge(parent: number, childId: Id): void {
    this.#edgeParent.push(parent)
    this.#edgeChild.push(this.#slotOf(childId))
  }

  /** The other way to tell who calls whom; `parentId` may name a node that is still to come. */
  setParent(node: number, parentId: Id): void {
    this.#namedChild.push(node)
    this.#namedParent.push(this.#slotOf(parentId))
  }

  /** The time of a stack sample: microseconds since the one before, or since the start; may be negative, or a part of one. */
  addDelta(us: number): void {
    this.addDeltas(Float64Array.of(us), 1)
  }

  /** Many at once, `count` of the list. */
  addDeltas(values: Float64Array, count: number): void {
    const times = this.#sampleTime
    let time = this.#time
    for (let i = 0; i < count; i++) {
      const us = values[i]!
      if (us <= Number.MAX_SAFE_INTEGER && us >= -Number.MAX_SAFE_INTEGER) time += us
      else this.losses.add('time delta', NO_TIME, 1, 'taken as 0')
      times.push(time)
    }
    this.#time = time
  }

  /** The other way to tell the time of a stack sample: on the profiler's clock. */
  readonly addTimestamp = (us: number): void => {
    this.#isAbsolute = true
    if (Math.abs(us) <= Number.MAX_SAFE_INTEGER) this.#time = us
    else this.losses.add('time stamp', NO_TIME, 1, 'taken as the one before')
    this.#sampleTime.push(this.#time)
  }

  addTick(node: number, line: number, count: number): void {
    this.#tickNode.push(node)
    this.#tickLine.push(line)
    this.#tickCount.push(count)
  }

  /**
   * A tick that fell into a node that may still be to come.
   * @returns whether the node is there already, as it must be
   */
  addTickAt(id: Id, line: number): boolean {
    const node = this.#nodeInSlot.at(this.#slotOf(id))
    if (node >= 0) this.addTick(node, line, 1)
    return node >= 0
  }

  /** Fits the parts together and puts stack samples in order of time. */
  build(startTimeUs: number, endTimeUs: number): BuiltProfile {
    const tree = this.#buildTree()
    const samples = this.#placeSamples(tree.rank, startTimeUs, endTimeUs)
    const profile: CpuProfile = {
      frames: this.#frames.frames,
      nodeFrame: tree.nodeFrame,
      nodeParent: tree.nodeParent,
      ...samples,
      ticks: {
        node: this.#tickNode.view().map((node) => tree.rank[node]!),
        line: this.#tickLine.view().slice(),
        count: this.#tickCount.view().slice(),
      },
    }
    const sampleCount = Math.max(this.#sampleSlot.length, this.#sampleTime.length)
    const totals = {
      node: this.nodeCount,
      call: this.#edgeChild.length + this.#namedChild.length,
      'stack sample': sampleCount,
      'time delta': sampleCount,
      'time stamp': sampleCount,
    }
    return { profile, losses: this.losses.list(totals) }
  }

  #slotOf(id: Id): number {
    const known = this.#slots.get(id)
    if (known >= 0) return known
    const slot = this.#nodeInSlot.length
    this.#slots.set(id, slot)
    this.#nodeInSlot.push(-1)
    return slot
  }

  /** The tree with one root, and per node its place in there. */
  #buildTree(): Pick<CpuProfile, 'nodeFrame' | 'nodeParent'> & { readonly rank: Int32Array } {
    const parents = this.#resolveParents()
    const order = callersFirst(parents, this.losses)
    const frames = this.#nodeFrame.view()
    const isRoot = (node: number) => {
      const { functionName, line } = this.#frames.frames[frames[node]!]!
      return parents[node]! < 0 && functionName === META_FRAMES.root && line === 0
    }
    const first = order.find(isRoot)
    const nodeFrame = new Int32Array(parents.length + 1)
    const nodeParent = new Int32Array(parents.length + 1)
    const rank = new Int32Array(parents.length)
    nodeFrame[0] = first === undefined ? this.internFrame(metaFrame(META_FRAMES.root)) : frames[first]!
    nodeParent[0] = -1
    let count = 1
    for (const node of order) {
      // All roots are one, and a function without a caller is the root's.
      if (isRoot(node)) continue
      nodeFrame[count] = frames[node]!
      nodeParent[count] = parents[node]! < 0 ? 0 : rank[parents[node]!]!
      rank[node] = count++
    }
    return { nodeFrame: nodeFrame.subarray(0, count), nodeParent: nodeParent.subarray(0, count), rank }
  }

  #resolveParents(): Int32Array {
    const parents = this.#parentOf.view()
    const join = (parent: number, child: number) => {
      if (parent < 0 || child < 0) this.losses.add('call', 'it names a node that is not there')
      else if (parents[child] === parent) return
      else if (parents[child] !== -1) this.losses.add('call', 'its callee has another caller')
      else if (parent === child) this.losses.add('call', 'its callee is its own caller')
      else parents[child] = parent
    }
    const nodeOf = (slot: number) => this.#nodeInSlot.at(slot)
    for (const [i, slot] of this.#edgeChild.view().entries()) join(this.#edgeParent.at(i), nodeOf(slot))
    for (const [i, child] of this.#namedChild.view().entries()) join(nodeOf(this.#namedParent.at(i)), child)
    return parents
  }

  #placeSamples(
    rank: Int32Array,
    startTimeUs: number,
    endTimeUs: number,
  ): Pick<CpuProfile, 'sampleNode' | 'sampleTimeUs' | 'sampleUs'> {
    if (this.#sampleSlot.length === 0) this.#countHits(startTimeUs, endTimeUs)
    if (this.#sampleTime.length === 0) this.#spreadSamples(startTimeUs, endTimeUs)
    const count = Math.min(this.#sampleSlot.length, this.#sampleTime.length)
    this.losses.add('stack sample', 'there is no time for it', this.#sampleSlot.length - count)
    this.losses.add('stack sample', 'there is no stack for its time', this.#sampleTime.length - count)
    // Slots become nodes in place: a large profile has millions of them.
    const nodes = this.#sampleSlot.view().subarray(0, count)
    const times = this.#sampleTime.view().subarray(0, count)
    let lost = 0
    for (let i = 0; i < count; i++) {
      const node = this.#nodeInSlot.at(nodes[i]!)
      nodes[i] = node < 0 ? -1 : rank[node]!
      if (node < 0) lost++
    }
    sortByTime(times, nodes)
    const startUs = this.#isAbsolute ? 0 : startTimeUs
    const samples = {
      sampleNode: nodes,
      sampleTimeUs: times,
      // A file that tells no end ends some usual time after its last sample.
      sampleUs: gapsUntilNext(times, endTimeUs > 0 ? endTimeUs - startUs : Number.POSITIVE_INFINITY),
    }
    // Gaps between times that count from 0 are exact where those since 1970 are not.
    for (let i = 0; i < count; i++) times[i]! += startUs
    this.losses.add('stack sample', 'it names a node that is not there', lost)
    return lost === 0 ? samples : withoutLost(samples)
  }

  /** Very old files, and some of converters, say only how often each node was seen. */
  #countHits(startTimeUs: number, endTimeUs: number): void {
    const hits = this.#nodeHits.view()
    const total = hits.reduce((sum, count) => sum + count, 0)
    if (!(total > 0)) return
    const span = endTimeUs - startTimeUs
    const intervalUs = span > 0 ? span / total : DEFAULT_INTERVAL_US
    const share = Math.min(1, MOST_COUNTED / total)
    const slots = new Int32Array(this.nodeCount)
    for (const [slot, node] of this.#nodeInSlot.view().entries()) if (node >= 0) slots[node] = slot
    this.#sampleTime.length = 0
    this.#time = 0
    this.#isAbsolute = false
    for (const [node, count] of hits.entries()) {
      const written = count > 0 ? Math.max(1, Math.round(count * share)) : 0
      for (let i = 0; i < written; i++) {
        this.#sampleSlot.push(slots[node]!)
        this.#sampleTime.push(this.#time)
        this.#time += (intervalUs * count) / written
      }
    }
  }

  /** Stack samples without times were taken at even distances. */
  #spreadSamples(startTimeUs: number, endTimeUs: number): void {
    const count = this.#sampleSlot.length
    const span = endTimeUs - startTimeUs
    const intervalUs = span > 0 ? span / count : DEFAULT_INTERVAL_US
    for (let i = 0; i < count; i++) this.#sampleTime.push(i * intervalUs)
  }
}

type Samples = Pick<CpuProfile, 'sampleNode' | 'sampleTimeUs' | 'sampleUs'>

/** Without those whose node is not there; nobody else gets their time. */
function withoutLost({ sampleNode, sampleTimeUs, sampleUs }: Samples): Samples {
  const isKept = (_: number, i: number) => sampleNode[i]! >= 0
  return {
    sampleTimeUs: sampleTimeUs.filter(isKept),
    sampleUs: sampleUs.filter(isKept),
    sampleNode: sampleNode.filter((node) => node >= 0),
  }
}

/** See {@link CpuProfile.sampleUs}. */
function gapsUntilNext(times: Float64Array, endTimeUs: number): Float32Array {
  const gaps = new Float32Array(times.length)
  const last = times.length - 1
  for (let i = 0; i < last; i++) gaps[i] = times[i + 1]! - times[i]!
  if (last < 0) return gaps
  const untilEnd = Math.max(0, endTimeUs - times[last]!)
  // A single one stands for all there is; without an end, for what V8 waits.
  if (last === 0)
    gaps[0] = untilEnd > 0 && untilEnd < Number.POSITIVE_INFINITY ? untilEnd : DEFAULT_INTERVAL_US
  else gaps[last] = Math.min(untilEnd, usualGap(gaps.subarray(0, last)))
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
  const order = countUp(times.length).sort((a, b) => times[a]! - times[b]! || a - b)
  times.set(pick(times, order))
  nodes.set(pick(nodes, order))
}

/** Node numbers in an order in which every caller comes before its callees. Circles are cut. */
function callersFirst(parents: Int32Array, losses: Losses): Uint32Array {
  if (parents.every((parent, node) => parent < node)) return countUp(parents.length)
  const depth = new Int32Array(parents.length).fill(UNKNOWN)
  const path: number[] = []
  for (let node = 0; node < parents.length; node++) {
    for (let at = node; at >= 0 && depth[at]! < 0; at = parents[at]!) {
      if (depth[at] === ON_PATH) {
        parents[path.at(-1)!] = -1
        losses.add('call', 'it closes a circle')
        break
      }
      depth[at] = ON_PATH
      path.push(at)
    }
    for (let at = path.pop(); at !== undefined; at = path.pop())
      depth[at] = parents[at]! < 0 ? 0 : depth[parents[at]!]! + 1
  }
  return countUp(parents.length).sort((a, b) => depth[a]! - depth[b]! || a - b)
}

const UNKNOWN = -1
const ON_PATH = -2
