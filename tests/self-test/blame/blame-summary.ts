// What all trials of the blame say together.
import { median } from '../../../perf/stats/quantile.ts'
import type { BlameTrial } from './blame-trial.ts'
import { PLANT_KINDS, type PlantKind } from './plant/plants.ts'

export const SIZES = ['below 5 %', '5 to 15 %', '15 % or more'] as const
/** How large a slow-down turned out to be, by the trial's own comparison. */
export type Size = (typeof SIZES)[number]

export function sizeOf(ratio: number): Size {
  return ratio < 1.05 ? 'below 5 %' : ratio < 1.15 ? '5 to 15 %' : '15 % or more'
}

/** What plants are counted together: one kind; all; or those in functions that inlining makes hard to tell apart. */
export type PlantGroup = PlantKind | 'all' | 'short functions' | 'called from another file'

/** Who was named for the plants of one group and size. `first`, `innocent` and `nobody` are all of them. */
export interface CampaignSummary {
  readonly group: PlantGroup
  readonly size: Size
  readonly plants: number
  /** Trials in which the right function was named first. */
  readonly first: number
  readonly inFirstThree: number
  /** Trials in which another one was named first. */
  readonly innocent: number
  readonly nobody: number
  /** Of the trials that state it; null where none does. */
  readonly medianUnexplainedShare: number | null
}

/** One summary for every group and size that has plants, groups first. */
export function summariseBlame(trials: readonly BlameTrial[]): CampaignSummary[] {
  const groups: readonly PlantGroup[] = [...PLANT_KINDS, 'all', 'short functions', 'called from another file']
  return groups.flatMap((group) =>
    SIZES.flatMap((size) => {
      const chosen = trials.filter((trial) => isIn(trial, group) && sizeOf(trial.ratio) === size)
      return chosen.length === 0 ? [] : [{ group, size, ...summarise(chosen) }]
    }),
  )
}

function isIn({ plant }: BlameTrial, group: PlantGroup): boolean {
  if (plant === null) return false
  switch (group) {
    case 'all':
      return true
    case 'short functions':
      return plant.mayBeInlined
    case 'called from another file':
      return plant.isCalledFromElsewhere
    default:
      return plant.kind === group
  }
}

function summarise(trials: readonly BlameTrial[]): Omit<CampaignSummary, 'group' | 'size'> {
  const count = (isCounted: (trial: BlameTrial) => boolean) => trials.filter(isCounted).length
  const unexplained = trials.flatMap(({ unexplainedShare: share }) => (share === null ? [] : [share]))
  return {
    plants: trials.length,
    first: count(({ rank }) => rank === 1),
    inFirstThree: count(({ rank }) => rank !== null && rank <= 3),
    innocent: count(({ rank, suspects }) => suspects.length > 0 && rank !== 1),
    nobody: count(({ suspects }) => suspects.length === 0),
    medianUnexplainedShare: unexplained.length === 0 ? null : median(unexplained),
  }
}

/** Trials with nothing but harmless changes. */
export interface SameSummary {
  readonly trials: number
  /** Those in which somebody was named all the same. */
  readonly named: number
}

export function summariseSame(trials: readonly BlameTrial[]): SameSummary {
  const same = trials.filter(({ plant }) => plant === null)
  return { trials: same.length, named: same.filter(({ suspects }) => suspects.length > 0).length }
}

/** The right function must be among the first three for this part of the large slow-downs, or naming it is no help. */
const LEAST_FOUND = 0.5
/** Fewer of them say nothing. */
const FEWEST_LARGE = 3

/** What makes a self-test of the blame fail, in words; empty where it works. */
export function findBlameFaults(trials: readonly BlameTrial[]): string[] {
  const { named } = summariseSame(trials)
  const large = summariseBlame(trials).find(({ group, size }) => group === 'all' && size === '15 % or more')
  return [
    ...(named === 0 ? [] : [`somebody was named for harmless changes: ${named} times`]),
    ...(large === undefined || large.plants < FEWEST_LARGE || large.inFirstThree >= LEAST_FOUND * large.plants
      ? []
      : [
          `the right function was found for ${large.inFirstThree} of ${large.plants} slow-downs of 15 % or more`,
        ]),
  ]
}
