// Two versions drawn as text.
import type { FunctionChange } from '../../profile/blame/change.ts'
import type { OpProfile } from '../../profile/correct/refine.ts'
import type { Graph } from '../../profile/flamegraph/data.ts'
import {
  type BlameRequest,
  type DiffRequest,
  type DiffSide,
  toDiffGraph,
} from '../../profile/flamegraph/diff-graph.ts'
import { Sources } from '../../profile/source/sources.ts'
import { type DrawnStack, drawProfile } from './drawn.ts'

/** A stack and the microseconds that it was seen. */
export type DrawnSample = readonly [path: DrawnStack, us: number]

/** Two versions as text, for tests. Functions are known by their names. */
export interface DrawnVersions {
  readonly baseline: readonly DrawnSample[]
  readonly candidate: readonly DrawnSample[]
  /** What an op costs, ns; by default what was drawn. */
  readonly totals?: readonly [baseline: number, candidate: number]
  /** By name; functions that are not here are the same, without any noise. */
  readonly changes?: Readonly<Record<string, FunctionChange>>
  readonly noise?: Readonly<Record<string, number>>
  /** By name after, the name before. */
  readonly renamed?: Readonly<Record<string, string>>
  /** By name, in the versions; 1 where nothing is said. */
  readonly calls?: Readonly<Record<string, readonly [baseline: number | null, candidate: number | null]>>
  readonly blame?: BlameRequest
  readonly request?: Partial<DiffRequest>
}

const NOBODY: BlameRequest = { sentence: '', rows: [], unexplained: 0 }

/** The graph of two versions that were drawn. */
export function drawDiff(drawn: DrawnVersions): Graph {
  const { renamed = {}, changes = {}, noise = {}, blame = NOBODY, request = {} } = drawn
  return toDiffGraph(toSide(drawn, 0), toSide(drawn, 1), {
    id: 'a/diff.micro',
    note: 'a note',
    unit: 'ns/op',
    names: { baseline: 'old', candidate: 'new' },
    identify: (side, { functionName }) =>
      side === 'baseline' ? functionName : (renamed[functionName] ?? functionName),
    diffOf: (key) => ({ change: changes[key] ?? 'same', noise: noise[key] ?? 0 }),
    blame,
    ...request,
  })
}

function toSide({ baseline, candidate, totals, calls = {} }: DrawnVersions, side: 0 | 1): DiffSide {
  const stacks = side === 0 ? baseline : candidate
  return {
    profiles: [drawOps(stacks)],
    sources: new Sources([]),
    mayEmbed: () => true,
    total: totals?.[side] ?? stacks.reduce((sum, [, us]) => sum + us, 0),
    shorten: (url) => url.replace('file:///', ''),
    factsOf: ({ functionName }) => ({
      callsPerOp: functionName in calls ? calls[functionName]![side] : 1,
      bytesPerOp: 100,
    }),
  }
}

/** A drawn profile of ops, in which stack samples fell on no line that anybody knows. */
export function drawOps(stacks: readonly DrawnSample[]): OpProfile {
  // The last stack sample would be no longer than the usual one.
  const sampleUs = Float32Array.from(stacks, ([, us]) => us)
  return { profile: { ...drawProfile(stacks), sampleUs }, places: [] }
}

/** The inverse: each path with what it cost itself, `a > b 10 → 20`, in the order of the nodes; without what cost nothing. */
export function drawPaths({ frames, nodeFrame, nodeParent, nodeSelf, nodeSelfBaseline }: Graph): string[] {
  return [...nodeFrame.keys()].flatMap((node) => {
    const path: string[] = []
    for (let at = node; at > 0; at = nodeParent[at]!) path.push(frames[nodeFrame[at]!]!.name)
    const [baseline, candidate] = [Math.round(nodeSelfBaseline[node]!), Math.round(nodeSelf[node]!)]
    return baseline === 0 && candidate === 0
      ? []
      : [`${path.reverse().join(' > ')} ${baseline} → ${candidate}`]
  })
}
