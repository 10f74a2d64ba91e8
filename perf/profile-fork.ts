import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HeapTree, toHeapTree } from '../profile/heap.ts'
import { ProfileFileError, parseCpuProfile, readCpuProfile } from '../profile/import/cpuprofile.ts'
import { readHeapProfile } from '../profile/import/heapprofile.ts'
import type { Observations } from '../profile/observer.ts'
import type { RawProfile } from '../profile/refine.ts'
import type { CountedOps } from './job.ts'
import type { ForkMeasurement, MeasurePlan } from './measure.ts'
import { type ProcessOptions, type ScenarioProcesses, startScenario } from './scenario-processes.ts'
import type { PlannedScenario } from './suite.ts'

/** 250 to 500 µs is where detail and overhead balance: about 9 % of the time here. */
const INTERVAL_US = 250
/** Bytes between two samples of the heap, on average. */
const HEAP_INTERVAL_BYTES = 16_384
/** How long a process may take to write what it has after its work is done. */
const ENDING_MS = 20_000
/** One file a thread: date, time, process, thread, sequence. Ours is the main thread's, number 0. */
const MAIN_THREAD = /^(CPU|Heap)\.\d+\.\d+\.\d+\.0\.\d+\.(cpu|heap)profile$/

/** One short profile, with the cost of an op while it was taken. */
export interface ProfiledFork {
  readonly raw: RawProfile
  readonly measurement: ForkMeasurement
}

/**
 * Runs a scenario once under `node --cpu-prof`.
 * @throws ChildFailure when its process fails; ProfileFileError when it left no profile
 */
export async function profileFork(
  planned: PlannedScenario,
  plan: MeasurePlan,
  options: Pick<ProcessOptions, 'timeoutMs' | 'signal'>,
): Promise<ProfiledFork> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-profile-'))
  const flags = ['--cpu-prof', `--cpu-prof-interval=${INTERVAL_US}`, `--cpu-prof-dir=${folder}`]
  let processes: ScenarioProcesses | undefined
  try {
    processes = await startScenario(planned, plan, { ...options, observe: 'lines', execArgv: flags })
    const answer = await processes.answer
    if (answer.kind !== 'measured') throw new Error(`the process answered '${answer.kind}' to a profile`)
    const { shiftedFiles } = await endObserved(processes, options.signal)
    const profile = readCpuProfile(join(folder, await findMainProfile(folder)))
    return { raw: { profile, windows: answer.windows, shiftedFiles }, measurement: answer.measurement }
  } finally {
    await processes?.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Runs a scenario once with v8-profiler-next in its process: the same, but of the measured window alone.
 * @throws as {@link profileFork} does
 */
export async function profileForkInProcess(
  planned: PlannedScenario,
  plan: MeasurePlan,
  options: Pick<ProcessOptions, 'timeoutMs' | 'signal'>,
): Promise<ProfiledFork> {
  let processes: ScenarioProcesses | undefined
  try {
    processes = await startScenario(planned, plan, { ...options, observe: 'v8-profiler-next' })
    const answer = await processes.answer
    if (answer.kind !== 'measured') throw new Error(`the process answered '${answer.kind}' to a profile`)
    const { shiftedFiles, cpuProfile } = await endObserved(processes, options.signal)
    if (cpuProfile === null) throw new ProfileFileError('malformed', 'v8-profiler-next left no profile')
    const profile = parseCpuProfile(Buffer.from(cpuProfile), 'the profile of v8-profiler-next')
    return { raw: { profile, windows: answer.windows, shiftedFiles }, measurement: answer.measurement }
  } finally {
    await processes?.end()
  }
}

/**
 * Runs a scenario once under `node --heap-prof`: what is still in use when its process ends.
 * @throws as {@link profileFork} does
 */
export async function heapFork(
  planned: PlannedScenario,
  plan: MeasurePlan,
  options: Pick<ProcessOptions, 'timeoutMs' | 'signal'>,
): Promise<HeapTree> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-heap-'))
  let processes: ScenarioProcesses | undefined
  try {
    const execArgv = [
      '--heap-prof',
      `--heap-prof-dir=${folder}`,
      `--heap-prof-interval=${HEAP_INTERVAL_BYTES}`,
    ]
    processes = await startScenario(planned, plan, { ...options, execArgv })
    await processes.answer
    await processes.measured.finish(ENDING_MS, options.signal)
    return toHeapTree(readHeapProfile(join(folder, await findMainProfile(folder))))
  } finally {
    await processes?.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function findMainProfile(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((name) => MAIN_THREAD.test(name))
  if (name === undefined) throw new ProfileFileError('malformed', 'node left no profile of its main thread')
  return name
}

/** Exact counts of a scenario, and a sample of its allocations. */
export interface CountedFork {
  readonly ops: CountedOps
  readonly observations: Observations
}

/** Runs a scenario once under precise coverage, then under the heap profiler. @throws ChildFailure */
export async function countFork(
  planned: PlannedScenario,
  plan: MeasurePlan,
  options: Pick<ProcessOptions, 'timeoutMs' | 'signal'>,
): Promise<CountedFork> {
  let processes: ScenarioProcesses | undefined
  try {
    processes = await startScenario(planned, plan, { ...options, observe: 'counts' })
    const answer = await processes.answer
    if (answer.kind !== 'counted') throw new Error(`the process answered '${answer.kind}' to a count`)
    return { ops: answer.counted, observations: await endObserved(processes, options.signal) }
  } finally {
    await processes?.end()
  }
}

async function endObserved({ measured }: ScenarioProcesses, signal: AbortSignal): Promise<Observations> {
  const { observations } = await measured.finish(ENDING_MS, signal)
  if (observations === null) throw new Error('the process was not observed')
  return observations
}
