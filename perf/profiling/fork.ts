// One process that is profiled, counted, or watched for its heap.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Deopt, deoptLogFlags, deoptsOfOps, parseDeopts } from '../../profile/capture/deopts.ts'
import {
  CACHE_LOG_FLAGS,
  type MegamorphicPlace,
  parseMegamorphic,
} from '../../profile/capture/inline-caches.ts'
import type { Observations } from '../../profile/capture/observer.ts'
import type { RepeatedTexts } from '../../profile/capture/repeats.ts'
import type { RawProfile } from '../../profile/correct/refine.ts'
import { parseCpuProfile, readCpuProfile, readHeapProfile } from '../../profile/import/document.ts'
import { ProfileFileError } from '../../profile/import/profile-file-error.ts'
import type { HeapTree } from '../../profile/model/heap.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import type { TimeWindow } from '../../profile/model/self-time.ts'
import { Sources } from '../../profile/source/sources.ts'
import type { CountedOps } from '../measure/count.ts'
import type { MeasurePlan, ObservedCost } from '../measure/measure.ts'
import { withOwnFolder } from '../process/own-folder.ts'
import { type ProcessOptions, type ScenarioProcesses, withScenario } from '../process/scenario-processes.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { findThreadFiles, readWorkerThreads } from './threads.ts'

/** 250 to 500 µs is where detail and overhead balance: about 9 % of the time here. */
const INTERVAL_US = 250
/** Bytes between two samples of the heap, on average. */
const HEAP_INTERVAL_BYTES = 16_384
/** How long a process may take to write what it has after its work is done. */
const ENDING_MS = 20_000

/** One short profile, with the cost of an op while it was taken. */
export interface ProfiledFork {
  readonly raw: RawProfile
  readonly cost: ObservedCost
  /** What its worker threads did in the meantime. */
  readonly threads: readonly CpuProfile[]
}

/** How a process that is watched is waited for. */
type ForkOptions = Pick<ProcessOptions, 'timeoutMs' | 'signal'> & {
  /** Of Node's, beside those of the profiler. */
  readonly flags?: readonly string[]
  /** Whether V8 shall tell what it deoptimises. */
  readonly logsDeopts?: boolean
}

/**
 * Runs a scenario once under `node --cpu-prof`.
 * @throws ChildFailure when its process fails; ProfileFileError when it left no profile
 */
export function profileFork(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ForkOptions,
): Promise<ProfiledFork> {
  return withOwnFolder(async (folder) => {
    const log = options.logsDeopts ? join(folder, 'v8.log') : undefined
    const execArgv = [
      '--cpu-prof',
      `--cpu-prof-interval=${INTERVAL_US}`,
      `--cpu-prof-dir=${folder}`,
      ...(options.flags ?? []),
      ...(log === undefined ? [] : deoptLogFlags(log)),
    ]
    const watched = { ...options, observe: 'lines', execArgv } as const
    return takeProfile(discovered, plan, watched, async ({ startUs }, windows, pid) => {
      const files = await findThreadFiles(folder, pid)
      return {
        profile: readCpuProfile(mainOf(files)),
        ...(log !== undefined && {
          deopts: parseDeopts(await readFile(log, 'utf8').catch(() => ''), startUs),
        }),
        threads: readWorkerThreads(files, windows),
      }
    })
  })
}

/**
 * Runs a scenario once with v8-profiler-next in its process: the same, but of the measured window alone.
 * @throws as {@link profileFork} does
 */
export function profileForkInProcess(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ForkOptions,
): Promise<ProfiledFork> {
  return takeProfile(
    discovered,
    plan,
    { ...options, observe: 'v8-profiler-next' },
    async ({ cpuProfile }) => {
      if (cpuProfile === null) throw new ProfileFileError('malformed', 'v8-profiler-next left no profile')
      const profile = parseCpuProfile(Buffer.from(cpuProfile), 'the profile of v8-profiler-next')
      return { profile, threads: [] }
    },
  )
}

function takeProfile(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ProcessOptions,
  read: (
    observations: Observations,
    windows: readonly TimeWindow[],
    pid: number | undefined,
  ) => Promise<Pick<RawProfile, 'profile' | 'deopts'> & Pick<ProfiledFork, 'threads'>>,
): Promise<ProfiledFork> {
  return withScenario(discovered, plan, options, async (processes) => {
    const answer = await processes.answer
    if (answer.kind !== 'observed') throw new Error(`the process answered '${answer.kind}' to a profile`)
    const { windows, cost } = answer
    const observations = await endObserved(processes, options.signal)
    const { threads, ...profiled } = await read(observations, windows, processes.measured.pid)
    return { raw: { ...profiled, windows, shiftedFiles: observations.shiftedFiles }, cost, threads }
  })
}

/**
 * Runs a scenario once under `node --heap-prof`: what is still in use when its process ends.
 * @throws as {@link profileFork} does
 */
export function heapFork(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ForkOptions,
): Promise<HeapTree> {
  return withOwnFolder((folder) => {
    const execArgv = [
      '--heap-prof',
      `--heap-prof-dir=${folder}`,
      `--heap-prof-interval=${HEAP_INTERVAL_BYTES}`,
    ]
    return withScenario(discovered, plan, { ...options, execArgv }, async ({ answer, measured }) => {
      await answer
      await measured.finish(ENDING_MS, options.signal)
      return readHeapProfile(mainOf(await findThreadFiles(folder, measured.pid)))
    })
  })
}

/** What V8 and the process itself say of a scenario's ops beside where their time goes. */
export interface WatchedFork {
  /** While ops were measured. */
  readonly deopts: readonly Deopt[]
  readonly megamorphic: readonly MegamorphicPlace[]
  readonly repeats: readonly RepeatedTexts[]
  /** How late the event loop came to a timer while ops were measured, 99th percentile. */
  readonly loopDelayNs: number
}

/** Runs a scenario once while V8 logs what it deoptimises and which shapes it meets. @throws as {@link profileFork} does */
export function watchFork(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ForkOptions,
): Promise<WatchedFork> {
  return withOwnFolder((folder) => {
    const file = join(folder, 'v8.log')
    const execArgv = [...(options.flags ?? []), ...deoptLogFlags(file), ...CACHE_LOG_FLAGS]
    return withScenario(discovered, plan, { ...options, observe: 'texts', execArgv }, async (processes) => {
      const answer = await processes.answer
      if (answer.kind !== 'observed') throw new Error(`the process answered '${answer.kind}' to a watch`)
      const { startUs, shiftedFiles, repeats, loopDelayNs } = await endObserved(processes, options.signal)
      const log = await readFile(file, 'utf8').catch(() => '')
      return {
        deopts: deoptsOfOps(parseDeopts(log, startUs), answer.windows, shiftedFiles),
        megamorphic: parseMegamorphic(log, shiftedFiles),
        repeats,
        loopDelayNs,
      }
    })
  })
}

/** Exact counts of a scenario, and a sample of its allocations. */
export interface CountedFork {
  readonly ops: CountedOps
  readonly observations: Observations
}

/** The functions that were counted, in the texts that ran. */
export function countedSources({ observations: { coverage, scripts } }: CountedFork): Sources {
  return new Sources(coverage, new Map(scripts.map((script) => [script.url, script])))
}

/** Runs a scenario once under precise coverage, then under the heap profiler. @throws ChildFailure */
export function countFork(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ForkOptions,
): Promise<CountedFork> {
  return withScenario(discovered, plan, { ...options, observe: 'counts' }, async (processes) => {
    const answer = await processes.answer
    if (answer.kind !== 'counted') throw new Error(`the process answered '${answer.kind}' to a count`)
    return { ops: answer.counted, observations: await endObserved(processes, options.signal) }
  })
}

async function endObserved({ measured }: ScenarioProcesses, signal: AbortSignal): Promise<Observations> {
  const { observations } = await measured.finish(ENDING_MS, signal)
  if (observations === null) throw new Error('the process was not observed')
  return observations
}

function mainOf(files: ReadonlyMap<number, string>): string {
  const path = files.get(0)
  if (path === undefined) throw new ProfileFileError('malformed', 'node left no profile of its main thread')
  return path
}
