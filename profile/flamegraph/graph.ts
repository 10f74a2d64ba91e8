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

/** One graph of several profiles of the same work. */
export function toGraph(profiles: readonly OpProfile[], request: GraphRequest): Graph {
  const merged = mergeProfiles(profiles.map(({ profile }) => profile))
  const sum = sumOf(merged.sampleUs)
  const scale = sum === 0 ? 0 : request.total / sum
  const samples = merged.isSummed ? new Int32Array(0) : merged.sampleNode
  return {
    id: request.id,
    note: request.note,
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
    sampleWeight: Float32Array.from(samples, (_, i) => merged.sampleUs[i]! * scale),
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
