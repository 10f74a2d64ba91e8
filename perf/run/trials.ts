// The trials of a run while it goes on: first looks, repeats, confirmations.

import { workAtOnce } from '../process/cores/at-once.ts'
import type { ScenarioProfile } from '../profiling/pass.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { TIMED_METRICS } from '../suite/metrics.ts'
import { confidenceFor } from '../verdict/error-budget.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import { type NextStep, nextStep } from '../verdict/next-step.ts'
import { type Extent, roundsOf } from './durations.ts'
import type { KnownCode } from './identify.ts'
import type { Method, Trials } from './methods/method.ts'
import type { Progress, RunRequest, RunSeams } from './request.ts'
import { scheduleForks } from './schedule.ts'

/** What is known of one scenario while the run goes on. */
export interface Track<Trial> {
  readonly discovered: DiscoveredScenario
  /** What was found out before it is measured; undefined where nothing was. */
  readonly code: KnownCode | undefined
  /** Trials that have begun. */
  started: number
  readonly first: Trial[]
  readonly confirming: Trial[]
  /** Looks that were taken or are being prepared. */
  look: number
  confirmingLook: number
  failure: string | undefined
  profile: ScenarioProfile | { readonly failure: string } | undefined
  /** The same of the version that it is compared with, where its cost is another. */
  baseline:
    | { readonly profile: ScenarioProfile | { readonly failure: string }; readonly folder: string }
    | undefined
  /** Its comparisons, and how many trials they were made from. */
  compared: { readonly trials: string; readonly comparisons: readonly Comparison[] } | undefined
}

/** A run while it goes on. */
export interface Session<Trial> {
  readonly request: RunRequest
  readonly seams: RunSeams
  readonly method: Method<Trial>
  /** Those that can run here. */
  readonly tracks: readonly Track<Trial>[]
  /** How much they are profiled. */
  readonly effort: Extent
  /** Why there is nothing to compare them with, where that is known. */
  readonly problem: string | undefined
  /** Whether the time for more trials is spent. */
  readonly isOver: () => boolean
}

/** A scenario of which nothing has been measured yet. */
export function newTrack<Trial>(discovered: DiscoveredScenario, code?: KnownCode): Track<Trial> {
  return {
    discovered,
    code,
    started: 0,
    first: [],
    confirming: [],
    look: 1,
    confirmingLook: 0,
    failure: undefined,
    profile: undefined,
    baseline: undefined,
    compared: undefined,
  }
}

/**
 * Takes a first look at every scenario, and as many more trials as clear verdicts take and the run's time allows. False
 * when it was aborted.
 */
export async function measureTracks<Trial>(session: Session<Trial>): Promise<boolean> {
  const { tracks, method, request } = session
  const atFirst = () => method.looks[0]!
  const start = performance.now()
  const isWhole =
    (await runTrials(schedule(tracks, atFirst, request.seed, method), 'measuring', session)) &&
    (await reachFewest(session))
  const isPatient = request.isPatient === true && !request.isQuick
  const rest = isPatient ? lengthen(session, performance.now() - start) : session
  return isWhole && (await repeatDisturbed(rest)) && (await clarify(rest))
}

/** Takes further looks at what is not to be confirmed, until each has the fewest trials. False when it was aborted. */
async function reachFewest<Trial>(session: Session<Trial>): Promise<boolean> {
  const { tracks, method, request } = session
  const isShort = (track: Track<Trial>) =>
    track.failure === undefined &&
    method.looks[track.look - 1]! < method.fewest &&
    !(request.mayAddForks && stepOf(track, session) === 'confirm')
  for (;;) {
    const short = tracks.filter(isShort)
    if (short.length === 0) return true
    if (!(await lookAgain(short, 'widening', session, request.seed))) return false
  }
}

/** The same, with at least so long from now for more trials. */
function lengthen<Trial>(session: Session<Trial>, restMs: number): Session<Trial> {
  const end = performance.now() + restMs
  return { ...session, isOver: () => session.isOver() && performance.now() >= end }
}

/** Repeats trials of moments in which the machine was slow, as long as there is time. False when it was aborted. */
async function repeatDisturbed<Trial>(session: Session<Trial>): Promise<boolean> {
  const { tracks, request, method, isOver } = session
  for (let round = 0; round < roundsOf(request) && !isOver(); round++) {
    const lacking = (track: Track<Trial>) => {
      if (track.failure !== undefined) return 0
      const { length } = method.select(track.first, alikeOf(track, session).flat(), 0)
      return method.looks[0]! - length
    }
    const repeats = schedule(tracks, lacking, request.seed + round, method)
    if (repeats.length === 0) return true
    if (!(await runTrials(repeats, 'repeating', session, isOver))) return false
  }
  return true
}

/** The trials of all scenarios of the same kind, apart: the canaries of a busy server are slower than those of a fork. */
function alikeOf<Trial>({ discovered }: Track<Trial>, { tracks }: Session<Trial>): (readonly Trial[])[] {
  const alike = tracks.filter((track) => track.discovered.scenario.kind === discovered.scenario.kind)
  return alike.map(({ first }) => first)
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
      if (!(await lookAgain(wanted, stage, session, request.seed + round, isEnough))) return false
    }
  }
}

/** Takes the next look at each of these, or as much of it as there is before `isOver`. False when it was aborted. */
function lookAgain<Trial>(
  tracks: readonly Track<Trial>[],
  stage: 'confirming' | 'widening',
  session: Session<Trial>,
  seed: number,
  isOver?: () => boolean,
): Promise<boolean> {
  const added = new Map(tracks.map((track) => [track, takeNextLook(track, stage, session.method)]))
  return runTrials(
    schedule(tracks, (track) => added.get(track)!, seed, session.method),
    stage,
    session,
    isOver,
  )
}

/** The order of so many trials of each scenario. */
function schedule<Trial>(
  tracks: readonly Track<Trial>[],
  trialsOf: (track: Track<Trial>) => number,
  seed: number,
  { atOnce, startsTogether }: Method<Trial>,
): Track<Trial>[] {
  const kindOf = ({ discovered }: Track<Trial>) => discovered.scenario.kind
  return scheduleForks(tracks, trialsOf, seed, startsTogether ? { atOnce, kindOf } : undefined)
}

/** How many trials the next look takes beyond the last one. */
function takeNextLook<Trial>(
  track: Track<Trial>,
  stage: 'confirming' | 'widening',
  { looks, confirmingLooks }: Method<Trial>,
): number {
  const [counts, look] =
    stage === 'confirming' ? [confirmingLooks, track.confirmingLook++] : [looks, track.look++]
  return counts[look]! - (counts[look - 1] ?? 0)
}

/** What a scenario still needs and may have. */
function stepOf<Trial>(track: Track<Trial>, session: Session<Trial>): NextStep {
  const { looks, confirmingLooks } = session.method
  if (track.failure !== undefined || track.first.length === 0) return 'nothing'
  const step = nextStep(compareTrack(track, session), track.confirming.length > 0)
  if (step === 'widen' && track.look >= looks.length) return 'nothing'
  if (step === 'widen-confirmation' && track.confirmingLook >= confirmingLooks.length) return 'nothing'
  return step
}

/**
 * Runs trials, as many at once as the method allows, until `isOver` where that is given; a scenario that fails once is not run
 * again. False when it was aborted.
 */
function runTrials<Trial>(
  schedule: readonly Track<Trial>[],
  stage: Progress['stage'],
  { method, seams: { signal, onProgress } }: Session<Trial>,
  isOver = () => false,
): Promise<boolean> {
  return workAtOnce(schedule, method.atOnce, signal, async (track, started) => {
    if (track.failure !== undefined || isOver()) return
    const { discovered, first, confirming } = track
    onProgress({ stage, scenarioId: discovered.scenario.id, ...started })
    const outcome = await method.measure(discovered, track.started++, signal)
    if (outcome.kind === 'failed') track.failure = outcome.reason
    else (stage === 'confirming' ? confirming : first).push(outcome.measurement)
  })
}

/** A scenario against what it is compared with, as far as its trials tell. Computed anew only where there are more of them. */
export function compareTrack<Trial>(track: Track<Trial>, session: Session<Trial>): readonly Comparison[] {
  const trials = [alikeOf(track, session).flat().length, track.first.length, track.confirming.length].join(
    ' ',
  )
  if (track.compared?.trials !== trials) track.compared = { trials, comparisons: compareNow(track, session) }
  return track.compared.comparisons
}

function compareNow<Trial>(track: Track<Trial>, session: Session<Trial>): Comparison[] {
  const { method, request, tracks } = session
  const confidence = confidenceFor({
    // Other shards of this run compare as many.
    comparisons: tracks.length * TIMED_METRICS.length * (request.shard?.count ?? 1),
    looks: method.looks.length,
    confirmingLooks: method.confirmingLooks.length,
    correlation: method.correlation,
  })
  return method.compare(
    { discovered: track.discovered, ...selectTrials(track, session) },
    { confidence, seed: request.seed },
    alikeOf(track, session),
  )
}

/** Those of a scenario's trials that count. */
export function selectTrials<Trial>(
  track: Track<Trial>,
  session: Session<Trial>,
): Pick<Trials<Trial>, 'first' | 'confirming'> {
  const { method } = session
  const alike = alikeOf(track, session).flat()
  return {
    first: method.select(track.first, alike, method.looks[0]!),
    confirming: method.select(
      track.confirming,
      alike,
      Math.min(method.confirmingLooks[0]!, method.looks[0]!),
    ),
  }
}
