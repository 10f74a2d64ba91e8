// OpEvidence from a scenario's profile pass: its stacks as one small tree, with what is known of each function on them.

import { costOfLines } from '../../profile/correct/line-costs.ts'
import { isStitch } from '../../profile/correct/stitch.ts'
import { categoryOf } from '../../profile/model/category.ts'
import { workspaceUrl } from '../../profile/model/file-url.ts'
import { mergeProfiles } from '../../profile/model/merge.ts'
import type { CpuProfile, Frame } from '../../profile/model/model.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { sumOverCallees } from '../../profile/model/tree.ts'
import type { SourceFunction } from '../../profile/source/source-functions.ts'
import { mapLine, SourceMaps } from '../../profile/source/source-map.ts'
import type { Sources } from '../../profile/source/sources.ts'
import type { WatchedFork } from '../profiling/fork.ts'
import { frameFacts } from '../profiling/hot-functions.ts'
import type { ScenarioProfile } from '../profiling/pass.ts'
import type { OpTime } from '../profiling/summary.ts'
import { type FunctionSites, readSites } from './code-sites.ts'
import type { DeoptEvidence, EvidenceFrame, LineCost, OpEvidence, WatchedEvidence } from './evidence.ts'

/** Stacks of a smaller share of the op say nothing. */
const LEAST_SHARE = 0.004

/** @param root the folder that paths are told from */
export function collectEvidence(
  { profiles, counted, sources, watched }: ScenarioProfile,
  { kind, busyNs, waitingNs }: OpTime,
  root: string,
): OpEvidence {
  const merged = mergeProfiles(profiles.map(({ profile }) => profile))
  const self = selfTimeByNode(merged)
  const scale = busyNs / Math.max(1, sumOf(self))
  const pruned = prune(merged, self)
  const factsOf = frameFacts(counted, sources)
  const sites = new SiteReader(sources, counted?.ops.calls)
  return {
    kind,
    nsPerOp: busyNs + waitingNs,
    waitingNs,
    frames: pruned.frames.map((frame): EvidenceFrame => {
      const { callsPerOp, bytesPerOp } = factsOf(frame)
      return {
        functionName: frame.functionName || '(anonymous)',
        file: workspaceUrl(frame.url, root),
        line: frame.line,
        category: categoryOf(frame),
        callsPerOp,
        bytesPerOp,
        ...sites.of(frame),
      }
    }),
    nodeFrame: pruned.nodeFrame,
    nodeParent: pruned.nodeParent,
    nodeNs: pruned.nodeUs.map((us) => us * scale),
    lines: [...costOfLines(profiles, scale)].flatMap(([url, costs]) =>
      [...costs]
        .filter(([, ns]) => ns >= LEAST_SHARE * busyNs)
        .map(([line, ns]): LineCost => ({ file: workspaceUrl(url, root), line, ns })),
    ),
    watched: watched && locateWatched(watched, pruned.frames, sources),
  }
}

interface Pruned {
  readonly frames: readonly Frame[]
  readonly nodeFrame: readonly number[]
  readonly nodeParent: readonly number[]
  readonly nodeUs: readonly number[]
}

/** Without what is hardly ever seen (who calls that pays for it), and without the marks above what went on after an `await`. */
function prune(profile: CpuProfile, self: Float64Array): Pruned {
  const totals = sumOverCallees(profile, self)
  const least = LEAST_SHARE * totals[0]!
  const placed = new Int32Array(totals.length)
  const frameIds = new Map<number, number>()
  const [nodeFrame, nodeParent, nodeUs]: [number[], number[], number[]] = [[], [], []]
  for (const [node, total] of totals.entries()) {
    const parent = profile.nodeParent[node]!
    if (node > 0 && (total < least || isStitch(profile.frames[profile.nodeFrame[node]!]!))) {
      placed[node] = placed[parent]!
      nodeUs[placed[node]]! += self[node]!
      continue
    }
    const frame = profile.nodeFrame[node]!
    if (!frameIds.has(frame)) frameIds.set(frame, frameIds.size)
    placed[node] = nodeFrame.push(frameIds.get(frame)!) - 1
    nodeParent.push(parent < 0 ? -1 : placed[parent]!)
    nodeUs.push(self[node]!)
  }
  return {
    frames: [...frameIds.keys()].map((frame) => profile.frames[frame]!),
    nodeFrame,
    nodeParent,
    nodeUs,
  }
}

const NONE: FunctionSites = { calls: [], awaits: [] }

/** What stands in functions, by the lines of their authors. */
class SiteReader {
  readonly #sources: Sources
  readonly #countedOps: number | undefined
  readonly #maps: SourceMaps
  readonly #byFile = new Map<string, ReadonlyMap<SourceFunction, FunctionSites>>()

  constructor(sources: Sources, countedOps: number | undefined) {
    this.#sources = sources
    this.#maps = new SourceMaps(sources.scripts)
    this.#countedOps = countedOps
  }

  of(frame: Frame): FunctionSites {
    const fn = this.#countedOps === undefined || frame.isInlined ? undefined : this.#sources.functionOf(frame)
    if (fn === undefined || fn.isTopLevel) return NONE
    const sites = this.#read(fn.url).get(fn)
    if (sites === undefined) return NONE
    const shown = (line: number) => mapLine(fn.url, line, this.#maps).line
    return {
      calls: sites.calls.map((site) => ({ ...site, line: shown(site.line), endLine: shown(site.endLine) })),
      awaits: sites.awaits.map((site) => ({ ...site, line: shown(site.line) })),
    }
  }

  #read(url: string): ReadonlyMap<SourceFunction, FunctionSites> {
    const known = this.#byFile.get(url) ?? readSites(this.#sources.file(url)!, this.#countedOps!)
    this.#byFile.set(url, known)
    return known
  }
}

/** What was told of lines, as it is about functions that are on the stacks. */
function locateWatched(
  { deopts, megamorphic, repeats, loopDelayNs }: WatchedFork,
  frames: readonly Frame[],
  sources: Sources,
): WatchedEvidence {
  const byFunction = new Map(frames.map((frame, i) => [sources.functionOf(frame), i]))
  const frameAt = (url: string, line: number) => {
    const found = sources
      .file(url)
      ?.functionsOnLine(line)
      .map((fn) => byFunction.get(fn))
    return found?.find((frame) => frame !== undefined)
  }
  const told = new Map<string, DeoptEvidence>()
  for (const { url, line, reason } of deopts) {
    const frame = frameAt(url, line)
    if (frame === undefined) continue
    const times = (told.get(`${frame}:${line}:${reason}`)?.times ?? 0) + 1
    told.set(`${frame}:${line}:${reason}`, { frame, line, reason, times })
  }
  return {
    deopts: [...told.values()],
    megamorphic: megamorphic.flatMap(({ url, ...place }) => {
      const frame = frameAt(url, place.line)
      return frame === undefined ? [] : [{ frame, ...place }]
    }),
    repeats,
    loopDelayNs,
  }
}
