import type { BaselineRow } from './baseline.ts'
import { boundOf, type Candidate, compareScenario } from './compare.ts'
import { isDisturbed, quietForks, quietLevel } from './disturbance.ts'
import { describeEnvironment, readCommit } from './environment.ts'
import type { ForkRunner } from './fork.ts'
import { evaluateGate } from './gate.ts'
import type { ForkMeasurement } from './measure.ts'
import { TIMED_METRICS } from './metrics.ts'
import type { ProfileRunner, ScenarioProfile } from './profile-pass.ts'
import { failedProfile, summariseProfile } from './profile-summary.ts'
import {
  type Comparison,
  type MeasuredResult,
  type ProfileSummary,
  REPORT_VERSION,
  type Report,
  type ScenarioResult,
} from './result-file.ts'
import { CONFIRMING_FORKS, type Effort, planOf, profilePlanOf, roundsOf, timeoutOf } from './run-plan.ts'
import { scheduleForks } from './schedule.ts'
import type { PlannedScenario } from './suite.ts'
import { summariseForks } from './summary.ts'
import { lookAt } from './verdict.ts'

/** What a run is asked to do. */
export interface RunRequest extends Effort {
  readonly id: string
  /** The project's folder. */
  readonly root: string
  readonly target: string | null
  readonly filters: readonly string[]
  readonly scenarios: readonly PlannedScenario[]
  readonly seed: number
  /** Overrides how long a fork may take, ms. */
  readonly timeoutMs: number | undefined
  readonly isStrict: boolean
  readonly row: BaselineRow | undefined
  readonly baselineProblem: string | undefined
  /** Whether forks are added where a comparison is not clear; a run that only shows one adds none. */
  readonly mayAddForks: boolean
}

/** Where a run is: `done` of `total` forks, and what comes now. */
export interface Progress {
  readonly stage: 'measuring' | 'repeating' | 'confirming' | 'widening' | 'profiling'
  readonly scenarioId: string
  readonly done: number
  readonly total: number
  readonly leftMs: number | null
}

/** What a run needs from outside; tests bring their own. */
export interface RunSeams {
  readonly runFork: ForkRunner
  /** Undefined for a run without profiles. */
  readonly runProfiles: ProfileRunner | undefined
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}

const QUICK_HTTP = 'a quick run does not warm a server up as far as the baseline did'

/** What is known of one scenario while the run goes on. */
interface Track {
  readonly planned: PlannedScenario
  readonly forks: ForkMeasurement[]
  readonly confirmingForks: ForkMeasurement[]
  failure: string | undefined
  profile: ScenarioProfile | { readonly failure: string } | undefined
}

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
export async function runSuite(request: RunRequest, seams: RunSeams): Promise<RunResult> {
  const startedAt = new Date()
  const start = performance.now()
  const commit = await readCommit(request.target ?? request.root)
  const tracks = request.scenarios.map((planned): Track => {
    return { planned, forks: [], confirmingForks: [], failure: undefined, profile: undefined }
  })
  const runnable = tracks.filter(({ planned }) => planned.skipReason === undefined)
  const isComplete =
    (await runForks(scheduleForks(runnable, request.forks, request.seed), 'measuring', request, seams)) &&
    (await repeatDisturbed(runnable, request, seams, start)) &&
    (await clarify(runnable, request, seams, start)) &&
    (await profileTracks(runnable, request, seams))
  const scenarios = tracks.map((track) => toResult(track, tracks, request))
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    run: {
      id: request.id,
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - start),
      isComplete,
      commit,
      target: request.target,
      seed: request.seed,
      forks: request.forks,
      isQuick: request.isQuick,
      budgetMs: request.budgetMs,
      timeoutMs: request.timeoutMs ?? null,
      filters: [...request.filters],
    },
    environment: describeEnvironment(),
    scenarios,
    gate: evaluateGate(scenarios, { ...request, isComplete }),
  }
  const profiles = tracks.flatMap(({ profile }) =>
    profile === undefined || 'failure' in profile ? [] : [profile],
  )
  return { report, profiles }
}

/** Profiles what could be measured. False when it was aborted. */
async function profileTracks(
  tracks: readonly Track[],
  request: RunRequest,
  { runProfiles, signal, onProgress }: RunSeams,
): Promise<boolean> {
  if (runProfiles === undefined) return true
  const waiting = tracks.filter(({ failure, forks }) => failure === undefined && forks.length > 0)
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

/** Repeats forks of moments in which the machine was slow, as long as there is time. False when it was aborted. */
async function repeatDisturbed(
  tracks: readonly Track[],
  request: RunRequest,
  seams: RunSeams,
  start: number,
): Promise<boolean> {
  const isOver = () => isOverBudget(request, start)
  for (let round = 0; round < roundsOf(request) && !isOver(); round++) {
    const lacking = (track: Track) => {
      if (track.failure !== undefined) return 0
      const level = levelOf(track, tracks)
      return request.forks - track.forks.filter((fork) => !isDisturbed(fork, level)).length
    }
    const repeats = scheduleForks(tracks, lacking, request.seed + round)
    if (repeats.length === 0) return true
    if (!(await runForks(repeats, 'repeating', request, seams, isOver))) return false
  }
  return true
}

/** The quiet level among the forks of the same kind: the canaries of a busy server are slower than those of a fork. */
function levelOf(track: Track, tracks: readonly Track[]): number {
  const alike = tracks.filter(({ planned }) => planned.scenario.kind === track.planned.scenario.kind)
  return quietLevel(alike.flatMap(({ forks }) => forks))
}

function isOverBudget({ isQuick, budgetMs }: RunRequest, start: number): boolean {
  return isQuick || performance.now() - start >= budgetMs
}

/**
 * Adds forks where a first look is not enough: fresh ones to confirm what lies beyond a limit, more of the same where an
 * interval crosses it. What the last added forks put beyond a limit is confirmed too. False when it was aborted.
 */
async function clarify(
  tracks: readonly Track[],
  request: RunRequest,
  seams: RunSeams,
  start: number,
): Promise<boolean> {
  if (!request.mayAddForks) return true
  const rounds = roundsOf(request)
  for (let round = 0; round <= rounds; round++) {
    const isOver = () => round === rounds || isOverBudget(request, start)
    const suspects = tracks.filter((track) => needsConfirmation(track, tracks, request))
    const unclear = isOver()
      ? []
      : tracks.filter((track) => !suspects.includes(track) && isUnclear(track, tracks, request))
    if (suspects.length + unclear.length === 0) return true
    const confirming = scheduleForks(
      suspects,
      Math.max(CONFIRMING_FORKS, request.forks),
      request.seed + round,
    )
    const widening = scheduleForks(unclear, request.forks, request.seed + round)
    if (!(await runForks(confirming, 'confirming', request, seams))) return false
    if (!(await runForks(widening, 'widening', request, seams, isOver))) return false
  }
  return true
}

/**
 * Runs forks one after the other, until `isOver` where that is given; a scenario that fails once is not run again.
 * False when it was aborted.
 */
async function runForks(
  schedule: readonly Track[],
  stage: Progress['stage'],
  request: RunRequest,
  { runFork, signal, onProgress }: RunSeams,
  isOver = () => false,
): Promise<boolean> {
  const start = performance.now()
  for (const [done, track] of schedule.entries()) {
    if (signal.aborted) return false
    if (isOver()) return true
    if (track.failure !== undefined) continue
    const { planned } = track
    const leftMs = done === 0 ? null : ((performance.now() - start) / done) * (schedule.length - done)
    onProgress({ stage, scenarioId: planned.scenario.id, done, total: schedule.length, leftMs })
    const plan = planOf(planned.scenario.kind, request)
    try {
      const outcome = await runFork(planned, plan, request.timeoutMs ?? timeoutOf(plan), signal)
      if (outcome.kind === 'failed') track.failure = outcome.reason
      else (stage === 'confirming' ? track.confirmingForks : track.forks).push(outcome.measurement)
    } catch (error) {
      if (signal.aborted) return false
      throw error
    }
  }
  return !signal.aborted
}

function needsConfirmation(track: Track, tracks: readonly Track[], request: RunRequest): boolean {
  return track.confirmingForks.length === 0 && firstLooks(track, tracks, request).some(isBeyond)
}

function isBeyond({ metric, isGated, limit, ratio }: Comparison): boolean {
  if (!isGated || metric === 'patchBytesPerOp' || limit === null || ratio === null) return false
  return lookAt(ratio, boundOf(metric, limit), 1).kind === 'beyond'
}

function isUnclear(track: Track, tracks: readonly Track[], request: RunRequest): boolean {
  if (track.confirmingForks.length > 0) return false
  const comparisons = firstLooks(track, tracks, request)
  return comparisons.some(({ isGated, verdict }) => isGated && verdict.kind === 'inconclusive')
}

function firstLooks(track: Track, tracks: readonly Track[], request: RunRequest): Comparison[] {
  if (request.row === undefined || track.failure !== undefined || track.forks.length === 0) return []
  return compareTrack(track, tracks, request, request.row)
}

function compareTrack(
  track: Track,
  tracks: readonly Track[],
  request: RunRequest,
  row: BaselineRow,
): Comparison[] {
  return compareScenario(row.scenarios[track.planned.scenario.id], toCandidate(track, tracks, request), {
    comparisons: tracks.length * TIMED_METRICS.length,
    seed: request.seed,
  })
}

function toCandidate(track: Track, tracks: readonly Track[], request: RunRequest): Candidate {
  const { scenario } = track.planned
  return {
    id: scenario.id,
    parameters: scenario.parameters ?? {},
    isKey: scenario.key ?? true,
    limits: scenario.limits,
    handicap: request.isQuick && scenario.kind === 'http' ? QUICK_HTTP : undefined,
    ...quietSides(track, tracks, request),
  }
}

function quietSides(
  track: Track,
  tracks: readonly Track[],
  { forks }: RunRequest,
): Pick<Candidate, 'forks' | 'confirmingForks'> {
  const level = levelOf(track, tracks)
  return {
    forks: quietForks(track.forks, level, forks),
    confirmingForks: quietForks(track.confirmingForks, level, Math.min(CONFIRMING_FORKS, forks)),
  }
}

function toResult(track: Track, tracks: readonly Track[], request: RunRequest): ScenarioResult {
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
  if (track.forks.length === 0) return { ...base, status: 'not-reached' }
  const comparisons = request.row === undefined ? [] : compareTrack(track, tracks, request, request.row)
  // The numbers shown are those of all forks, confirming ones too; the first look stays one of its own.
  const quiet = quietSides(track, tracks, request)
  const forks = [...quiet.forks, ...quiet.confirmingForks]
  const setAside = track.forks.length + track.confirmingForks.length - forks.length
  const measured = { ...base, ...summariseForks(forks, request.seed), comparisons, forks, setAside }
  return { ...measured, status: 'measured', profile: profileOf(track, measured, request) }
}

function profileOf(
  { profile }: Track,
  measured: Pick<MeasuredResult, 'kind' | 'canary' | 'metrics' | 'forks'>,
  { root, seed }: RunRequest,
): ProfileSummary | null {
  if (profile === undefined) return null
  if ('failure' in profile) return failedProfile(measured.kind, profile.failure)
  return summariseProfile(profile, measured, root, seed)
}
