// Continuations, put back under the functions that wait for them.
import { categoryOf } from '../model/category.ts'
import { type CpuProfile, type Frame, isMetaFrame, META_FRAMES, metaFrame } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { type GrowingTree, pathTo, sumOverCallees } from '../model/tree.ts'
import { CallGraph } from '../source/call-graph.ts'
import type { SourceFunction } from '../source/source-functions.ts'
import type { Sources } from '../source/sources.ts'
import { type Regrown, regrow } from './regrow.ts'
import { Spread } from './spread.ts'

/** Stands between a continuation and its caller, which was no longer on the stack. */
const STITCH = metaFrame(META_FRAMES.await)

/** Whether a frame is such a mark, and no function. */
export function isStitch(frame: Frame): boolean {
  return isMetaFrame(frame, STITCH.functionName)
}

/** Where a node went: one place, or several that its stack samples and ticks are dealt out to. */
interface Places {
  readonly nodes: readonly number[]
  readonly samples: Spread | undefined
  readonly ticks: Spread | undefined
}

/**
 * After an `await` the callers are gone from the stack: such functions stand beside the op's own. Where exact counts know
 * everybody who calls them, they go below these, in proportion to the calls, with `(await)` between. Self times stay as they
 * are, and so does what nobody knows.
 */
export function stitchContinuations(profile: CpuProfile, sources: Sources, rootName: string): Regrown {
  const { frames, nodeFrame, nodeParent, sampleNode, sampleUs, ticks } = profile
  const functions = frames.map((frame) => (isOwnCode(frame) ? sources.functionOf(frame) : undefined))
  const graph = CallGraph.of(sources)
  const tops = findTops(profile)
  const entries = new EntryPaths(profile, functions, tops)
  const places: Places[] = []
  const place = (tree: GrowingTree, node: number): Places => {
    const frame = nodeFrame[node]!
    const above = places[nodeParent[node]!]
    if (above === undefined) return { nodes: [0], samples: undefined, ticks: undefined }
    const fn = functions[frame]
    const ways = fn === undefined || tops[node] === 0 ? [] : findWays(fn, graph)
    if (ways.length === 0) return { ...above, nodes: above.nodes.map((at) => tree.child(at, frame)) }
    const shares = ways.map(({ share }, i) => ({ node: i, share }))
    return {
      nodes: ways.map(({ functions }) =>
        tree.child(tree.child(entries.walk(tree, functions), tree.frames.intern(STITCH)), frame),
      ),
      samples: new Spread(shares),
      ticks: new Spread(shares),
    }
  }
  return regrow(
    profile,
    rootName,
    (tree, node) => {
      places[node] = place(tree, node)
      return places[node].nodes[0]!
    },
    (sample) => {
      const { nodes, samples } = places[sampleNode[sample]!]!
      return nodes[samples?.next(sampleUs[sample]!) ?? 0]!
    },
    (tick) => {
      const { nodes, ticks: spread } = places[ticks.node[tick]!]!
      return nodes[spread?.next(ticks.count[tick]!) ?? 0]!
    },
  )
}

function isOwnCode(frame: Frame): boolean {
  const category = categoryOf(frame)
  return category === 'app' || category === 'dependency'
}

/** Per node, whether it is of the program's own code and none of its callers is. */
function findTops({ frames, nodeFrame, nodeParent }: CpuProfile): Uint8Array {
  const isOwn = frames.map(isOwnCode)
  const isBelow = new Uint8Array(nodeFrame.length)
  return Uint8Array.from(nodeFrame, (frame, node) => {
    const parent = nodeParent[node]!
    const hasOwnAbove = parent > 0 && (isBelow[parent] === 1 || isOwn[nodeFrame[parent]!]!)
    isBelow[node] = hasOwnAbove ? 1 : 0
    return node > 0 && isOwn[frame] && !hasOwnAbove ? 1 : 0
  })
}

/** The functions from the one that the op begins with to one that waits, and their part of the calls of what goes on. */
interface Way {
  readonly functions: readonly SourceFunction[]
  readonly share: number
}

/** More ways than this to one function are none. */
const MOST_WAYS = 8
const LONGEST_WAY = 40

/** All ways to those who call a function; none where somebody on the way is not known, or there are too many. */
function findWays(fn: SourceFunction, graph: CallGraph): readonly Way[] {
  const ways = waysAbove(fn, graph, [fn])
  return ways.length > MOST_WAYS ? [] : ways
}

function waysAbove(fn: SourceFunction, graph: CallGraph, below: readonly SourceFunction[]): Way[] {
  // Who goes round in a circle came into it from outside.
  const callers = graph.callersOf(fn).filter((caller) => !below.includes(caller.fn))
  const all = callers.reduce((sum, { times }) => sum + times, 0)
  if (below.length > LONGEST_WAY || callers.length > MOST_WAYS) return []
  return callers.flatMap(({ fn: caller, times }) => {
    const above = waysAbove(caller, graph, [...below, caller])
    const ways = above.length === 0 ? [{ functions: [], share: 1 }] : above
    return ways.map(({ functions, share }) => ({
      functions: [...functions, caller],
      share: (share * times) / all,
    }))
  })
}

/** Where the functions that an op begins with are in the tree. */
class EntryPaths {
  readonly #profile: CpuProfile
  /** By function the heaviest node of those that have no code of the program above them. */
  readonly #nodes = new Map<SourceFunction, number>()
  readonly #frames = new Map<SourceFunction, Frame>()

  constructor(profile: CpuProfile, functions: readonly (SourceFunction | undefined)[], tops: Uint8Array) {
    this.#profile = profile
    const totals = sumOverCallees(profile, selfTimeByNode(profile))
    for (const [i, fn] of functions.entries()) if (fn !== undefined) this.#frames.set(fn, profile.frames[i]!)
    for (const [node, frame] of profile.nodeFrame.entries()) {
      const fn = tops[node] === 1 ? functions[frame] : undefined
      if (fn === undefined) continue
      const known = this.#nodes.get(fn)
      if (known === undefined || totals[node]! > totals[known]!) this.#nodes.set(fn, node)
    }
  }

  /** The node of the last of these functions, each called by the one before. */
  walk(tree: GrowingTree, way: readonly SourceFunction[]): number {
    const { nodeFrame, nodeParent } = this.#profile
    const [entry, ...rest] = way
    const known = this.#nodes.get(entry!)
    // Too short to have been seen, it was called by the op itself.
    const path = known === undefined ? [] : pathTo(nodeParent, known).slice(1)
    const start =
      known === undefined
        ? tree.child(0, tree.frames.intern(this.#frameOf(entry!)))
        : path.reduce((at, node) => tree.child(at, nodeFrame[node]!), 0)
    return rest.reduce((at, fn) => tree.child(at, tree.frames.intern(this.#frameOf(fn))), start)
  }

  #frameOf(fn: SourceFunction): Frame {
    const { name, url, startLine: line, startColumn: column } = fn
    return this.#frames.get(fn) ?? { functionName: name, url, line, column }
  }
}
