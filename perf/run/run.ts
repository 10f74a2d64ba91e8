// A run, from its request to its report: measure, profile, prove, gate. Nothing is printed or written here.
import { readRevision } from '../git/revision.ts'
import type { ScenarioBlame } from '../profiling/blame-summary.ts'
import type { ScenarioProfile } from '../profiling/pass.ts'
import { readEnvironment } from '../results/environment.ts'
import { REPORT_VERSION, type Report } from '../results/report.ts'
import { evaluateGate, type Proof } from '../verdict/gate.ts'
import { lockstepMethod } from './lockstep.ts'
import type { Method } from './method.ts'
import { profileTracks } from './profile-stage.ts'
import { toGateReference } from './reference.ts'
import type { RunRequest, RunSeams } from './request.ts'
import { toOutcome } from './scenario-result.ts'
import { storedMethod } from './stored.ts'
import { compareTrack, measureTracks, newTrack, type Session, type Track } from './trials.ts'

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
  if (reference.kind === 'lockstep')
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
  const commit = await (seams.readRevision ?? readRevision)(request.target ?? request.root)
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
  const outcomes = tracks.map((track) => toOutcome(track, session))
  const scenarios = outcomes.map(({ result }) => result)
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    run: {
      ...summariseRequest(request),
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - start),
      isComplete,
      commit,
    },
    environment: readEnvironment(),
    scenarios,
    gate: evaluateGate(scenarios, {
      ...request,
      reference: toGateReference(request.reference),
      isComplete,
      proof,
    }),
  }
  const profiles = tracks.flatMap(({ profile }) =>
    profile === undefined || 'failure' in profile ? [] : [profile],
  )
  return { report, profiles, blames: outcomes.flatMap(({ blame }) => blame ?? []) }
}

/** What a report says of what was asked for. */
function summariseRequest({
  id,
  target,
  reference,
  seed,
  forks,
  isQuick,
  budgetMs,
  timeoutMs,
  filters,
}: RunRequest): Omit<Report['run'], 'startedAt' | 'elapsedMs' | 'isComplete' | 'commit'> {
  const against = reference.kind === 'lockstep' ? reference.name : null
  return { id, target, against, seed, forks, isQuick, budgetMs, timeoutMs: timeoutMs ?? null, filters }
}

/** The gate's proof of itself. Null where none is asked for, nothing hangs on it, or it was aborted. */
async function prove<Trial>(session: Session<Trial>): Promise<Proof | null> {
  const {
    request: { seed },
    seams: { proveGate, signal, onProgress },
  } = session
  if (proveGate === undefined || !session.tracks.some((track) => isCompared(track, session))) return null
  try {
    return await proveGate(seed, signal, (done, total) =>
      onProgress({ stage: 'proving', scenarioId: 'the gate itself', done, total, leftMs: null }),
    )
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

function isCompared<Trial>(track: Track<Trial>, session: Session<Trial>): boolean {
  const isMeasured = track.failure === undefined && track.first.length > 0
  return isMeasured && compareTrack(track, session).some(({ ratio }) => ratio !== null)
}
