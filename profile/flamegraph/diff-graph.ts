// Both versions of a scenario in one graph.
import type { FunctionChange, Version } from '../blame/change.ts'
import { costOfLines } from '../correct/line-costs.ts'
import type { OpProfile } from '../correct/refine.ts'
import { mergeProfiles } from '../model/merge.ts'
import { type CpuProfile, type Frame, metaFrame } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import { GrowingTree } from '../model/tree.ts'
import type { Sources } from '../source/sources.ts'
import type { BlameRow, FrameDiff, Graph, GraphDiff, PageFrame } from './data.ts'
import { type DiffFile, sourcesOfBoth } from './diff-sources.ts'
import { type FrameFacts, toPageFrame } from './graph.ts'

/** One version's profiles, and how its functions and files are shown. */
export interface DiffSide {
  readonly profiles: readonly OpProfile[]
  readonly sources: Sources
  /** What all stack samples together are worth, in the unit. */
  readonly total: number
  /** A file's name as it is shown: equal for the same file of both versions. */
  shorten(url: string): string
  factsOf(frame: Frame): FrameFacts
  /** Whether a file's text may be in the page. */
  mayEmbed(url: string): boolean
}

/** Who is blamed; functions by their keys. */
export interface BlameRequest extends Pick<GraphDiff, 'sentence' | 'unexplained'> {
  readonly rows: readonly (Omit<BlameRow, 'frame'> & { readonly key: string })[]
}

/** How a graph of two versions is to be made. */
export interface DiffRequest extends Pick<Graph, 'id' | 'note' | 'unit'> {
  /** Names of the versions, for people. */
  readonly names: Readonly<Record<Version, string>>
  /** A key that is equal for the same function of both versions, renamed and moved ones too; never asked for a root. */
  identify(side: Version, frame: Frame): string
  diffOf(key: string): { readonly change: FunctionChange; readonly noise: number }
  readonly blame: BlameRequest
  /** `[line, executions per op]` of a file; without it the page shows no counts. */
  countsOf?(side: Version, url: string): readonly (readonly [number, number])[]
}

/**
 * One graph of two versions of the same work: a function by the same path of callers is one node, with what it cost in
 * either version. A function is shown as the version after has it, one that is gone as the version before had it.
 */
export function toDiffGraph(baseline: DiffSide, candidate: DiffSide, request: DiffRequest): Graph {
  const sides = {
    baseline: mergeSide('baseline', baseline, request),
    candidate: mergeSide('candidate', candidate, request),
  }
  const tree = new GrowingTree(metaFrame(''))
  const placed = { candidate: graft(tree, sides.candidate), baseline: graft(tree, sides.baseline) }
  const { frames: entries, nodeFrame, nodeParent } = tree.build()
  const keys = entries.map(({ functionName }) => functionName)
  const frameOf = new Map(keys.map((key, i) => [key, i] as const).slice(1))
  const shown = keys.map((key, i) => showFrame(i === 0 ? undefined : key, sides, request))
  const { sentence, unexplained, rows } = request.blame
  const blame = rows.map(({ key, ...row }) => ({ ...row, frame: frameOf.get(key) ?? -1 }))
  return {
    id: request.id,
    note: request.note,
    unit: request.unit,
    frames: shown.map(({ frame }) => frame),
    sources: sourcesOfBoth(filesOf(sides.baseline), filesOf(sides.candidate), filesToShow(shown)),
    nodeCount: nodeFrame.length,
    sampleCount: 0,
    diff: {
      baseline: request.names.baseline,
      candidate: request.names.candidate,
      totalBaseline: baseline.total,
      totalCandidate: candidate.total,
      frames: shown.map(({ diff }) => diff),
      sentence,
      blame,
      unexplained,
    },
    nodeFrame,
    nodeParent,
    nodeSelf: selfCosts(sides.candidate, placed.candidate, nodeFrame.length),
    sampleNode: new Int32Array(0),
    sampleWeight: new Float32Array(0),
    nodeSelfBaseline: selfCosts(sides.baseline, placed.baseline, nodeFrame.length),
  }
}

/** One version's profiles as one, its functions by key. */
interface MergedSide extends DiffSide {
  readonly merged: CpuProfile
  /** Parallel to the merged profile's frames; undefined for the root. */
  readonly keys: readonly (string | undefined)[]
  /** The frame of each key that is shown. */
  readonly frames: ReadonlyMap<string, Frame>
  /** What a microsecond of the profiles is worth, in the unit. */
  readonly scale: number
  countsOf(url: string): readonly (readonly [number, number])[] | undefined
}

function mergeSide(name: Version, side: DiffSide, { identify, countsOf }: DiffRequest): MergedSide {
  const merged = mergeProfiles(side.profiles.map(({ profile }) => profile))
  const root = merged.nodeFrame[0]
  const keys = merged.frames.map((frame, i) => (i === root ? undefined : identify(name, frame)))
  const frames = new Map<string, Frame>()
  for (const [i, key] of keys.entries()) {
    if (key === undefined) continue
    const known = frames.get(key)
    // Where V8 inlined a function here and not there, the one that it did not is shown.
    if (known === undefined || known.isInlined) frames.set(key, merged.frames[i]!)
  }
  const sum = sumOf(merged.sampleUs)
  const scale = sum === 0 ? 0 : side.total / sum
  return { ...side, merged, keys, frames, scale, countsOf: (url) => countsOf?.(name, url) }
}

/** Self costs by node of the tree that holds both versions. */
function selfCosts({ merged, scale }: MergedSide, placed: Int32Array, nodeCount: number): Float32Array {
  const costs = new Float64Array(nodeCount)
  for (const [node, us] of selfTimeByNode(merged).entries()) costs[placed[node]!]! += us * scale
  return Float32Array.from(costs)
}

/** Adds a version's nodes to the tree, whose functions are keys; per node of the version the one of the tree. */
function graft(tree: GrowingTree, { merged, keys }: MergedSide): Int32Array {
  const { nodeFrame, nodeParent } = merged
  const placed = new Int32Array(nodeFrame.length)
  for (let node = 1; node < nodeFrame.length; node++) {
    const key = keys[nodeFrame[node]!]
    const parent = placed[nodeParent[node]!]!
    // Line 1 tells a function whose key is empty from the root.
    placed[node] =
      key === undefined ? parent : tree.child(parent, tree.frames.intern({ ...metaFrame(key), line: 1 }))
  }
  return placed
}

interface Shown {
  readonly frame: PageFrame
  readonly diff: FrameDiff
}

/** @param key undefined for the root, which both versions have */
function showFrame(
  key: string | undefined,
  { baseline, candidate }: Readonly<Record<Version, MergedSide>>,
  { diffOf }: DiffRequest,
): Shown {
  const { change, noise } = key === undefined ? { change: 'same' as const, noise: 0 } : diffOf(key)
  const [old, young] = [showIn(baseline, key), showIn(candidate, key)]
  const frame = young ?? old!
  // Who is not there is not called. That nobody saw it does not mean that it was not there.
  const factsWithout = ({ callsPerOp, bytesPerOp }: FrameFacts, isAbsent: boolean): FrameFacts => ({
    callsPerOp: isAbsent && callsPerOp !== null ? 0 : null,
    bytesPerOp: isAbsent && bytesPerOp !== null ? 0 : null,
  })
  const factsBaseline = old ?? factsWithout(frame, change === 'new')
  return {
    frame: young ?? { ...frame, ...factsWithout(frame, change === 'gone') },
    diff: {
      change,
      callsBaseline: factsBaseline.callsPerOp,
      bytesBaseline: factsBaseline.bytesPerOp,
      placeBaseline: old === undefined || old.file === '' ? '' : formatPlace(old),
      noise,
    },
  }
}

/** A function as one version has it; undefined where that version has none. */
function showIn(side: MergedSide, key: string | undefined): PageFrame | undefined {
  const { merged, frames } = side
  const frame = key === undefined ? merged.frames[merged.nodeFrame[0]!] : frames.get(key)
  return frame && toPageFrame(frame, key === undefined, side)
}

function formatPlace({ file, line }: PageFrame): string {
  return line === 0 ? file : `${file}:${line}`
}

/** A version's files by the name that is shown: those of its functions, and those that lines were hot in. */
function filesOf(side: MergedSide): ReadonlyMap<string, DiffFile> {
  const heat = costOfLines(side.profiles, side.scale)
  const urls = new Set([...heat.keys(), ...side.merged.frames.map(({ url }) => url)])
  return new Map(
    [...urls].map((url) => [
      side.shorten(url),
      {
        heat: heat.get(url),
        read: () => (side.mayEmbed(url) ? side.sources.file(url)?.text : undefined),
        counts: () => side.countsOf(url),
      },
    ]),
  )
}

/** Names of the files of functions that are not the same in both versions: they are shown although no line was hot. */
function filesToShow(shown: readonly Shown[]): ReadonlySet<string> {
  const changed = shown.filter(({ diff }) => diff.change !== 'same')
  return new Set(changed.flatMap(({ frame, diff }) => [frame.file, diff.placeBaseline.replace(/:\d+$/, '')]))
}
