// The profile pass of one scenario: several short profiles and its exact counts.

import { type OpProfile, refineProfile } from '../../profile/correct/refine.ts'
import { ProfileFileError } from '../../profile/import/profile-file-error.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import { Sources } from '../../profile/source/sources.ts'
import { messageOf } from '../errors.ts'
import type { MeasurePlan, ObservedCost } from '../measure/measure.ts'
import { ChildFailure } from '../process/child.ts'
import { workAtOnce } from '../process/cores/at-once.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import {
  type CountedFork,
  countedSources,
  countFork,
  profileFork,
  type WatchedFork,
  watchFork,
} from './fork.ts'

/** Several short profiles of one scenario and its exact counts, ready to be looked at. */
export interface ScenarioProfile {
  readonly scenarioId: string
  /** At least one. Their roots are the op. */
  readonly profiles: readonly OpProfile[]
  /** What an op cost while it was profiled, a fork a profile. */
  readonly costs: readonly ObservedCost[]
  readonly counted: CountedFork | undefined
  /** Undefined where nobody watched. */
  readonly watched?: WatchedFork | undefined
  readonly sources: Sources
  /** What worker threads did while ops were measured, of all profiles. */
  readonly threads?: readonly CpuProfile[]
  /** What went wrong without preventing a result. */
  readonly problems: readonly string[]
}

/** Fewer stack samples of a version than this say nothing of functions. */
export const FEWEST_STACK_SAMPLES = 400

export interface ProfilePlan {
  readonly plan: MeasurePlan
  /** How many short profiles; up to twice as many where they have fewer stack samples than that. */
  readonly profiles: number
  readonly minStackSamples?: number
  readonly timeoutMs: number
  /** Of Node's, for the profiled processes. */
  readonly flags?: readonly string[]
  readonly logsDeopts?: boolean
  /** How one more process is run that is watched for what a profile does not show; missing for none. */
  readonly watch?: MeasurePlan | undefined
  /** Its exact counts, where it was counted before. */
  readonly counted?: CountedFork | undefined
  /** Processes at the same time. Default: one. */
  readonly atOnce?: number
  /** Takes one profile. Default: {@link profileFork}. */
  readonly takeProfile?: typeof profileFork
  /** Counts. Default: {@link countFork}. */
  readonly takeCounts?: typeof countFork
}

/** Profiles one scenario in processes of its own. Rejects only when aborted; a failure is a reason. */
export type ProfileRunner = (
  discovered: DiscoveredScenario,
  plan: ProfilePlan,
  signal: AbortSignal,
) => Promise<ScenarioProfile | { readonly failure: string }>

export const runProfiles: ProfileRunner = async (
  discovered,
  {
    plan,
    profiles,
    minStackSamples = 0,
    timeoutMs,
    flags = [],
    logsDeopts = false,
    watch,
    counted: known,
    atOnce = 1,
    takeProfile = profileFork,
    takeCounts = countFork,
  },
  signal,
) => {
  const options = { timeoutMs, signal, flags, logsDeopts }
  const problems: string[] = []
  let counted = known
  const forks: Awaited<ReturnType<typeof profileFork>>[] = []
  const count = async () => {
    counted = await attempt(() => takeCounts(discovered, plan, options), problems, signal)
  }
  const take = async () => {
    const fork = await attempt(() => takeProfile(discovered, plan, options), problems, signal)
    if (fork !== undefined) forks.push(fork)
  }
  const work = [...(known === undefined ? [count] : []), ...Array.from({ length: profiles }, () => take)]
  await workAtOnce(work, atOnce, signal, (one) => one())
  signal.throwIfAborted()
  const sources = counted === undefined ? new Sources([]) : countedSources(counted)
  const name = discovered.scenario.id
  const filled: { readonly profile: OpProfile; readonly cost: ObservedCost }[] = []
  const threads: CpuProfile[] = []
  let stackSamples = 0
  const refine = () => {
    for (const { raw, cost, threads: others } of forks.splice(0)) {
      threads.push(...others)
      const profile = refineProfile(raw, sources, name)
      const { length } = profile.profile.sampleNode
      stackSamples += length
      if (length > 0) filled.push({ profile, cost })
    }
  }
  refine()
  for (let i = 0; i < profiles && filled.length > 0 && stackSamples < minStackSamples; i++) {
    await take()
    refine()
  }
  if (filled.length === 0) return { failure: problems[0] ?? 'no stack sample fell into the measured ops' }
  const watched = watch && (await attempt(() => watchFork(discovered, watch, options), [], signal))
  return {
    scenarioId: name,
    profiles: filled.map(({ profile }) => profile),
    costs: filled.map(({ cost }) => cost),
    counted,
    watched,
    sources,
    threads,
    problems: [...problems, ...findUnseen(counted, threads.length > 0)],
  }
}

/** What an op has others do, of which its thread's profile knows nothing. */
function findUnseen(counted: CountedFork | undefined, hasThreads: boolean): string[] {
  const unseen = counted?.observations.inputs?.unseen ?? []
  const starts = (what: string) => unseen.some((name) => name.startsWith(what))
  return [
    ...(starts('worker_threads')
      ? [
          hasThreads
            ? 'it starts worker threads: their CPU time is in CPU/op, but their functions are not among these; flamegate profile has them apart'
            : 'it starts worker threads: their CPU time is in CPU/op, but their functions and allocations are not seen',
        ]
      : []),
    ...(starts('child_process')
      ? ['it starts child processes: neither their time nor their functions are seen']
      : []),
  ]
}

/** Undefined, and a problem more, when the scenario's process or its profile was at fault. */
async function attempt<T>(
  work: () => Promise<T>,
  problems: string[],
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) throw error
    if (!(error instanceof ChildFailure) && !(error instanceof ProfileFileError)) throw error
    problems.push(messageOf(error))
    return undefined
  }
}
