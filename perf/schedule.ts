import { createRandom, shuffle } from './stats/random.ts'

/** One fork to run: the n-th (from 0) of an item. */
export interface ScheduledFork<T> {
  readonly item: T
  readonly fork: number
}

/**
 * Rounds in which every item has one fork, each round in another random order: a slow minute of the machine is shared
 * by all. Same seed, same order.
 */
export function scheduleForks<T>(items: readonly T[], forks: number, seed: number): ScheduledFork<T>[] {
  const random = createRandom(seed)
  return Array.from({ length: forks }, (_, fork) =>
    shuffle(items, random).map((item) => ({ item, fork })),
  ).flat()
}
