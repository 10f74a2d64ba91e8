import { describeEnvironment, readCommit } from './environment.ts'
import { confidenceFor } from './error-budget.ts'
import type { ForkRunner } from './fork.ts'
import { evaluateGate } from './gate.ts'
import { type NextStep, nextStep } from './judge.ts'
import { lockstepMethod } from './lockstep-method.ts'
import type { Method, Trials } from './method.ts'
import { TIMED_METRICS } from './metrics.ts'
import type { PairRunner } from './pair.ts'
import type { ProfileRunner, ScenarioProfile } from './profile-pass.ts'
import { failedProfile, summariseProfile } from './profile-summary.ts'
import type { GateProver } from './proof.ts'
import type { Reference } from './reference.ts'
import {
  type Comparison,
  type MeasuredResult,
  type PairRow,
  type ProfileSummary,
  type Proof,
  REPORT_VERSION,
  type Report,
  type ScenarioResult,
} from './result-file.ts'
import { type Effort, profilePlanOf, roundsOf } from './run-plan.ts'
import { scheduleForks } from './schedule.ts'
import { storedMethod } from './stored-method.ts'
import type { PlannedScenario } from './suite.ts'
import { summariseForks } from './summary.ts'

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
  readonly reference: Reference
  /** Whether forks are added where a comparison is not clear; a run that only shows one adds none. */
  readonly mayAddForks: boolean
}

/** Where a run is: `done` of `total` forks, and what comes now. */
export interface Progress {
  readonly stage: 'measuring' | 'repeating' | 'confirming' | 'widening' | 'profiling' | 'proving'
  readonly scenarioId: string
  readonly done: number
  readonly total: number
  readonly leftMs: number | null
}

/** What a run needs from outside; tests bring their own. */
export interface RunSeams {
  readonly runFork: ForkRunner
  readonly runPair: PairRunner
  /** Undefined for a run without profiles. */
  readonly runProfiles: ProfileRunner | undefined
  /** Undefined for a run on which nothing hangs. */
  readonly proveGate: GateProver | undefined
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}

/** What is known of one scenario while the run goes on. */
interface Track<Trial> {
  readonly planned: PlannedScenario
  readonly first: Trial[]
  readonly confirming: Trial[]
  /** Looks that were taken or are being prepared. */
  look: number
  confirmingLook: number
  failure: string | undefined
  profile: ScenarioProfile | { readonly failure: string } | undefined
}

/** A run while it goes on. */
interface Session<Trial> {
  readonly request: RunRequest
  readonly seams: RunSeams
  readonly method: Method<Trial>
  /** Those that can run here. */
  readonly tracks: readonly Track<Trial>[]
  /** Whether the time for more trials is spent. */
  readonly isOver: () => boolean
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
  const tracks = request.scenarios.map((planned): Track<Trial> => {
    return {
      planned,
      first: [],
      confirming: [],
      look: 1,
      confirmingLook: 0,
      failure: undefined,
      profile: undefined,
    }
  })
  const session: Session<Trial> = {
    request,
    seams,
    method,
    tracks: tracks.filter(({ planned }) => planned.skipReason === undefined),
    isOver: () => request.isQuick || performance.now() - start >= request.budgetMs,
  }
  const isMeasured =
    (await runTrials(
      scheduleForks(session.tracks, (track) => method.looksOf(track.planned.scenario.kind)[0]!, request.seed),
      'measuring',
      session,
    )) &&
    (await repeatDisturbed(session)) &&
    (await clarify(session)) &&
    (await profileTracks(session))
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

/** Repeats trials of moments in which the machine was slow, as long as there is time. False when it was aborted. */
async function repeatDisturbed<Trial>(session: Session<Trial>): Promise<boolean> {
  const { tracks, request, method, isOver } = session
  for (let round = 0; round < roundsOf(request) && !isOver(); round++) {
    const lacking = (track: Track<Trial>) => {
      if (track.failure !== undefined) return 0
      const { length } = method.select(track.first, alikeOf(track, session), 0)
      return request.forks - length
    }
    const repeats = scheduleForks(tracks, lacking, request.seed + round)
    if (repeats.length === 0) return true
    if (!(await runTrials(repeats, 'repeating', session, isOver))) return false
  }
  return true
}

/** The trials of all scenarios of the same kind: the canaries of a busy server are slower than those of a fork. */
function alikeOf<Trial>(track: Track<Trial>, { tracks }: Session<Trial>): Trial[] {
  const alike = tracks.filter(({ planned }) => planned.scenario.kind === track.planned.scenario.kind)
  return alike.flatMap(({ first }) => first)
}

/**
 * Adds trials where a first look is not enough: fresh ones to confirm what lies beyond a limit, more of the same where an
 * interval crosses it. What the last added ones put beyond a limit is confirmed too. False when it was aborted.
 */
async function clarify<Trial>(session: Session<Trial>): Promise<boolean> {
  const { tracks, request, isOver } = session
  if (!request.mayAddForks) return true
  for (let round = 0; ; round++) {
    const steps = new Map(tracks.map((track) => [track, stepOf(track, session)]))
    const wanting = (step: NextStep) => tracks.filter((track) => steps.get(track) === step)
    const isLate = isOver()
    // What lies beyond a limit is confirmed however late it is; without that, it is no verdict at all.
    const batches: [readonly Track<Trial>[], 'confirming' | 'widening', () => boolean][] = [
      [wanting('confirm'), 'confirming', () => false],
      [isLate ? [] : wanting('widen-confirmation'), 'confirming', isOver],
      [isLate ? [] : wanting('widen'), 'widening', isOver],
    ]
    if (batches.every(([wanted]) => wanted.length === 0)) return true
    for (const [wanted, stage, isEnough] of batches) {
      const added = new Map(wanted.map((track) => [track, takeNextLook(track, stage, session.method)]))
      const schedule = scheduleForks(wanted, (track) => added.get(track)!, request.seed + round)
      if (!(await runTrials(schedule, stage, session, isEnough))) return false
    }
  }
}

/** How many trials the next look takes beyond the last one. */
function takeNextLook<Trial>(
  track: Track<Trial>,
  stage: 'confirming' | 'widening',
  { looksOf, confirmingLooksOf }: Method<Trial>,
): number {
  const { kind } = track.planned.scenario
  const [counts, look] =
    stage === 'confirming' ? [confirmingLooksOf(kind), track.confirmingLook++] : [looksOf(kind), track.look++]
  return counts[look]! - (counts[look - 1] ?? 0)
}

/** What a scenario still needs and may have. */
function stepOf<Trial>(track: Track<Trial>, session: Session<Trial>): NextStep {
  const { kind } = track.planned.scenario
  if (track.failure !== undefined || track.first.length === 0) return 'nothing'
  const step = nextStep(compareTrack(track, session), track.confirming.length > 0)
  if (step === 'widen' && track.look >= session.method.looksOf(kind).length) return 'nothing'
  if (step === 'widen-confirmation' && track.confirmingLook >= session.method.confirmingLooksOf(kind).length)
    return 'nothing'
  return step
}

/**
 * Runs trials one after the other, until `isOver` where that is given; a scenario that fails once is not run again.
 * False when it was aborted.
 */
async function runTrials<Trial>(
  schedule: readonly Track<Trial>[],
  stage: Progress['stage'],
  { method, seams: { signal, onProgress } }: Session<Trial>,
  isOver = () => false,
): Promise<boolean> {
  const start = performance.now()
  for (const [done, track] of schedule.entries()) {
    if (signal.aborted) return false
    if (isOver()) return true
    if (track.failure !== undefined) continue
    const { planned, first, confirming } = track
    const leftMs = done === 0 ? null : ((performance.now() - start) / done) * (schedule.length - done)
    onProgress({ stage, scenarioId: planned.scenario.id, done, total: schedule.length, leftMs })
    try {
      const outcome = await method.measure(planned, first.length + confirming.length, signal)
      if (outcome.kind === 'failed') track.failure = outcome.reason
      else (stage === 'confirming' ? confirming : first).push(outcome.measurement)
    } catch (error) {
      if (signal.aborted) return false
      throw error
    }
  }
  return !signal.aborted
}

function compareTrack<Trial>(track: Track<Trial>, session: Session<Trial>): Comparison[] {
  const { method, request, tracks } = session
  const { kind } = track.planned.scenario
  const confidence = confidenceFor({
    comparisons: tracks.length * TIMED_METRICS.length,
    looks: method.looksOf(kind).length,
    confirmingLooks: method.confirmingLooksOf(kind).length,
    correlation: method.correlation,
  })
  return method.compare(
    { planned: track.planned, ...selectTrials(track, session) },
    { confidence, seed: request.seed },
  )
}

function selectTrials<Trial>(
  track: Track<Trial>,
  session: Session<Trial>,
): Pick<Trials<Trial>, 'first' | 'confirming'> {
  const { method, request } = session
  const { kind } = track.planned.scenario
  const alike = alikeOf(track, session)
  return {
    first: method.select(track.first, alike, request.forks),
    confirming: method.select(
      track.confirming,
      alike,
      Math.min(method.confirmingLooksOf(kind)[0]!, request.forks),
    ),
  }
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
