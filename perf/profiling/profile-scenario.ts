// One scenario by one profiler, for `flamegate profile`.
import { join } from 'node:path'
import type { BackendName, ToolResult } from '../../profile/backends/backend.ts'
import { folderBytes } from '../../profile/backends/keeper.ts'
import type { Graph } from '../../profile/flamegraph/data.ts'
import { type Disclosure, type DisclosureFlags, discloseBelow } from '../../profile/flamegraph/disclosure.ts'
import { toGraph } from '../../profile/flamegraph/graph.ts'
import { toHeapGraph } from '../../profile/flamegraph/heap-graph.ts'
import { ProfileFileError } from '../../profile/import/profile-file-error.ts'
import { mergeProfiles } from '../../profile/model/merge.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import type { MeasurePlan } from '../measure/measure.ts'
import { ChildFailure } from '../process/child.ts'
import { median } from '../stats/quantile.ts'
import { isInstalled } from '../suite/installed.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { nameOnDisk } from '../suite/name-on-disk.ts'
import { costFieldOf, costKindOf, sampledTime } from '../verdict/cost.ts'
import { type countFork, heapFork, profileFork, profileForkInProcess } from './fork.ts'
import { findHotFunctions, frameFacts, type HotFunction } from './hot-functions.ts'
import { runProfiles, type ScenarioProfile } from './pass.ts'
import { splitTime } from './summary.ts'
import { graphOfThreads } from './threads.ts'
import { runScenarioTool } from './tool-run.ts'

/** What one profiler made of one scenario. */
export type ProfileOutcome =
  | {
      readonly kind: 'cpu'
      readonly graph: Graph
      /** All profiles as one, for other tools. */
      readonly profile: CpuProfile
      readonly functions: readonly HotFunction[]
      /** For what an op waits, beside its functions. */
      readonly waitingNs: number
      /** What worker threads did in the meantime. */
      readonly threads: Graph | undefined
      readonly problems: readonly string[]
    }
  | { readonly kind: 'heap'; readonly graph: Graph }
  | { readonly kind: 'tool'; readonly result: ToolResult; readonly bytes: number }
  | { readonly kind: 'failed'; readonly reason: string }

export interface ProfileRunOptions {
  readonly root: string
  /** Where tools may leave their files. */
  readonly folder: string
  /** How long ops run under each profiler, ms. */
  readonly runMs: number
  readonly seed: number
  /** Processes at the same time. */
  readonly atOnce: number
  /** Counts a scenario, or knows its counts. */
  readonly takeCounts: typeof countFork
  readonly signal: AbortSignal
  /** What the page may say beyond the usual. */
  readonly disclosed: DisclosureFlags
}

/** Several, so that there is an interval; short ones would be warm-up for the most part. */
const profilesOf = (runMs: number) => (runMs < 2_000 ? 2 : 3)
const GRACE_MS = 30_000

/** Profiles one scenario with one profiler. Rejects only when aborted, or for a bug. */
export async function profileScenario(
  backend: BackendName,
  discovered: DiscoveredScenario,
  options: ProfileRunOptions,
): Promise<ProfileOutcome> {
  const { root, runMs, signal } = options
  switch (backend) {
    case 'cpu-prof':
      return profileCpu(discovered, profileFork, backend, options)
    case 'v8-profiler-next':
      if (!isInstalled(backend, import.meta.url)) return missing(`npm install --save-dev ${backend}`)
      return profileCpu(discovered, profileForkInProcess, backend, options)
    case 'heap-prof':
      return profileHeap(discovered, options)
    default: {
      const folder = join(options.folder, backend, nameOnDisk(discovered.scenario.id))
      const result = await runScenarioTool(backend, discovered, { folder, root, runMs, signal })
      return { kind: 'tool', result, bytes: await folderBytes(folder) }
    }
  }
}

function missing(hint: string): ProfileOutcome {
  return { kind: 'tool', result: { kind: 'missing', hint }, bytes: 0 }
}

async function profileCpu(
  discovered: DiscoveredScenario,
  takeProfile: typeof profileFork,
  backend: BackendName,
  { root, runMs, seed, atOnce, takeCounts, signal, disclosed }: ProfileRunOptions,
): Promise<ProfileOutcome> {
  const count = profilesOf(runMs)
  const plan = planOf(discovered, runMs / count)
  const timeoutMs = runMs + GRACE_MS
  const passes = { plan, profiles: count, timeoutMs, takeProfile, takeCounts, atOnce }
  const found = await runProfiles(discovered, passes, signal)
  if ('failure' in found) return { kind: 'failed', reason: found.failure }
  const { kind } = discovered.scenario
  const nsPerOp = median(found.costs.map(({ raw }) => raw[costFieldOf(kind)]))
  const cpuNs = median(found.costs.map(({ raw }) => raw.cpuNsPerOp))
  const { busyNs, waitingNs } = splitTime(kind, nsPerOp, cpuNs, found.profiles)
  const profiles = found.profiles.map(({ profile }) => profile)
  const samples = profiles.reduce((sum, { sampleNode }) => sum + sampleNode.length, 0)
  return {
    kind: 'cpu',
    graph: graphOf(found, busyNs, discloseBelow(root, disclosed), {
      note: `${backend}: ${profiles.length} profiles, ${samples.toLocaleString('en-US')} stack samples of ${sampledTime(costKindOf(kind))}, per op as measured under the profiler`,
    }),
    profile: mergeProfiles(profiles),
    functions: findHotFunctions(profiles, busyNs, found.counted, found.sources, seed),
    waitingNs,
    threads: graphOfThreads(found.threads ?? [], found.scenarioId, discloseBelow(root, disclosed)),
    problems: found.problems,
  }
}

/** One scenario's profiles as a graph. */
export function graphOf(
  { scenarioId, profiles, counted, sources }: ScenarioProfile,
  nsPerOp: number,
  disclosure: Disclosure,
  { note }: { readonly note: string },
): Graph {
  return toGraph(profiles, {
    id: scenarioId,
    note,
    total: nsPerOp,
    unit: 'ns/op',
    ...disclosure,
    sources,
    factsOf: frameFacts(counted, sources),
  })
}

async function profileHeap(
  discovered: DiscoveredScenario,
  { root, runMs, signal, disclosed }: ProfileRunOptions,
): Promise<ProfileOutcome> {
  try {
    const heap = await heapFork(discovered, planOf(discovered, runMs), {
      timeoutMs: runMs + GRACE_MS,
      signal,
    })
    const note =
      'heap-prof: bytes that were still in use when the process ended, by who allocated them; sampled'
    const id = discovered.scenario.id
    const { shorten } = discloseBelow(root, disclosed)
    return { kind: 'heap', graph: toHeapGraph(heap, { id, note, shorten }) }
  } catch (error) {
    if (signal.aborted || !(error instanceof ChildFailure || error instanceof ProfileFileError)) throw error
    return { kind: 'failed', reason: error.message }
  }
}

function planOf({ scenario }: DiscoveredScenario, measureMs: number): MeasurePlan {
  const warmupMs = scenario.kind === 'http' ? 600 : 200
  return {
    warmupMinMs: warmupMs / 2,
    warmupMaxMs: warmupMs,
    measureMinMs: measureMs,
    measureMaxMs: measureMs,
    minSamples: 1,
    minBusyMs: 0,
  }
}
