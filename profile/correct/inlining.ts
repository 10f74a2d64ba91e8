// Self time of inlined code, given to the function that owns its lines.
import { type CpuProfile, type Frame, META_FRAMES } from '../model/model.ts'
import { sumOf } from '../model/sum.ts'
import type { SourceFunction } from '../source/source-functions.ts'
import type { Sources } from '../source/sources.ts'
import type { PlacedProfile, TickPlace } from './lines.ts'
import { regrow } from './regrow.ts'
import { Spread } from './spread.ts'

/**
 * On Node 20 to 24 all self time of an inlined function is given to the function it was inlined into; the ticks still
 * tell its lines. Every tick whose line belongs to another function than its node's goes to a new node below that one,
 * named after the line's owner, with its part of the node's stack samples. What cannot be known is labelled:
 * `(inlined into f)`. On Node 26, which gives inlined functions nodes of their own, nothing is left to move.
 */
export function expandInlined({ profile, places }: PlacedProfile, sources: Sources): PlacedProfile {
  const owners = new OwnerFinder(profile.frames, sources)
  const shares = findShares(profile, places, owners)
  const own = new Int32Array(profile.nodeFrame.length)
  const spread = new Map<number, Spread>()
  const { profile: expanded } = regrow(
    profile,
    META_FRAMES.root,
    (tree, node, parent) => {
      own[node] = profile.nodeParent[node]! < 0 ? 0 : tree.child(parent, profile.nodeFrame[node]!)
      const parts = shares.get(node)
      if (parts !== undefined) {
        const targets = [...parts].map(([frame, share]) => ({
          node: frame === undefined ? own[node]! : tree.child(own[node]!, tree.frames.intern(frame)),
          share,
        }))
        spread.set(own[node]!, new Spread(targets))
      }
      return own[node]!
    },
    (sample, node) => spread.get(node)?.next(profile.sampleUs[sample]!) ?? node,
  )
  return moveTicks({ profile, places }, expanded, own, owners)
}

type Owner = Frame | undefined

/** Per node with ticks of others: which part of its stack samples belongs to whom; `undefined` is the node itself. */
function findShares(
  { ticks, nodeFrame }: CpuProfile,
  places: readonly TickPlace[],
  owners: OwnerFinder,
): Map<number, Map<Owner, number>> {
  const counts = new Map<number, Map<Owner, number>>()
  for (const [i, place] of places.entries()) {
    const node = ticks.node[i]!
    const owner = owners.ownerOf(nodeFrame[node]!, place)
    const ofNode = counts.get(node) ?? new Map<Owner, number>()
    ofNode.set(owner, (ofNode.get(owner) ?? 0) + ticks.count[i]!)
    counts.set(node, ofNode)
  }
  for (const [node, ofNode] of counts) {
    if (ofNode.size === 1 && ofNode.has(undefined)) {
      counts.delete(node)
      continue
    }
    const sum = sumOf(ofNode.values())
    for (const [owner, count] of ofNode) ofNode.set(owner, count / sum)
  }
  return counts
}

/** Whose line it is. */
class OwnerFinder {
  readonly #frames: readonly Frame[]
  readonly #sources: Sources
  readonly #functionOfFrame: (SourceFunction | undefined)[]
  readonly #frameOfFunction = new Map<SourceFunction, Frame>()
  readonly #unknown = new Map<number, Frame>()
  readonly #known = new Map<string, Owner>()

  constructor(frames: readonly Frame[], sources: Sources) {
    this.#frames = frames
    this.#sources = sources
    this.#functionOfFrame = frames.map((frame) => sources.functionOf(frame))
    for (const [i, owner] of this.#functionOfFrame.entries()) {
      if (owner !== undefined && !owner.isTopLevel) this.#frameOfFunction.set(owner, frames[i]!)
    }
  }

  /** The function that owns the place of a tick; undefined for the frame's own. */
  ownerOf(frame: number, place: TickPlace): Owner {
    const key = `${frame}:${place.kind}:${'url' in place ? place.url : ''}:${'line' in place ? place.line : 0}`
    if (!this.#known.has(key)) this.#known.set(key, this.#find(frame, place))
    return this.#known.get(key)
  }

  #find(frame: number, place: TickPlace): Owner {
    const own = this.#functionOfFrame[frame]
    const { url } = this.#frames[frame]!
    if (place.kind === 'node') return url.startsWith('file:') ? this.#labelled(frame) : undefined
    // A line of another file is another function's, even where nothing is known of this one.
    const isElsewhere = place.kind === 'file' && place.url !== url
    if (own === undefined && !isElsewhere) return undefined
    const candidates =
      this.#sources.file(place.kind === 'file' ? place.url : url)?.functionsOnLine(place.line) ?? []
    if (own !== undefined && candidates.includes(own)) return undefined
    const functions = candidates.filter(({ isTopLevel, calls }) => !isTopLevel && calls > 0)
    if (functions.length === 1) return this.#frameOf(functions[0]!)
    if (place.kind === 'unknown' && own !== undefined && isWithin(place.line, own)) return undefined
    return this.#labelled(frame)
  }

  #frameOf(owner: SourceFunction): Frame {
    const known = this.#frameOfFunction.get(owner)
    if (known !== undefined) return known
    const frame: Frame = {
      functionName: owner.name,
      url: owner.url,
      line: owner.startLine,
      column: owner.startColumn,
    }
    this.#frameOfFunction.set(owner, frame)
    return frame
  }

  /** Some function that was inlined into this one, and nobody knows which. */
  #labelled(frame: number): Frame {
    const { functionName, url, line, column } = this.#frames[frame]!
    const label = this.#unknown.get(frame) ?? {
      functionName: `(inlined into ${functionName || '(anonymous)'})`,
      url,
      line,
      column,
      isInlined: true,
    }
    this.#unknown.set(frame, label)
    return label
  }
}

function isWithin(line: number, { startLine, endLine }: SourceFunction): boolean {
  return line >= startLine && line <= endLine
}

/** Gives each tick to the node of its owner. */
function moveTicks(
  { profile, places }: PlacedProfile,
  expanded: CpuProfile,
  own: Int32Array,
  owners: OwnerFinder,
): PlacedProfile {
  const childOf = new Map<string, number>()
  for (const [node, parent] of expanded.nodeParent.entries()) {
    childOf.set(`${parent}:${expanded.nodeFrame[node]}`, node)
  }
  const frameIds = new Map(expanded.frames.map((frame, i) => [frame, i]))
  const nodes = Int32Array.from(places, (place, i) => {
    const old = profile.ticks.node[i]!
    const owner = owners.ownerOf(profile.nodeFrame[old]!, place)
    if (owner === undefined) return own[old]!
    return childOf.get(`${own[old]}:${frameIds.get(owner)}`) ?? own[old]!
  })
  return { profile: { ...expanded, ticks: { ...profile.ticks, node: nodes } }, places }
}
