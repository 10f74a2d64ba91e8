// Two profiles of which nothing is known but what is in them: whose self cost moved, and by more than sampling explains.
import type { CallTree, CpuProfile, Frame } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import { nameInPackage } from '../source/packages.ts'
import type { FunctionChange, Version } from './change.ts'
import type { Both } from './side.ts'

/** A function's self cost in one profile, in the profile's unit, and as a part of all. */
export interface SelfCost {
  readonly self: number
  readonly share: number
}

/** A function of either profile. */
export interface MovedFunction extends Both<SelfCost> {
  readonly key: string
  /** As the second profile has it; as the first has it where the second does not. */
  readonly frame: Frame
  /** `new` and `gone` only where that is more than sampling explains. */
  readonly change: FunctionChange
  /** Twice the standard error of the change that sampling alone makes, of self cost and share. */
  readonly noise: SelfCost
  /** Whether self cost, and whether its share, changed by more than that. */
  readonly selfMoved: boolean
  readonly shareMoved: boolean
}

/** Names functions alike in both profiles. */
export type Identify = (version: Version, frame: Frame) => string

/** Functions by file, name and place among those of the same name: lines move, and folders do. */
export function identifyIn(sides: Both<CallTree>): Identify {
  const move = moveOf(sides.baseline, sides.candidate)
  const keys = {
    baseline: keysOf(sides.baseline, move),
    candidate: keysOf(sides.candidate, (url) => url),
  }
  return (version, frame) => keys[version].get(frame) ?? keyOf(frame, (url) => url)
}

function keysOf({ frames }: CallTree, move: (url: string) => string): Map<Frame, string> {
  const namesakes = new Map<string, Frame[]>()
  for (const frame of frames) {
    const key = keyOf(frame, move)
    namesakes.set(key, [...(namesakes.get(key) ?? []), frame])
  }
  return new Map(
    [...namesakes].flatMap(([key, list]) =>
      list
        .sort((a, b) => a.line - b.line || a.column - b.column)
        .map((frame, i) => [frame, i === 0 ? key : `${key} #${i + 1}`] as const),
    ),
  )
}

function keyOf({ functionName, url }: Frame, move: (url: string) => string): string {
  return `${functionName} ${nameInPackage(move(url))}`
}

/** How files of the first profile are called in the second: another checkout lies in another folder. */
function moveOf(baseline: CallTree, candidate: CallTree): (url: string) => string {
  const [old, young] = [filesOf(baseline), filesOf(candidate)]
  const votes = new Map<string, { readonly from: string; readonly to: string; count: number }>()
  for (const url of old) {
    if (young.has(url)) continue
    for (const other of young) {
      if (old.has(other)) continue
      const [from, to] = prefixesOf(url, other)
      if (from === url) continue
      const vote = votes.get(`${from} ${to}`) ?? { from, to, count: 0 }
      vote.count++
      votes.set(`${from} ${to}`, vote)
    }
  }
  const [best] = [...votes.values()].sort((a, b) => b.count - a.count || a.from.length - b.from.length)
  if (best === undefined) return (url) => url
  return (url) => (url.startsWith(best.from) ? best.to + url.slice(best.from.length) : url)
}

/** So many files are compared with so many; those of the largest programs are enough to tell a folder by. */
const MOST_FILES = 500

function filesOf({ frames }: CallTree): Set<string> {
  return new Set(frames.flatMap(({ url }) => (url.startsWith('file:') ? [url] : [])).slice(0, MOST_FILES))
}

/** What is left of two paths without the folders and the name at their ends that are the same. */
function prefixesOf(a: string, b: string): [string, string] {
  let [endOfA, endOfB] = [a.length, b.length]
  for (;;) {
    const [slashA, slashB] = [a.lastIndexOf('/', endOfA - 1), b.lastIndexOf('/', endOfB - 1)]
    if (slashA < 8 || slashB < 8 || a.slice(slashA, endOfA) !== b.slice(slashB, endOfB)) break
    endOfA = slashA
    endOfB = slashB
  }
  return [a.slice(0, endOfA), b.slice(0, endOfB)]
}

/** How many standard errors a change must have. */
const ERRORS = 2

/**
 * Every function with a self cost in either profile: first those of which self cost and share moved, in each part the one whose
 * share changed most first.
 */
export function compareProfiles(sides: Both<CpuProfile>, identify: Identify): MovedFunction[] {
  const costs = {
    baseline: costsOf('baseline', sides.baseline, identify),
    candidate: costsOf('candidate', sides.candidate, identify),
  }
  const keys = new Set([...costs.baseline.byKey.keys(), ...costs.candidate.byKey.keys()])
  return [...keys]
    .map((key) => moveOfFunction(key, costs))
    .sort((a, b) => rank(b) - rank(a) || shareChange(b) - shareChange(a) || (a.key < b.key ? -1 : 1))
}

function rank({ selfMoved, shareMoved }: MovedFunction): number {
  return Number(selfMoved && shareMoved)
}

function shareChange({ baseline, candidate }: MovedFunction): number {
  return Math.abs(candidate.share - baseline.share)
}

interface Costs {
  readonly total: number
  readonly byKey: ReadonlyMap<
    string,
    { readonly frame: Frame; readonly self: number; readonly variance: number }
  >
}

function costsOf(version: Version, profile: CpuProfile, identify: Identify): Costs {
  const self = selfTimeByNode(profile)
  const squares = varianceByNode(profile)
  const byKey = new Map<string, { frame: Frame; self: number; variance: number }>()
  for (const [node, cost] of self.entries()) {
    if (!(cost > 0)) continue
    const frame = profile.frames[profile.nodeFrame[node]!]!
    const key = identify(version, frame)
    const known = byKey.get(key) ?? { frame, self: 0, variance: 0 }
    known.self += cost
    known.variance += squares[node]!
    byKey.set(key, known)
  }
  return { total: sumOf(self), byKey }
}

/**
 * Stack samples fall by chance: the variance of a sum of them is the sum of their squares. Where a file has only sums over
 * stacks, the smallest stands for one sample.
 */
function varianceByNode({ sampleNode, sampleUs, nodeFrame, isSummed }: CpuProfile): Float64Array {
  const smallest = isSummed
    ? sampleUs.reduce((least, us) => (us > 0 && us < least ? us : least), Infinity)
    : 0
  const variance = new Float64Array(nodeFrame.length)
  for (const [i, us] of sampleUs.entries()) variance[sampleNode[i]!]! += us * (isSummed ? smallest : us)
  return variance
}

function moveOfFunction(key: string, costs: Both<Costs>): MovedFunction {
  const [old, young] = [costs.baseline.byKey.get(key), costs.candidate.byKey.get(key)]
  const cost = (found: typeof old, total: number) => ({
    self: found?.self ?? 0,
    share: total > 0 ? (found?.self ?? 0) / total : 0,
  })
  const baseline = cost(old, costs.baseline.total)
  const candidate = cost(young, costs.candidate.total)
  const variance = (scale: Both<number>) =>
    (old?.variance ?? 0) * scale.baseline ** 2 + (young?.variance ?? 0) * scale.candidate ** 2
  const inverse = (total: number) => (total > 0 ? 1 / total : 0)
  const noise = {
    self: ERRORS * Math.sqrt(variance({ baseline: 1, candidate: 1 })),
    share:
      ERRORS *
      Math.sqrt(
        variance({ baseline: inverse(costs.baseline.total), candidate: inverse(costs.candidate.total) }),
      ),
  }
  const selfMoved = Math.abs(candidate.self - baseline.self) > noise.self
  const shareMoved = Math.abs(candidate.share - baseline.share) > noise.share
  const hasMoved = selfMoved || shareMoved
  return {
    key,
    frame: (young ?? old)!.frame,
    baseline,
    candidate,
    change: hasMoved && old === undefined ? 'new' : hasMoved && young === undefined ? 'gone' : 'same',
    noise,
    selfMoved,
    shareMoved,
  }
}
