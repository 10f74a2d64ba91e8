// What the functions of a profile's file cost, summed from its text without any code of the product.

/** A function as V8 writes it. */
interface RawFrame {
  readonly functionName: string
  /** Traces leave out an empty one. */
  readonly url?: string
}

/** A `.cpuprofile`, as far as it is summed. */
export interface RawCpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: RawFrame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
  readonly startTime: number
  readonly endTime: number
}

/** A node of a `.heapprofile`, as far as it is summed. */
export interface RawHeapNode {
  readonly callFrame: RawFrame
  readonly selfSize: number
  readonly children: readonly RawHeapNode[]
}

/** An event of a trace, as far as it is summed. */
export interface RawTraceEvent {
  readonly name: string
  readonly pid: number
  readonly id?: string
  readonly id2?: { readonly local?: string }
  readonly args: {
    readonly data?: {
      readonly startTime?: number
      readonly endTime?: number
      readonly timeDeltas?: readonly number[]
      readonly cpuProfile?: Partial<Pick<RawCpuProfile, 'nodes' | 'samples'>>
    }
  }
}

/** A function by name and file. */
export const nameOfFrame = ({ functionName, url = '' }: RawFrame) => `${functionName} ${url}`

function add(sums: Map<string, number>, name: string, value: number): void {
  if (value !== 0) sums.set(name, (sums.get(name) ?? 0) + value)
}

/** Self time by function in microseconds: each sample lasts until the next, the last one no longer than usual. */
export function sumTimes(raw: RawCpuProfile): Map<string, number> {
  const nodes = new Map(raw.nodes.map((node) => [node.id, node]))
  let now = raw.startTime
  const taken = raw.samples.map((id, i) => {
    now += raw.timeDeltas[i]!
    return { id, at: now }
  })
  taken.sort((a, b) => a.at - b.at)
  const gaps = taken.slice(1).map(({ at }, i) => at - taken[i]!.at)
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!
  const sums = new Map<string, number>()
  for (const [i, { id, at }] of taken.entries())
    add(sums, nameOfFrame(nodes.get(id)!.callFrame), gaps[i] ?? Math.min(usual, raw.endTime - at))
  return sums
}

/** Bytes by function. */
export function sumBytes(node: RawHeapNode, sums = new Map<string, number>()): Map<string, number> {
  add(sums, nameOfFrame(node.callFrame), node.selfSize)
  for (const child of node.children) sumBytes(child, sums)
  return sums
}

/** The profiles of a trace, one a process and id; without an end they end with their last sample. */
export function gatherChunks(events: readonly RawTraceEvent[]): RawCpuProfile[] {
  const profiles = new Map<string, { -readonly [K in keyof RawCpuProfile]: RawCpuProfile[K] }>()
  for (const { name, pid, id, id2, args } of events) {
    if (name !== 'Profile' && name !== 'ProfileChunk') continue
    const key = `${pid} ${id ?? id2?.local}`
    const profile = profiles.get(key) ?? {
      nodes: [],
      samples: [],
      timeDeltas: [],
      startTime: 0,
      endTime: Infinity,
    }
    profiles.set(key, profile)
    const { startTime, endTime, timeDeltas = [], cpuProfile = {} } = args.data ?? {}
    profile.startTime ||= startTime ?? 0
    profile.nodes = [...profile.nodes, ...(cpuProfile.nodes ?? [])]
    profile.samples = [...profile.samples, ...(cpuProfile.samples ?? [])]
    profile.timeDeltas = [...profile.timeDeltas, ...timeDeltas]
    profile.endTime = endTime ?? profile.endTime
  }
  return [...profiles.values()].filter(({ samples }) => samples.length > 0)
}
