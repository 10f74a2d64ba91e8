// What a run found out about one scenario, from its trials and profiles.
import { collectEvidence } from '../diagnosis/collect.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import { blameScenario, type ScenarioBlame } from '../profiling/blame-summary.ts'
import { failedProfile, opTimeOf, summariseProfile, type TimedScenario } from '../profiling/summary.ts'
import { summariseDistribution } from '../results/distribution.ts'
import type {
  CodeComparison,
  MeasuredResult,
  PairRow,
  ScenarioHead,
  ScenarioResult,
} from '../results/report.ts'
import { summariseForks } from '../results/scenario-metrics.ts'
import type { ScenarioDescription } from '../suite/scenario.ts'
import { type Cost, decideCost } from '../verdict/cost.ts'
import { compareCounters } from '../verdict/counters.ts'
import { decideScenario, type ScenarioVerdict } from '../verdict/scenario-verdict.ts'
import { warnOfBuild } from '../verdict/warnings.ts'
import { changedCallsOf, isSame, type KnownCode } from './identify.ts'
import type { Method } from './methods/method.ts'
import type { RunRequest } from './request.ts'
import { compareTrack, type Session, selectTrials, type Track } from './trials.ts'

/** A scenario's result, and the blame behind it where both of its versions were profiled. */
export interface ScenarioOutcome {
  readonly result: ScenarioResult
  readonly blame?: ScenarioBlame
}

export function toOutcome<Trial>(track: Track<Trial>, session: Session<Trial>): ScenarioOutcome {
  const { scenario, skipReason } = track.discovered
  const head = headOf(scenario)
  if (skipReason !== undefined) return { result: { ...head, status: 'skipped', reason: skipReason } }
  if (track.failure !== undefined) return { result: { ...head, status: 'failed', reason: track.failure } }
  if (track.first.length === 0) return { result: { ...head, status: 'not-reached' } }
  return measuredOutcome(head, track, session)
}

/** Of a scenario that runs the baseline's code, and was not measured for that. */
export function toUnchanged(scenario: ScenarioDescription): ScenarioOutcome {
  return { result: { ...headOf(scenario), status: 'unchanged' } }
}

function headOf({ limits: _, ...head }: ScenarioDescription): ScenarioHead {
  return head
}

function measuredOutcome<Trial>(
  head: ScenarioHead,
  track: Track<Trial>,
  session: Session<Trial>,
): ScenarioOutcome {
  const { method, request } = session
  const comparisons = compareTrack(track, session)
  const trials = selectTrials(track, session)
  // The numbers shown are those of all trials, confirming ones too; the first look stays one of its own.
  const counted = [...trials.first, ...trials.confirming]
  const forks = counted.map(method.forkOf)
  const summary = summariseForks(forks, request)
  const cost = decideCost(head.kind, summary.metrics, comparisons)
  const timed = { kind: head.kind, canary: summary.canary, nsPerOp: cost.nsPerOp, forks }
  const blame = blameOf(track, cost, request)
  const result: MeasuredResult = {
    ...head,
    status: 'measured',
    verdict: isSame(track.code)
      ? { kind: 'same-code' }
      : (decideScenario(comparisons) ?? unproven(head, session)),
    code: track.code === undefined ? null : describeCode(track.code),
    cost,
    ...summary,
    warnings: [...warnOfBuild(track.code?.candidate.stale), ...summary.warnings],
    counters: compareCounters(
      method.baselineCounters({ discovered: track.discovered, ...trials }),
      forks[0]!.counters,
    ),
    profile: profileOf(track, timed, request),
    findings: findingsOf(track, timed, request),
    comparisons,
    blame: blame?.summary ?? null,
    distribution: summariseDistribution(
      forks,
      counted.flatMap((trial) => method.baselineForkOf(trial) ?? []),
    ),
    // Their quantiles are in the distribution of all.
    forks: forks.map(({ quantilesNs: _, ...fork }) => fork),
    pairs: [...pairRows(trials.first, false, method), ...pairRows(trials.confirming, true, method)],
    setAside: track.first.length + track.confirming.length - forks.length,
  }
  return { result, ...(blame && { blame }) }
}

/** Whether one function is all that differs from the baseline's code. */
function hasOneChange(known: KnownCode | undefined): boolean {
  return known?.change?.functions.length === 1 && known.change.others.length === 0
}

/** Where it is known why there is nothing to compare with. */
function unproven({ isKey }: ScenarioHead, { problem }: Session<unknown>): ScenarioVerdict | null {
  return isKey && problem !== undefined ? { kind: 'unproven', reason: problem } : null
}

/** A scenario's code beside the baseline's, as reports have it. */
export function describeCode(known: KnownCode): CodeComparison {
  const { baseline, candidate, change } = known
  return {
    change,
    tokensPerOp: { baseline: baseline?.work.tokensPerOp ?? null, candidate: candidate.work.tokensPerOp },
    calls: changedCallsOf(known),
  }
}

/** Who made the op cost what it does, where both versions were profiled. */
function blameOf(
  { code, profile, baseline }: Pick<Track<unknown>, 'code' | 'profile' | 'baseline'>,
  { nsPerOp, ratio }: Cost,
  { root, target }: RunRequest,
): ScenarioBlame | undefined {
  if (ratio === null || profile === undefined || 'failure' in profile) return undefined
  if (baseline === undefined || 'failure' in baseline.profile) return undefined
  const roots = { baseline: baseline.folder, candidate: target ?? root }
  return blameScenario(baseline.profile, profile, { nsPerOp, ratio, roots, isOnlyChange: hasOneChange(code) })
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
  timed: TimedScenario,
  { root, target, seed }: RunRequest,
): MeasuredResult['profile'] {
  if (profile === undefined) return null
  if ('failure' in profile) return failedProfile(profile.failure)
  return summariseProfile(profile, timed, target ?? root, seed)
}

function findingsOf(
  { profile }: Pick<Track<unknown>, 'profile'>,
  timed: TimedScenario,
  { root, target }: RunRequest,
): MeasuredResult['findings'] {
  if (profile === undefined || 'failure' in profile) return undefined
  return diagnose(collectEvidence(profile, opTimeOf(profile, timed), target ?? root))
}
