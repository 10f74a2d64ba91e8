// The order of forks.
import { createRandom, shuffle } from '../stats/random.ts'

/**
 * Rounds in which every item has one fork, each round in another random order: a slow minute of the machine is shared
 * by all. An item that wants more forks than others takes part in more rounds. Same seed, same order.
 */
export function scheduleForks<T>(
  items: readonly T[],
  forksOf: number | ((item: T) => number),
  seed: number,
): T[] {
  const random = createRandom(seed)
  const wanted = new Map(items.map((item) => [item, typeof forksOf === 'number' ? forksOf : forksOf(item)]))
  const rounds = Math.max(0, ...wanted.values())
  return Array.from({ length: rounds }, (_, round) =>
    shuffle(
      items.filter((item) => wanted.get(item)! > round),
      random,
    ),
  ).flat()
}
