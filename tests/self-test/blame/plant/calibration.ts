// Finding the strength at which a plant costs what is wanted.
import { roundTurns } from './plants.ts'

/** A slow-down that is wanted: 0.1 is +10 %. */
export interface WantedEffect {
  readonly aim: number
  /** What is near enough. */
  readonly low: number
  readonly high: number
}

/** What a search for the right number of turns starts from. */
export interface TurnsRange {
  readonly first: number
  readonly least: number
  readonly most: number
}

/** Measures the slow-down of so many turns, roughly or well. Rejects with a text's worth of reason where it cannot. */
export type EffectMeter = (turns: number, isThorough: boolean) => Promise<number>

export type Calibration =
  | { readonly kind: 'reached'; readonly turns: number; readonly effect: number }
  | { readonly kind: 'missed'; readonly reason: string }

/** Sizes that are tried before a plant is given up. */
const MOST_TRIES = 6
/** What one short measurement cannot tell from nothing. */
const LEAST_EFFECT = 0.01
/** The search goes no further at once: what is measured at one size says little of one that is far from it. */
const LONGEST_STEP = 20

/** Finds how many turns cost as much as wanted. @throws whatever the meter rejects with */
export async function calibrate(
  { aim, low, high }: WantedEffect,
  { first, least, most }: TurnsRange,
  measure: EffectMeter,
): Promise<Calibration> {
  const clamp = (turns: number) => roundTurns(Math.min(most, Math.max(least, turns)))
  const isNear = (effect: number) => low <= effect && effect <= high
  const tried: Try[] = []
  let turns = clamp(first)
  for (;;) {
    let effect = await measure(turns, false)
    if (isNear(effect)) {
      effect = await measure(turns, true)
      if (isNear(effect)) return { kind: 'reached', turns, effect }
    }
    tried.push({ turns, effect })
    const next = clamp(nextTurns(tried, aim))
    const reason = `${describe(turns)} cost ${(100 * effect).toFixed(0)} %`
    if (tried.length === MOST_TRIES) return { kind: 'missed', reason: `the last try missed: ${reason}` }
    if (tried.some((earlier) => earlier.turns === next)) {
      return { kind: 'missed', reason: `there is nothing nearer: ${reason}` }
    }
    turns = next
  }
}

interface Try {
  readonly turns: number
  readonly effect: number
}

/**
 * Between the nearest tries on either side of the aim, on the line through them; else in proportion from the nearest try.
 * Where a short measurement erred, tries contradict each other.
 */
function nextTurns(tried: readonly Try[], aim: number): number {
  const below = tried.filter(({ effect }) => effect <= aim).sort((a, b) => b.turns - a.turns)[0]
  const above = tried.filter(({ effect }) => effect > aim).sort((a, b) => a.turns - b.turns)[0]
  if (below !== undefined && above !== undefined && below.turns < above.turns) {
    const part = (aim - below.effect) / (above.effect - below.effect)
    return below.turns + Math.min(0.9, Math.max(0.1, part)) * (above.turns - below.turns)
  }
  const nearest = tried.reduce((best, next) => (distance(next, aim) < distance(best, aim) ? next : best))
  const next = (nearest.turns * aim) / Math.max(nearest.effect, LEAST_EFFECT)
  return Math.min(nearest.turns * LONGEST_STEP, Math.max(nearest.turns / LONGEST_STEP, next))
}

function distance({ effect }: Try, aim: number): number {
  return Math.abs(Math.log(Math.max(effect, LEAST_EFFECT) / aim))
}

function describe(turns: number): string {
  return turns >= 1 ? `${turns} turns a call` : `a turn at every ${Math.round(1 / turns)} calls`
}
