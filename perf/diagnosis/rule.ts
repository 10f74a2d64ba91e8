// What a rule is, and the questions that several rules ask of evidence.
import { sumOf } from '../../profile/model/sum.ts'
import type { CostPart, EvidenceFrame, OpEvidence, Place, WrittenAwait, WrittenCall } from './evidence.ts'
import type { FindingCode } from './finding.ts'

/** One known way in which an op costs more than it should. */
export interface Rule {
  readonly code: FindingCode
  /** Of the op; what costs less is nobody's illness. */
  readonly leastShare: number
  /** What of this kind there is, each in its place. */
  find(evidence: OpEvidence): readonly CostPart[]
}

/** Time of certain functions with all that they call, but for the program's own code that they call back. */
export interface TimeUnder {
  /** The outermost of them. */
  readonly entry: EvidenceFrame
  /** The program's function that called it; undefined where the engine did. */
  readonly caller: EvidenceFrame | undefined
  readonly ns: number
}

/**
 * Time of the functions that match, by entry and caller, the most first. Each moment counts once.
 * @param isBack whether a function that they call is somebody else's; by default all of the program's own are
 */
export function timeUnder(
  evidence: OpEvidence,
  matches: (frame: EvidenceFrame) => boolean,
  isBack: (frame: EvidenceFrame) => boolean = isOwnCode,
): TimeUnder[] {
  const { frames, nodeFrame, nodeParent, nodeNs } = evidence
  const entries: (number | undefined)[] = []
  const callers: (number | undefined)[] = []
  const sums = new Map<string, { entry: number; caller: number | undefined; ns: number }>()
  for (const [node, frame] of nodeFrame.entries()) {
    const parent = nodeParent[node]!
    callers[node] = parent > 0 && isOwnCode(frames[nodeFrame[parent]!]!) ? nodeFrame[parent] : callers[parent]
    const inherited = isBack(frames[frame]!) ? undefined : entries[parent]
    entries[node] = inherited ?? (node > 0 && matches(frames[frame]!) ? node : undefined)
    const entry = entries[node]
    if (entry === undefined) continue
    const [of, by] = [nodeFrame[entry]!, callers[entry]]
    const known = sums.get(`${of}:${by}`) ?? { entry: of, caller: by, ns: 0 }
    known.ns += nodeNs[node]!
    sums.set(`${of}:${by}`, known)
  }
  return [...sums.values()]
    .map(({ entry, caller, ns }) => ({
      entry: frames[entry]!,
      caller: caller === undefined ? undefined : frames[caller],
      ns,
    }))
    .sort((a, b) => b.ns - a.ns)
}

function isOwnCode({ category }: EvidenceFrame): boolean {
  return category === 'app' || category === 'dependency'
}

/** Collections, whoever pays for them. */
export function gcTime({ frames, nodeFrame, nodeNs }: OpEvidence): number {
  return sumOf(nodeNs.map((ns, node) => (frames[nodeFrame[node]!]!.category === 'gc' ? ns : 0)))
}

/** What lines cost by themselves, without what they call. */
export function timeOfLines(
  { lines }: OpEvidence,
  { file }: Pick<Place, 'file'>,
  { line, endLine = line }: { readonly line: number; readonly endLine?: number },
): number {
  const inside = lines.filter((cost) => cost.file === file && line <= cost.line && cost.line <= endLine)
  return sumOf(inside.map(({ ns }) => ns))
}

/** Something that stands in a function. */
export interface Site<T> {
  readonly frame: EvidenceFrame
  readonly site: T
}

/** The calls that fit, with the functions that they stand in; each once, however often its function is on a stack. */
export function callSites({ frames }: OpEvidence, fits: (site: WrittenCall) => boolean): Site<WrittenCall>[] {
  return frames.flatMap((frame) => frame.calls.filter(fits).map((site) => ({ frame, site })))
}

export function awaitSites({ frames }: OpEvidence): Site<WrittenAwait>[] {
  return frames.flatMap((frame) => frame.awaits.map((site) => ({ frame, site })))
}

/** Where a function calls another one, as far as it says its name; else where it begins. */
export function placeOfCall(caller: EvidenceFrame | undefined, name: string): Place {
  if (caller === undefined) return NOWHERE
  const site = caller.calls.find(({ callee }) => lastPart(callee) === name)
  return { ...placeOf(caller), line: site?.line ?? caller.line }
}

export function placeOf({ functionName, file, line }: Place): Place {
  return { functionName, file, line }
}

const NOWHERE: Place = { functionName: '', file: '', line: 0 }

/** `find` of `customers.find`. */
export function lastPart(callee: string): string {
  return callee.split('.').at(-1)!
}
