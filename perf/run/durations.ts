// How long everything takes and how often it is done: forks, pairs, looks, profiles.
import type { MeasurePlan } from '../measure/measure.ts'
import type { WarmupPlan } from '../measure/slice-series.ts'
import type { TurnsPlan } from '../measure/turns.ts'
import { FEWEST_STACK_SAMPLES, type ProfilePlan } from '../profiling/pass.ts'
import { FEWEST_ALIKE } from '../stats/variance.ts'
import type { Scenario } from '../suite/scenario.ts'

/** How much a run measures. */
export interface Effort {
  readonly isQuick: boolean
  /** Forks, or pairs of processes, of every scenario before anything is decided. */
  readonly forks: number
  /** Whether it is about limits alone, which few pairs tell from most scenarios, or about any change of cost. */
  readonly seeks: 'regressions' | 'changes'
  /** No fork is added for a narrower interval once the run has taken this long, ms; a quick one sooner. */
  readonly budgetMs: number
  /** Whether more trials have as long as the first ones in any case: a slow or busy machine needs all the time for those. */
  readonly isPatient?: boolean
}

/** How much is measured: of what is compared, in a full run or a quick one; of what is only shown in the table. */
export type Extent = 'full' | 'table' | 'quick'

/** Fork times by kind: an HTTP server has far more code to warm up than a handler and a diff. */
const PLANS: Readonly<
  Record<Extent, Readonly<Record<Scenario['kind'], Omit<MeasurePlan, 'minSamples' | 'minBusyMs'>>>>
> = {
  full: {
    micro: { warmupMinMs: 200, warmupMaxMs: 700, measureMinMs: 350, measureMaxMs: 2_000 },
    http: { warmupMinMs: 800, warmupMaxMs: 1_400, measureMinMs: 750, measureMaxMs: 1_500 },
  },
  table: {
    micro: { warmupMinMs: 150, warmupMaxMs: 450, measureMinMs: 200, measureMaxMs: 500 },
    http: { warmupMinMs: 600, warmupMaxMs: 1_000, measureMinMs: 350, measureMaxMs: 600 },
  },
  quick: {
    micro: { warmupMinMs: 50, warmupMaxMs: 100, measureMinMs: 60, measureMaxMs: 150 },
    http: { warmupMinMs: 50, warmupMaxMs: 80, measureMinMs: 80, measureMaxMs: 110 },
  },
}
/** Timed ops a micro scenario should have in all forks of a run together. */
const SAMPLES: Readonly<Record<Extent, number>> = { full: 5_000, table: 2_000, quick: 1_000 }
/** Rounds of more forks at the most: a rule that is fixed before the data, so that nothing is repeated until it passes. */
const MOST_ROUNDS = 3
/** A first look beyond a limit is confirmed by at least this many fresh forks. */
export const CONFIRMING_FORKS = 5
/** What a fork may take beyond its plan: starting processes, loading code, an op that is slow. */
const GRACE_MS = 15_000

/** Profiled and counted processes of one scenario. Their times need no fork to be like another, so they may be short. */
const PROFILE_PLANS: Readonly<Record<Extent, Readonly<Record<Scenario['kind'], ProfileTimes>>>> = {
  full: {
    micro: { profiles: 3, warmupMinMs: 120, warmupMaxMs: 250, measureMs: 220 },
    http: { profiles: 2, warmupMinMs: 400, warmupMaxMs: 600, measureMs: 350 },
  },
  table: {
    micro: { profiles: 2, warmupMinMs: 60, warmupMaxMs: 120, measureMs: 150 },
    http: { profiles: 2, warmupMinMs: 150, warmupMaxMs: 250, measureMs: 250 },
  },
  quick: {
    micro: { profiles: 1, warmupMinMs: 40, warmupMaxMs: 80, measureMs: 90 },
    http: { profiles: 1, warmupMinMs: 60, warmupMaxMs: 100, measureMs: 130 },
  },
}
/** To tell which function changed takes more of both versions. */
const BLAME_PLANS: Omit<typeof PROFILE_PLANS, 'table'> = {
  full: {
    micro: { profiles: 8, warmupMinMs: 150, warmupMaxMs: 300, measureMs: 350 },
    http: { profiles: 5, warmupMinMs: 600, warmupMaxMs: 800, measureMs: 500 },
  },
  quick: {
    micro: { profiles: 3, warmupMinMs: 60, warmupMaxMs: 120, measureMs: 120 },
    http: { profiles: 3, warmupMinMs: 200, warmupMaxMs: 300, measureMs: 200 },
  },
}
/**
 * A collection that waits for its helper threads, which others keep from their cores, looks as if it cost more: what is to be
 * compared collects in one thread, and bound to one core, as lockstep is, it costs the same.
 */
const BLAME_FLAGS = ['--single-threaded-gc']
interface ProfileTimes extends WarmupPlan {
  readonly profiles: number
  readonly measureMs: number
}
/** A profile ends when its ops have had a core for as long as is planned, or after so many times as long. */
const MOST_PATIENCE = 6

/** One process more of each scenario that is compared, of which nothing is timed. */
const WATCH_PLANS: Readonly<Record<Scenario['kind'], MeasurePlan>> = {
  micro: watchPlan(100, 80),
  http: watchPlan(200, 150),
}

function watchPlan(warmupMs: number, measureMs: number): MeasurePlan {
  return {
    warmupMinMs: warmupMs / 2,
    warmupMaxMs: warmupMs,
    measureMinMs: measureMs,
    measureMaxMs: measureMs * MOST_PATIENCE,
    minSamples: 1,
    minBusyMs: measureMs,
  }
}

/** @param isToBlame whether the profiles are to be compared with those of another version */
export function profilePlanOf(kind: Scenario['kind'], effort: Extent, isToBlame = false): ProfilePlan {
  const plans = isToBlame && effort !== 'table' ? BLAME_PLANS[effort] : PROFILE_PLANS[effort]
  const { profiles, measureMs, ...warmup } = plans[kind]
  const plan = {
    ...warmup,
    measureMinMs: measureMs,
    measureMaxMs: measureMs * MOST_PATIENCE,
    minSamples: 1,
    minBusyMs: measureMs,
  }
  return {
    plan,
    profiles,
    minStackSamples: isToBlame ? FEWEST_STACK_SAMPLES : 0,
    timeoutMs: timeoutOf(plan),
    flags: isToBlame ? BLAME_FLAGS : [],
    logsDeopts: isToBlame,
    watch: effort === 'full' ? WATCH_PLANS[kind] : undefined,
  }
}

/**
 * Turns of two versions in one pair of processes. Pairs of handlers differ by what V8 made of their processes, and are as far off
 * with half of the turns: many short ones tell more than few long ones. Servers are off while they are still being optimised, for
 * some two seconds of turns: long pairs tell more.
 */
const TURNS_PLANS: Readonly<Record<'full' | 'quick', Readonly<Record<Scenario['kind'], TurnsPlan>>>> = {
  full: {
    micro: { warmupMinMs: 200, warmupMaxMs: 300, turnsMs: 200 },
    http: { warmupMinMs: 1_400, warmupMaxMs: 1_800, turnsMs: 2_400 },
  },
  quick: {
    micro: { warmupMinMs: 60, warmupMaxMs: 100, turnsMs: 150 },
    http: { warmupMinMs: 250, warmupMaxMs: 300, turnsMs: 1_200 },
  },
}
/** A slow-down of 40 % is seen in shorter turns than those of what is measured. */
const QUICK_PROOF_PLAN: TurnsPlan = { warmupMinMs: 60, warmupMaxMs: 120, turnsMs: 120 }

/**
 * Looks, in pairs for each fork. Twice as many at each look: few looks cost little confidence. A regression that is barely one
 * takes the last. Four pairs tell most scenarios from their limits, which is half of the pairs of a run; what is changed by a tenth
 * takes ten (perf/verdict/recordings.test.ts). Where the scatter of a quick run is learnt from others, two tell every other one.
 */
const PAIR_LOOKS = { full: [0.8, 2, 4, 8], quick: [2 / 3, 4 / 3, 2] } as const
/** Fresh pairs confirm what was found, or do not: looks beyond these cost confidence and tell little. */
const CONFIRMING_LOOKS = 3
/** What lies beyond no limit has so many for each fork where any change of cost is sought, so that a small one shows. */
const FEWEST_FOR_CHANGES = { full: 2, quick: 4 / 3 } as const
/** Fewer tell nothing. */
const FEWEST_PAIRS = 4
/** Of a quick run that learns the scatter from other scenarios. */
const FEWEST_ALIKE_PAIRS = 2
/** A quick run adds no pair for a narrower interval after so long. */
const QUICK_BUDGET_MS = 120_000

export function turnsPlanOf(kind: Scenario['kind'], { isQuick }: Pick<Effort, 'isQuick'>): TurnsPlan {
  return TURNS_PLANS[isQuick ? 'quick' : 'full'][kind]
}

export function proofPlanOf({ isQuick }: Pick<Effort, 'isQuick'>): TurnsPlan {
  return isQuick ? QUICK_PROOF_PLAN : TURNS_PLANS.full.micro
}

/**
 * How many pairs there are at each look, rising.
 * @param alike how many scenarios of one kind are measured together, at the fewest
 */
export function pairLooksOf({ isQuick, forks }: Pick<Effort, 'isQuick' | 'forks'>, alike: number): number[] {
  const counts = PAIR_LOOKS[isQuick ? 'quick' : 'full'].map((factor) => Math.round(factor * forks))
  const fewest = isQuick && alike >= FEWEST_ALIKE ? FEWEST_ALIKE_PAIRS : FEWEST_PAIRS
  return counts.filter((count, i) => i === counts.length - 1 || count >= fewest)
}

/** The same of fresh pairs that confirm a first look. */
export function confirmingLooksOf(looks: readonly number[]): number[] {
  return looks.slice(0, CONFIRMING_LOOKS)
}

/** How many pairs there are, at the fewest, of a scenario that lies beyond no limit. */
export function fewestPairsOf({
  isQuick,
  forks,
  seeks,
}: Pick<Effort, 'isQuick' | 'forks' | 'seeks'>): number {
  return seeks === 'changes' ? Math.round(FEWEST_FOR_CHANGES[isQuick ? 'quick' : 'full'] * forks) : 0
}

export function pairTimeoutOf({ warmupMaxMs, turnsMs }: TurnsPlan): number {
  return 2 * warmupMaxMs + 2 * turnsMs + GRACE_MS
}

export function planOf(kind: Scenario['kind'], extent: Extent, forks: number): MeasurePlan {
  return { ...PLANS[extent][kind], minSamples: Math.ceil(SAMPLES[extent] / forks), minBusyMs: 0 }
}

export function timeoutOf({ warmupMaxMs, measureMaxMs }: MeasurePlan): number {
  return warmupMaxMs + 2 * measureMaxMs + GRACE_MS
}

export function roundsOf({ isQuick }: Effort): number {
  return isQuick ? 0 : MOST_ROUNDS
}

/** When a run adds no more trials for a narrower interval, ms from its start. */
export function budgetOf({ isQuick, budgetMs }: Pick<Effort, 'isQuick' | 'budgetMs'>): number {
  return isQuick ? Math.min(QUICK_BUDGET_MS, budgetMs) : budgetMs
}
