// The part of a run that profiles: what was measured, and both versions of what changed.
import { FlamegateError } from '../errors.ts'
import type { CountedCode, ScenarioCode } from '../identity/scenario-code.ts'
import { workAtOnce } from '../process/cores/at-once.ts'
import type { CountedFork } from '../profiling/fork.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { costRatioOf, hasChanged } from '../verdict/cost.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import { type Extent, profilePlanOf } from './durations.ts'
import type { LockstepReference } from './reference.ts'
import { compareTrack, type Session, type Track } from './trials.ts'

/** Profiles need no quiet machine, only shares of time; and their processes wait for files and each other, too. */
const PROFILED_AT_ONCE = 3

/**
 * Profiles what could be measured; where its cost is another than the baseline's, both versions in the same minute. False
 * when it was aborted.
 */
export async function profileTracks<Trial>(session: Session<Trial>): Promise<boolean> {
  const {
    tracks,
    seams: { runProfiles, signal, onProgress },
  } = session
  if (runProfiles === undefined) return true
  // Servers take longest: what is left for the end is short, so that no core waits for it.
  const waiting = tracks
    .filter(({ failure, first }) => failure === undefined && first.length > 0)
    .sort((a, b) => rankOf(a) - rankOf(b))
  const baselines = await findBaselines(waiting, session)
  if (signal.aborted) return false
  return workAtOnce(waiting, PROFILED_AT_ONCE, signal, async (track, started) => {
    const { scenario } = track.discovered
    onProgress({ stage: 'profiling', scenarioId: scenario.id, ...started })
    const baseline = baselines.get(track)
    const plan = profilePlanOf(scenario.kind, effortFor(baseline, session), baseline !== undefined)
    const { code } = track
    const counted = code?.candidate.counted
    const profiling = runProfiles(track.discovered, { ...plan, counted }, signal)
    if (baseline !== undefined) {
      const profile = runProfiles(
        baseline.discovered,
        { ...plan, counted: countedOf(code?.baseline), watch: undefined },
        signal,
      )
      await Promise.all([profiling, profile])
      track.baseline = { profile: await profile, folder: baseline.folder }
    }
    track.profile = await profiling
  })
}

function rankOf({ discovered }: Track<unknown>): number {
  return discovered.scenario.kind === 'http' ? 0 : 1
}

/** What costs what it did beside the other version is only shown; whoever has no other version asks what it costs at all. */
function effortFor<Trial>(baseline: object | undefined, { effort, request }: Session<Trial>): Extent {
  const isOnlyShown = baseline === undefined && request.reference.kind === 'lockstep'
  return isOnlyShown && effort === 'full' ? 'table' : effort
}

/** Undefined for code that is only known from a file. */
function countedOf(code: ScenarioCode | undefined): CountedFork | undefined {
  return code !== undefined && 'counted' in code ? (code as CountedCode).counted : undefined
}

/** The other version of each scenario whose cost is not what it was there. */
async function findBaselines<Trial>(
  tracks: readonly Track<Trial>[],
  session: Session<Trial>,
): Promise<Map<Track<Trial>, { readonly discovered: DiscoveredScenario; readonly folder: string }>> {
  const changed = tracks.filter((track) => isToBlame(track, session))
  const code = changed.length === 0 ? undefined : await findCode(session)
  if (code === undefined) return new Map()
  const { folder, scenarios } = code
  return new Map(
    changed.flatMap((track) => {
      const discovered = scenarios.find(({ scenario }) => scenario.id === track.discovered.scenario.id)
      return discovered === undefined ? [] : [[track, { discovered, folder }] as const]
    }),
  )
}

/** Beside the other version any change is of interest; against stored numbers what the gate is about to fail for. */
function isToBlame<Trial>(track: Track<Trial>, session: Session<Trial>): boolean {
  const comparisons = compareTrack(track, session)
  if (!hasChanged(costRatioOf(track.discovered.scenario.kind, comparisons))) return false
  return session.request.reference.kind === 'lockstep' || comparisons.some(isGatedRegression)
}

function isGatedRegression({ isGated, verdict }: Comparison): boolean {
  return isGated && verdict.kind === 'regressed'
}

async function findCode<Trial>({ request, seams }: Session<Trial>): Promise<LockstepReference | undefined> {
  const { reference } = request
  if (reference.kind === 'lockstep') return reference
  try {
    return await seams.openBaseline?.()
  } catch (error) {
    // Whose code cannot be had is still measured: its blame is what is missing.
    if (seams.signal.aborted || error instanceof FlamegateError) return undefined
    throw error
  }
}
