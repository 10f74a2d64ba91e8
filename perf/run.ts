import { describeEnvironment, readCommit } from './environment.ts'
import { evaluateGate } from './gate.ts'
import { lockstepMethod } from './lockstep-method.ts'
import type { Method } from './method.ts'
import type { ScenarioProfile } from './profile-pass.ts'
import { failedProfile, summariseProfile } from './profile-summary.ts'
import {
  type MeasuredResult,
  type PairRow,
  type ProfileSummary,
  type Proof,
  REPORT_VERSION,
  type Report,
  type ScenarioResult,
} from './result-file.ts'
import { profilePlanOf } from './run-plan.ts'
import type { RunRequest, RunSeams } from './run-request.ts'
import { storedMethod } from './stored-method.ts'
import { summariseForks } from './summary.ts'
import { compareTrack, measureTracks, newTrack, type Session, selectTrials, type Track } from './trials.ts'

/** Everything that a run found out: what the report says, and the profiles behind it, by scenario. */
export interface RunResult {
  readonly report: Report
  readonly profiles: readonly ScenarioProfile[]
}

/** Profiles need no quiet machine, only shares of time; and their processes wait for files and each other, too. */
const PROFILED_AT_ONCE = 3

/**
 * Measures scenarios, compares them with the baseline, adds forks where that is not clear, profiles, and gates.
 * Never rejects for what a scenario does; an aborted run resolves with what was measured, as incomplete.
 */
export function runSuite(request: RunRequest, seams: RunSeams): Promise<RunResult> {
  const { reference } = request
  if (reference.kind === 'live')
    return runWith(lockstepMethod(reference.scenarios, request, seams.runPair), request, seams)
  const row = reference.kind === 'stored' ? reference.row : undefined
  return runWith(storedMethod(row, request, seams.runFork), request, seams)
}

async function runWith<Trial>(
  method: Method<Trial>,
  request: RunRequest,
  seams: RunSeams,
): Promise<RunResult> {
  const startedAt = new Date()
  const start = performance.now()
  const commit = await readCommit(request.target ?? request.root)
  const tracks = request.scenarios.map((planned) => newTrack<Trial>(planned))
  const session: Session<Trial> = {
    request,
    seams,
    method,
    tracks: tracks.filter(({ planned }) => planned.skipReason === undefined),
    isOver: () => request.isQuick || performance.now() - start >= request.budgetMs,
  }
  const isMeasured = (await measureTracks(session)) && (await profileTracks(session))
  const proof = isMeasured ? await prove(session) : null
  const isComplete = isMeasured && !seams.signal.aborted
  const scenarios = tracks.map((track) => toResult(track, session))
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    run: {
      id: request.id,
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - start),
      isComplete,
      commit,
      target: request.target,
      against: request.reference.kind === 'live' ? request.reference.name : null,
      seed: request.seed,
      forks: request.forks,
      isQuick: request.isQuick,
      budgetMs: request.budgetMs,
      timeoutMs: request.timeoutMs ?? null,
      filters: [...request.filters],
    },
    environment: describeEnvironment(),
    scenarios,
    gate: evaluateGate(scenarios, { ...request, isComplete, proof }),
  }
  const profiles = tracks.flatMap(({ profile }) =>
    profile === undefined || 'failure' in profile ? [] : [profile],
  )
  return { report, profiles }
}

/** The gate's proof of itself. Null where none is asked for, or it was aborted. */
async function prove<Trial>({
  request: { seed },
  seams: { proveGate, signal, onProgress },
}: Session<Trial>): Promise<Proof | null> {
  if (proveGate === undefined) return null
  try {
    return await proveGate(seed, signal, (done, total) =>
      onProgress({ stage: 'proving', scenarioId: 'the gate itself', done, total, leftMs: null }),
    )
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

/** Profiles what could be measured. False when it was aborted. */
async function profileTracks<Trial>({
  tracks,
  request,
  seams: { runProfiles, signal, onProgress },
}: Session<Trial>): Promise<boolean> {
  if (runProfiles === undefined) return true
  const waiting = tracks.filter(({ failure, first }) => failure === undefined && first.length > 0)
  const total = waiting.length
  const start = performance.now()
  let started = 0
  const work = async () => {
    while (started < total && !signal.aborted) {
      const track = waiting[started]!
      const { scenario } = track.planned
      const leftMs = started === 0 ? null : ((performance.now() - start) / started) * (total - started)
      onProgress({ stage: 'profiling', scenarioId: scenario.id, done: started, total, leftMs })
      started += 1
      track.profile = await runProfiles(track.planned, profilePlanOf(scenario.kind, request.isQuick), signal)
    }
  }
  try {
    await Promise.all(Array.from({ length: PROFILED_AT_ONCE }, work))
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return !signal.aborted
}

function toResult<Trial>(track: Track<Trial>, session: Session<Trial>): ScenarioResult {
  const { method, request } = session
  const { scenario, skipReason } = track.planned
  const base = {
    id: scenario.id,
    kind: scenario.kind,
    parameters: scenario.parameters ?? {},
    isKey: scenario.key ?? true,
    tags: [...(scenario.tags ?? [])],
  }
  if (skipReason !== undefined) return { ...base, status: 'skipped', reason: skipReason }
  if (track.failure !== undefined) return { ...base, status: 'failed', reason: track.failure }
  if (track.first.length === 0) return { ...base, status: 'not-reached' }
  const comparisons = compareTrack(track, session)
  // The numbers shown are those of all trials, confirming ones too; the first look stays one of its own.
  const { first, confirming } = selectTrials(track, session)
  const forks = [...first, ...confirming].map(method.forkOf)
  const setAside = track.first.length + track.confirming.length - forks.length
  const pairs = [...pairRows(first, false, method), ...pairRows(confirming, true, method)]
  const measured = { ...base, ...summariseForks(forks, request.seed), comparisons, forks, pairs, setAside }
  return { ...measured, status: 'measured', profile: profileOf(track, measured, request) }
}

function pairRows<Trial>(
  trials: readonly Trial[],
  isConfirming: boolean,
  { pairOf }: Method<Trial>,
): PairRow[] {
  return trials.flatMap((trial) => {
    const ratios = pairOf(trial)
    return ratios === null ? [] : [{ isConfirming, ratios }]
  })
}

function profileOf(
  { profile }: Pick<Track<unknown>, 'profile'>,
  measured: Pick<MeasuredResult, 'kind' | 'canary' | 'metrics' | 'forks'>,
  { root, seed }: RunRequest,
): ProfileSummary | null {
  if (profile === undefined) return null
  if ('failure' in profile) return failedProfile(measured.kind, profile.failure)
  return summariseProfile(profile, measured, root, seed)
}
