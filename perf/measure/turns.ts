// Two versions in turns, and the ratios that follow.
import { meanOf, sumOf } from '../../profile/model/sum.ts'
import { sorted } from '../stats/quantile.ts'
import { byMetric, METRICS, type TimedMetric } from '../suite/metrics.ts'
import { clock } from './clock.ts'
import type { ForkMeasurement, OpCost } from './measure.ts'
import type { Side } from './side.ts'
import type { WarmupPlan } from './slice-series.ts'

/** How long two versions are measured in turns. Times in ms of wall clock. */
export interface TurnsPlan extends WarmupPlan {
  readonly turnsMs: number
}

/** Four slices in the order A B B A, or B A A B: a machine that drifts evenly harms neither side. */
export interface Block {
  readonly baseline: readonly [OpCost, OpCost]
  readonly candidate: readonly [OpCost, OpCost]
}

/** Fewer blocks have no middle worth the name; of ops so slow that the turns would take this long, half of them. */
const FEWEST_BLOCKS = 6
const FEWEST_LONG_BLOCKS = 3
const LONG_MS = 5_000
/** The first turns are of sides that had to wait, perhaps on another core. One of slow ops is enough. */
const UNCOUNTED_BLOCKS = 2

/** Warms two sides up at the same time, and agrees on the length of their slices. */
export async function warmSides(baseline: Side, candidate: Side, plan: WarmupPlan): Promise<void> {
  const [ofBaseline, ofCandidate] = await Promise.all([baseline.warmUp(plan), candidate.warmUp(plan)])
  const nsPerOp = Math.sqrt(ofBaseline * ofCandidate)
  await Promise.all([baseline.settle(nsPerOp), candidate.settle(nsPerOp)])
}

/**
 * Measures two warm sides in turns, one at a time.
 * @param isCandidateFirst which side has the first turn; half of all pairs should begin with either
 */
export async function takeTurns(
  baseline: Side,
  candidate: Side,
  turnsMs: number,
  isCandidateFirst: boolean,
): Promise<Block[]> {
  const [first, second] = isCandidateFirst ? [candidate, baseline] : [baseline, candidate]
  const isLong = (since: number) => clock.now() - since >= LONG_MS
  const begin = clock.now()
  for (let i = 0; i < UNCOUNTED_BLOCKS && !isLong(begin); i++) await runBlock(first, second)
  const blocks: Block[] = []
  const start = clock.now()
  const fewest = () => (isLong(start) ? FEWEST_LONG_BLOCKS : FEWEST_BLOCKS)
  while (clock.now() - start < turnsMs || blocks.length < fewest()) {
    const [outer, inner] = await runBlock(first, second)
    blocks.push(
      isCandidateFirst ? { baseline: inner, candidate: outer } : { baseline: outer, candidate: inner },
    )
  }
  return blocks
}

type Costs = readonly [OpCost, OpCost]

async function runBlock(outer: Side, inner: Side): Promise<readonly [outer: Costs, inner: Costs]> {
  const a = await outer.runSlice()
  const b = await inner.runSlice()
  const c = await inner.runSlice()
  const d = await outer.runSlice()
  return [
    [a, d],
    [b, c],
  ]
}

/** Candidate ÷ baseline of each metric; null where this machine's clock reads zero. */
export type Ratios = Readonly<Record<TimedMetric, number | null>>

/** What two versions cost that took turns in two fresh processes. */
export interface PairMeasurement {
  readonly ratios: Ratios
  readonly baseline: ForkMeasurement
  readonly candidate: ForkMeasurement
}

/** The share of a side's slices that stand for it: the quickest ones. */
const QUIET = 0.5

/**
 * For each metric the geometric mean of the candidate's quicker half of slices ÷ that of the baseline's. What disturbs a slice
 * only makes it slower; both sides have had their turns in the same minutes on the same core, so that as many of either were
 * disturbed. At least one block.
 */
export function ratiosOf(blocks: readonly Block[]): Ratios {
  return byMetric((metric) => ratioOf(blocks, metric))
}

function ratioOf(blocks: readonly Block[], metric: TimedMetric): number | null {
  const { field } = METRICS[metric]
  const baseline = blocks.flatMap(({ baseline }) => baseline.map((slice) => slice[field]))
  const candidate = blocks.flatMap(({ candidate }) => candidate.map((slice) => slice[field]))
  const quiet = quietMean(candidate) / quietMean(baseline)
  // A clock too coarse for a slice still tells over all of them.
  const ratio = isRatio(quiet) ? quiet : sumOf(candidate) / sumOf(baseline)
  if (!isRatio(ratio)) return null
  return field === 'nsPerOp' ? 1 / ratio : ratio
}

function quietMean(values: readonly number[]): number {
  const quiet = sorted(values).subarray(0, Math.ceil(values.length * QUIET))
  return Math.exp(meanOf(quiet.map(Math.log)))
}

function isRatio(value: number): boolean {
  return value > 0 && Number.isFinite(value)
}
