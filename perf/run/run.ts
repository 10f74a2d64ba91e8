import { blameScenario, type ScenarioBlame, summariseBlame } from '../profiling/blame-summary.ts'
import type { ScenarioProfile } from '../profiling/pass.ts'
import { failedProfile, opCostNs, summariseProfile } from '../profiling/summary.ts'
import { readCommit, readEnvironment } from '../results/environment.ts'
import {
  type BlameSummary,
  type MeasuredResult,
  type PairRow,
  type ProfileSummary,
  type Proof,
  REPORT_VERSION,
  type Report,
  type ScenarioResult,
} from '../results/report.ts'
import { costRatio } from '../verdict/cost.ts'
import { evaluateGate } from '../verdict/gate.ts'
import { summariseForks } from './fork-summary.ts'
import { lockstepMethod } from './lockstep.ts'
import type { Method } from './method.ts'
import { profileTracks } from './profile-stage.ts'
import type { RunRequest, RunSeams } from './request.ts'
import { storedMethod } from './stored.ts'
import { compareTrack, measureTracks, newTrack, type Session, selectTrials, type Track } from './trials.ts'

/** Everything that a run found out: what the report says, and the profiles behind it, by scenario. */
export interface RunResult {
  readonly report: Report
  readonly profiles: readonly ScenarioProfile[]
  /** Of the scenarios whose cost changed and of which both versions were at hand. */
  readonly blames: readonly ScenarioBlame[]
}

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
  const tracks = request.scenarios.map((discovered) => newTrack<Trial>(discovered))
  const session: Session<Trial> = {
    request,
    seams,
    method,
    tracks: tracks.filter(({ discovered }) => discovered.skipReason === undefined),
    isOver: () => request.isQuick || performance.now() - start >= request.budgetMs,
  }
  const isMeasured = (await measureTracks(session)) && (await profileTracks(session))
  const proof = isMeasured ? await prove(session) : null
  const isComplete = isMeasured && !seams.signal.aborted
  const outcomes = tracks.map((track) => toResult(track, session))
  const scenarios = outcomes.map(({ result }) => result)
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
    environment: readEnvironment(),
    scenarios,
    gate: evaluateGate(scenarios, { ...request, isComplete, proof }),
  }
  const profiles = tracks.flatMap(({ profile }) =>
    profile === undefined || 'failure' in profile ? [] : [profile],
  )
  return { report, profiles, blames: outcomes.flatMap(({ blame }) => blame ?? []) }
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

interface Outcome {
  readonly result: ScenarioResult
  readonly blame?: ScenarioBlame
}

function toResult<Trial>(track: Track<Trial>, session: Session<Trial>): Outcome {
  const { method, request } = session
  const { scenario, skipReason } = track.discovered
  const base = {
    id: scenario.id,
    kind: scenario.kind,
    parameters: scenario.parameters ?? {},
    isKey: scenario.key ?? true,
    tags: [...(scenario.tags ?? [])],
  }
  if (skipReason !== undefined) return { result: { ...base, status: 'skipped', reason: skipReason } }
  if (track.failure !== undefined) return { result: { ...base, status: 'failed', reason: track.failure } }
  if (track.first.length === 0) return { result: { ...base, status: 'not-reached' } }
  const comparisons = compareTrack(track, session)
  // The numbers shown are those of all trials, confirming ones too; the first look stays one of its own.
  const { first, confirming } = selectTrials(track, session)
  const forks = [...first, ...confirming].map(method.forkOf)
  const setAside = track.first.length + track.confirming.length - forks.length
  const pairs = [...pairRows(first, false, method), ...pairRows(confirming, true, method)]
  const measured = { ...base, ...summariseForks(forks, request.seed), comparisons, forks, pairs, setAside }
  const profile = profileOf(track, measured, request)
  const { blame, summary } = blameOf(track, measured, request)
  return { result: { ...measured, status: 'measured', profile, blame: summary }, ...(blame && { blame }) }
}

/** Who made the op cost what it does, where both versions were profiled. */
function blameOf(
  { profile, other }: Pick<Track<unknown>, 'profile' | 'other'>,
  measured: Pick<MeasuredResult, 'kind' | 'comparisons' | 'metrics'>,
  { root, target }: RunRequest,
): { readonly blame?: ScenarioBlame; readonly summary: BlameSummary | null } {
  const ratio = costRatio(measured)
  if (ratio === null || profile === undefined || 'failure' in profile) return { summary: null }
  if (other === undefined || 'failure' in other.profile) return { summary: null }
  const roots = { baseline: other.folder, candidate: target ?? root }
  const blame = blameScenario(other.profile, profile, { nsPerOp: opCostNs(measured), ratio, roots })
  return { blame, summary: summariseBlame(blame, ratio) }
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
  { root, target, seed }: RunRequest,
): ProfileSummary | null {
  if (profile === undefined) return null
  if ('failure' in profile) return failedProfile(measured.kind, profile.failure)
  return summariseProfile(profile, measured, target ?? root, seed)
}
