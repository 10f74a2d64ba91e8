// Profiles as a graph of the page.
import { costOfLines, sumOfLines } from '../correct/line-costs.ts'
import type { OpProfile } from '../correct/refine.ts'
import { categoryOf } from '../model/category.ts'
import { shownFile } from '../model/file-url.ts'
import { mergeProfiles } from '../model/merge.ts'
import type { Frame } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import type { Sources } from '../source/sources.ts'
import type { Graph, PageFrame, PageSource } from './data.ts'

/** What is known of a function beside its time. */
export interface FrameFacts {
  readonly callsPerOp: number | null
  readonly bytesPerOp: number | null
}

/** How a graph is to be made of profiles. */
export interface GraphRequest {
  readonly id: string
  readonly note: string
  /** What all stack samples together are worth, in the unit. */
  readonly total: number
  readonly unit: Graph['unit']
  /** A file's name as it is shown. */
  shorten(url: string): string
  factsOf(frame: Frame): FrameFacts
  readonly sources: Sources
  /** Whether a file's text may be in the page. */
  mayEmbed(url: string): boolean
}

/** With more stack samples a page could not be opened, or not even be written: V8's longest string is half a GB. */
const MOST_IN_TIME = 2e7

/** One graph of several profiles of the same work. */
export function toGraph(profiles: readonly OpProfile[], request: GraphRequest): Graph {
  const merged = mergeProfiles(profiles.map(({ profile }) => profile))
  const sum = sumOf(merged.sampleUs)
  const scale = sum === 0 ? 0 : request.total / sum
  const isInTime = !merged.isSummed && merged.sampleNode.length <= MOST_IN_TIME
  const samples = isInTime ? merged.sampleNode : new Int32Array(0)
  const weights = isInTime ? merged.sampleUs : new Float32Array(0)
  const crowd = merged.isSummed || isInTime ? '' : '; not shown in time: that would be too much for a page'
  return {
    id: request.id,
    note: request.note + crowd,
    unit: request.unit,
    frames: merged.frames.map((frame, i) => toPageFrame(frame, i === merged.nodeFrame[0], request)),
    sources: heatOfSources(profiles, request, scale),
    nodeCount: merged.nodeFrame.length,
    sampleCount: samples.length,
    diff: null,
    nodeFrame: merged.nodeFrame,
    nodeParent: merged.nodeParent,
    nodeSelf: Float32Array.from(selfTimeByNode(merged), (us) => us * scale),
    sampleNode: samples,
    sampleWeight: weights.map((us) => us * scale),
    nodeSelfBaseline: new Float32Array(0),
  }
}

/** A function as the page has it. */
export function toPageFrame(
  frame: Frame,
  isRoot: boolean,
  { shorten, factsOf }: Pick<GraphRequest, 'shorten' | 'factsOf'>,
): PageFrame {
  const { functionName, line } = frame
  return {
    name: functionName || '(anonymous)',
    file: shownFile(frame, shorten),
    line,
    category: isRoot ? 'program' : categoryOf(frame),
    ...factsOf(frame),
  }
}

function heatOfSources(
  profiles: readonly OpProfile[],
  { shorten, sources, mayEmbed }: GraphRequest,
  scale: number,
): PageSource[] {
  return [...costOfLines(profiles, scale)]
    .sort((a, b) => sumOfLines(b[1]) - sumOfLines(a[1]))
    .flatMap(([url, lines]) => {
      const file = mayEmbed(url) ? sources.file(url) : undefined
      return file === undefined ? [] : [{ file: shorten(url), text: file.text, heat: [...lines] }]
    })
}
