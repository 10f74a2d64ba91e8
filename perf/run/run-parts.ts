// The parts of a run: scenarios that are measured in the same way.
import type { ScenarioProfile } from '../profiling/pass.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { type Identification, isSame } from './identify.ts'
import { lockstepMethod } from './methods/lockstep.ts'
import type { Method } from './methods/method.ts'
import { storedMethod, tableMethod } from './methods/stored.ts'
import { profileTracks } from './profile-stage.ts'
import type { RunRequest, RunSeams } from './request.ts'
import { type ScenarioOutcome, toOutcome, toUnchanged } from './scenario-result.ts'
import { compareTrack, measureTracks, newTrack, type Session } from './trials.ts'

/** Scenarios that are measured in the same way. Its steps resolve with false when they were aborted. */
export interface Part {
  measure(): Promise<boolean>
  profile(): Promise<boolean>
  /** Whether any of them has a ratio. */
  isCompared(): boolean
  /** By scenario. */
  outcomes(): ReadonlyMap<string, ScenarioOutcome>
  profiles(): readonly ScenarioProfile[]
}

/** Those whose code changed take turns with the baseline's; those with its code are measured for the table, or not at all. */
export function planParts(
  request: RunRequest,
  seams: RunSeams,
  { codes, live, problem }: Identification,
  isOver: () => boolean,
): Part[] {
  const { scenarios, reference } = request
  const judged = { codes, seams, isOver, problem, effort: request.isQuick ? 'quick' : 'full' } as const
  const shown = { ...judged, effort: request.isQuick ? 'quick' : 'table' } as const
  const same = scenarios.filter(({ scenario }) => isSame(codes.get(scenario.id)))
  const others = scenarios.filter((discovered) => !same.includes(discovered))
  const changed = new Set(others.map(({ scenario }) => scenario.id))
  const baseline = (live?.scenarios ?? []).filter(({ scenario }) => changed.has(scenario.id))
  const isThere = new Set(baseline.map(({ scenario }) => scenario.id))
  const pairs = others.filter(({ scenario }) => isThere.has(scenario.id))
  const alone = others.filter((discovered) => !pairs.includes(discovered))
  const row = reference.kind === 'stored' || reference.kind === 'baseline' ? reference.row : undefined
  const compared = live === undefined ? request : { ...request, reference: live }
  const table = { ...request, forks: request.tableForks }
  const lacking = problem ?? (live === undefined ? undefined : `${live.name} has no such scenario`)
  return [
    createPart(pairs, lockstepMethod(baseline, request, seams.runPair), compared, judged),
    reference.kind === 'stored' || reference.kind === 'none'
      ? createPart(alone, storedMethod(row, request, seams.runFork), request, judged)
      : createPart(alone, tableMethod(row, table, seams.runFork), table, { ...shown, problem: lacking }),
    request.measuresUnchanged
      ? createPart(same, tableMethod(row, table, seams.runFork), table, shown)
      : unmeasuredPart(same),
  ]
}

function createPart<Trial>(
  scenarios: readonly DiscoveredScenario[],
  method: Method<Trial>,
  request: RunRequest,
  {
    codes,
    ...context
  }: Pick<Session<Trial>, 'seams' | 'isOver' | 'problem' | 'effort'> & Pick<Identification, 'codes'>,
): Part {
  const tracks = scenarios.map((one) => newTrack<Trial>(one, codes.get(one.scenario.id)))
  const able = tracks.filter(({ discovered }) => discovered.skipReason === undefined)
  const session: Session<Trial> = { request, method, tracks: able, ...context }
  return {
    measure: () => measureTracks(session),
    profile: () => profileTracks(session),
    isCompared: () =>
      able.some((track) => {
        const isMeasured = track.failure === undefined && track.first.length > 0
        return isMeasured && compareTrack(track, session).some(({ ratio }) => ratio !== null)
      }),
    outcomes: () => new Map(tracks.map((track) => [track.discovered.scenario.id, toOutcome(track, session)])),
    profiles: () =>
      tracks.flatMap(({ profile }) => (profile === undefined || 'failure' in profile ? [] : [profile])),
  }
}

function unmeasuredPart(scenarios: readonly DiscoveredScenario[]): Part {
  return {
    measure: async () => true,
    profile: async () => true,
    isCompared: () => false,
    outcomes: () => new Map(scenarios.map(({ scenario }) => [scenario.id, toUnchanged(scenario)])),
    profiles: () => [],
  }
}
