// A scenario against numbers that were stored, both in units of the machine's speed by one canary.
import type { CanaryName } from '../measure/canary.ts'
import { type ForkMeasurement, normalisedValue } from '../measure/measure.ts'
import { type IntervalOptions, type RatioEstimate, ratioInterval } from '../stats/interval.ts'
import { median, robustDeviation } from '../stats/quantile.ts'
import { METRICS, TIMED_METRICS, type TimedMetric } from '../suite/metrics.ts'
import type { Counters, Parameters } from '../suite/scenario.ts'
import { type CanaryChoice, chooseCanary, type Residuals } from './canary-choice.ts'
import {
  type Comparison,
  decideMetric,
  isGateable,
  type Rules,
  readsZero,
  type Unproven,
  unproven,
  whyUnsteady,
} from './metric-verdict.ts'

/** One scenario's past: per metric, one number a fork. */
export interface StoredScenario {
  readonly parameters: Parameters
  readonly counters: Counters
  readonly raw: Readonly<Record<TimedMetric, readonly number[]>>
  readonly canaries: Readonly<
    Partial<
      Record<
        CanaryName,
        {
          readonly medianNs: readonly number[]
          readonly residual: readonly number[]
          readonly normalised: Readonly<Record<TimedMetric, readonly number[]>>
        }
      >
    >
  >
}

/** Canaries that moved apart by this factor no longer speak of the machine that the baseline was taken on. */
const CANARIES_DISAGREE = 1.3
/**
 * The loopback canary does not follow a busy machine all the way. Where exchanges were 1.2 to 1.55 times slower than at
 * the baseline, middles came out 0 to 15 % too good, and tails, which are what being interrupted costs, up to 80 % too
 * bad. So an interval reaches further by this share of its canary's own change, in logarithms.
 */
const LOOPBACK_DRIFT = { middle: 0.3, tail: 2 }

/** A canary that leaves more noise than this per slice follows its op by chance. */
const LOST_RESIDUAL = 0.2

/** One scenario as it is now, to be compared with what it was. */
export interface Candidate extends Rules {
  readonly parameters: Parameters
  /** Why its numbers are not of the kind that a baseline holds, where they are not. */
  readonly handicap: string | undefined
  readonly forks: readonly ForkMeasurement[]
  /** Fresh forks after a first look beyond a limit; empty before. */
  readonly confirmingForks: readonly ForkMeasurement[]
}

/** The residuals that a canary is chosen by. */
export function residualsOf(forks: readonly ForkMeasurement[]): Residuals {
  const names = Object.keys(forks[0]?.canaries ?? {}) as CanaryName[]
  return Object.fromEntries(names.map((name) => [name, forks.map((fork) => fork.canaries[name]!.residual)]))
}

/**
 * Every metric of a scenario against its baseline. Timed metrics are compared normalised by one canary, the same for
 * both sides.
 */
export function compareStored(
  baseline: StoredScenario | undefined,
  candidate: Candidate,
  options: IntervalOptions,
): Comparison[] {
  const reason = whyNotComparable(baseline, candidate)
  if (baseline !== undefined && reason === undefined) return compareAllTimed(baseline, candidate, options)
  return unprovenAll(candidate, reason ?? NO_SUCH_SCENARIO, options)
}

/** What a baseline counted of the same scenario; null where it has none, or has it with other parameters. */
export function storedCounters(
  baseline: StoredScenario | undefined,
  parameters: Parameters,
): Counters | null {
  return baseline !== undefined && isSameParameters(baseline.parameters, parameters)
    ? baseline.counters
    : null
}

function unprovenAll(candidate: Candidate, reason: Unproven, { confidence }: IntervalOptions): Comparison[] {
  return TIMED_METRICS.map((metric) => unproven(metric, candidate, reason, confidence))
}

function compareAllTimed(
  baseline: StoredScenario,
  candidate: Candidate,
  options: IntervalOptions,
): Comparison[] {
  const sides = [baselineResiduals(baseline), residualsOf(candidate.forks)]
  if (!Object.keys(sides[0]!).some((name) => name in sides[1]!)) {
    const reason: Unproven = { reason: 'the baseline has none of its canaries', isBaselineFault: true }
    return unprovenAll(candidate, reason, options)
  }
  const canary = chooseCanary(...sides)
  const moved = whyMachineMoved(baseline, candidate, canary)
  if (moved !== undefined) return unprovenAll(candidate, moved, options)
  return TIMED_METRICS.map((metric) => compareTimed(baseline, candidate, metric, canary, options))
}

function compareTimed(
  baseline: StoredScenario,
  candidate: Candidate,
  metric: TimedMetric,
  canary: CanaryChoice,
  options: IntervalOptions,
): Comparison {
  const stored = baseline.canaries[canary.name]!.normalised[metric]
  const read = (fork: ForkMeasurement) => normalisedValue(fork, metric, canary.name)
  if ([...stored, ...candidate.forks.map(read)].some((value) => !(value > 0)))
    return unproven(metric, candidate, readsZero(metric), options.confidence)
  const drift = driftShare(canary, metric) * Math.log(changeOf(baseline, candidate, canary.name))
  const estimate = (forks: readonly ForkMeasurement[]): RatioEstimate | null =>
    forks.length < 2 ? null : widen(ratioInterval(stored, forks.map(read), options), Math.abs(drift))
  const look = (forks: readonly ForkMeasurement[]) => ({ trials: forks.length, estimate: estimate(forks) })
  return decideMetric(
    metric,
    candidate,
    isGateable(metric, robustDeviation(stored.map(Math.log))),
    { first: look(candidate.forks), confirming: look(candidate.confirmingForks) },
    { confidence: options.confidence, canary },
  )
}

/** How much of its canary's own change since the baseline an interval has to allow for. */
function driftShare({ name, residual }: CanaryChoice, metric: TimedMetric): number {
  if (name === 'loopback') return LOOPBACK_DRIFT[METRICS[metric].isTail ? 'tail' : 'middle']
  return residual > LOST_RESIDUAL ? 1 : 0
}

function widen({ ratio, minimumDetectableEffect }: RatioEstimate, reach: number): RatioEstimate {
  const factor = Math.exp(reach)
  return {
    ratio: { low: ratio.low / factor, value: ratio.value, high: ratio.high * factor },
    minimumDetectableEffect: minimumDetectableEffect * factor,
  }
}

const NO_SUCH_SCENARIO: Unproven = { reason: 'the baseline has no such scenario', isBaselineFault: true }

function whyNotComparable(baseline: StoredScenario | undefined, candidate: Candidate): Unproven | undefined {
  if (baseline === undefined) return NO_SUCH_SCENARIO
  if (!isSameParameters(baseline.parameters, candidate.parameters))
    return { reason: 'the baseline has it with other parameters', isBaselineFault: true }
  if (candidate.handicap !== undefined) return { reason: candidate.handicap }
  return whyUnsteady(candidate.forks)
}

/**
 * Whether the machine changed its nature rather than its speed: the canary that the numbers are divided by says one
 * thing, and the allocation canary, which feels neighbours most, another. The loopback canary, which speaks of the
 * kernel and of two cores, is compared with none of the others.
 */
function whyMachineMoved(
  baseline: StoredScenario,
  candidate: Candidate,
  { name }: CanaryChoice,
): Unproven | undefined {
  if (name === 'loopback' || baseline.canaries.allocation === undefined) return undefined
  const [chosen, allocation] = [
    changeOf(baseline, candidate, name),
    changeOf(baseline, candidate, 'allocation'),
  ]
  const disagreement = Math.max(chosen, allocation) / Math.min(chosen, allocation)
  if (disagreement < CANARIES_DISAGREE) return undefined
  const times = (factor: number) => `${factor.toFixed(2)}×`
  return {
    reason: `the machine moved: since the baseline its ${name} canary takes ${times(chosen)}, its allocation canary ${times(allocation)}`,
  }
}

/** How much longer a canary takes than it took for the baseline, as a ratio. */
function changeOf(baseline: StoredScenario, { forks }: Candidate, name: CanaryName): number {
  const now = median(forks.map((fork) => fork.canaries[name]!.medianNs))
  return now / median(baseline.canaries[name]!.medianNs)
}

function isSameParameters(a: Parameters, b: Parameters): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

function baselineResiduals(baseline: StoredScenario): Residuals {
  return Object.fromEntries(Object.entries(baseline.canaries).map(([name, { residual }]) => [name, residual]))
}
