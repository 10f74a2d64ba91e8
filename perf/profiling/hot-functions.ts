// The functions of an op, with time, calls and bytes.
import { isStitch } from '../../profile/correct/stitch.ts'
import { type Category, categoryOf } from '../../profile/model/category.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import { toHeapTree } from '../../profile/model/heap.ts'
import type { CpuProfile, Frame } from '../../profile/model/model.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import type { SourceFunction } from '../../profile/source/source-functions.ts'
import type { Sources } from '../../profile/source/sources.ts'
import { centreInterval, type Interval } from '../stats/interval.ts'
import type { CountedFork } from './fork.ts'

/** What one function costs an op. */
export interface HotFunction {
  readonly functionName: string
  readonly url: string
  /** From 1; 0 where there is none. */
  readonly line: number
  readonly column: number
  readonly category: Category
  /** Share of the op's time, 0 to 1, over the profiles. */
  readonly selfShare: Interval
  readonly selfNsPerOp: Interval
  /** With callees; after an `await` as far as exact counts know who waits. */
  readonly totalNsPerOp: Interval
  /** Exact; null where the function's source is not known. */
  readonly callsPerOp: number | null
  /** Sampled; null where nothing was sampled. */
  readonly allocatedBytesPerOp: number | null
}

/** Below this share a function is not listed: a stack sample or two. */
const LEAST_SHARE = 0.002
const MOST_FUNCTIONS = 60

/**
 * The functions of an op, the one with the most self time first.
 * @param profiles several short ones, at least one; their shares give the intervals
 * @param nsPerOp what an op costs; shares are of this
 */
export function findHotFunctions(
  profiles: readonly CpuProfile[],
  nsPerOp: number,
  counted: CountedFork | undefined,
  sources: Sources,
  seed: number,
): HotFunction[] {
  const shares = profiles.map(sharesByFunction)
  const factsOf = frameFacts(counted, sources)
  const frames = new Map(
    profiles.flatMap(({ frames }) => frames.map((frame) => [keyOf(frame), frame] as const)),
  )
  const whole = sumOf(shares.map(({ us }) => us))
  // The value is that of all profiles together, which the flamegraph shows; how far they differ gives the interval.
  const interval = (key: string, part: 'self' | 'total'): Interval => {
    const each = shares.map(({ us, functions }) => ({ us, share: functions.get(key)?.[part] ?? 0 }))
    const value = whole === 0 ? 0 : sumOf(each.map(({ us, share }) => us * share)) / whole
    const scatter = centreInterval(
      each.map(({ share }) => share),
      { confidence: 0.95, seed },
    )
    return { low: value - (scatter.value - scatter.low), value, high: value + (scatter.high - scatter.value) }
  }
  const scaled = ({ low, value, high }: Interval): Interval => ({
    low: low * nsPerOp,
    value: value * nsPerOp,
    high: high * nsPerOp,
  })
  const rows = [...frames].flatMap(([key, frame]): HotFunction[] => {
    const most = Math.max(...shares.map(({ functions }) => functions.get(key)?.total ?? 0))
    if (most < LEAST_SHARE || key === rootKey(profiles) || isStitch(frame)) return []
    const { callsPerOp, bytesPerOp } = factsOf(frame)
    const selfShare = interval(key, 'self')
    return [
      {
        functionName: frame.functionName || '(anonymous)',
        url: frame.url,
        line: frame.line,
        column: frame.column,
        category: categoryOf(frame),
        selfShare,
        selfNsPerOp: scaled(selfShare),
        totalNsPerOp: scaled(interval(key, 'total')),
        callsPerOp,
        allocatedBytesPerOp: bytesPerOp,
      },
    ]
  })
  return rows
    .sort((a, b) => b.selfShare.value - a.selfShare.value || b.totalNsPerOp.value - a.totalNsPerOp.value)
    .slice(0, MOST_FUNCTIONS)
}

function rootKey(profiles: readonly CpuProfile[]): string {
  const { frames, nodeFrame } = profiles[0]!
  return keyOf(frames[nodeFrame[0]!]!)
}

function keyOf({ functionName, url, line, column }: Frame): string {
  return `${url}:${line}:${column}:${functionName}`
}

/** Time of a profile, and the functions' shares of it. */
interface Shares {
  readonly us: number
  readonly functions: ReadonlyMap<string, { readonly self: number; readonly total: number }>
}

function sharesByFunction(profile: CpuProfile): Shares {
  const selfUs = selfTimeByNode(profile)
  const us = sumOf(selfUs)
  const costs = us === 0 ? [] : functionCosts(profile, selfUs)
  const functions = costs.map(({ frame, self, total }) => {
    return [keyOf(profile.frames[frame]!), { self: self / us, total: total / us }] as const
  })
  return { us, functions: new Map(functions) }
}

/** Bytes per op. */
type Allocations = ReadonlyMap<SourceFunction | string, number>

/** What is known of a function beside its time: exact calls and sampled bytes, per op. */
export function frameFacts(counted: CountedFork | undefined, sources: Sources) {
  const allocated = allocatedByFunction(counted, sources)
  return (frame: Frame): { readonly callsPerOp: number | null; readonly bytesPerOp: number | null } => {
    const owner = frame.isInlined ? undefined : sources.functionOf(frame)
    return {
      callsPerOp: counted === undefined || owner === undefined ? null : owner.calls / counted.ops.calls,
      bytesPerOp: allocated === undefined ? null : (allocated.get(owner ?? keyOf(frame)) ?? 0),
    }
  }
}

/** Bytes per op by function: by its source where that is known, so that it is the profile's function too. */
function allocatedByFunction(counted: CountedFork | undefined, sources: Sources): Allocations | undefined {
  const heap = counted?.observations.heap
  if (counted === undefined || !heap) return undefined
  const { tree, selfBytes } = toHeapTree(heap)
  const bytes = new Map<SourceFunction | string, number>()
  for (const [node, frame] of tree.nodeFrame.entries()) {
    const { [frame]: at } = tree.frames
    const key = sources.functionOf(at!) ?? keyOf(at!)
    bytes.set(key, (bytes.get(key) ?? 0) + selfBytes[node]! / counted.ops.heap)
  }
  return bytes
}
