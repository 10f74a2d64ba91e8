// The order of forks.
import { createRandom, type Random, shuffle } from '../stats/random.ts'

/** What is to start side by side. */
export interface Together<T> {
  readonly atOnce: number
  /** Items of one kind take as long as each other. */
  readonly kindOf: (item: T) => string
}

/**
 * Rounds in which every item has one fork, each round in another random order: a slow minute of the machine is shared
 * by all. An item that wants more forks than others takes part in more rounds. Same seed, same order.
 */
export function scheduleForks<T>(
  items: readonly T[],
  forksOf: number | ((item: T) => number),
  seed: number,
  together?: Together<T>,
): T[] {
  const random = createRandom(seed)
  const wanted = new Map(items.map((item) => [item, typeof forksOf === 'number' ? forksOf : forksOf(item)]))
  const rounds = Math.max(0, ...wanted.values())
  return Array.from({ length: rounds }, (_, round) => {
    const order = shuffle(
      items.filter((item) => wanted.get(item)! > round),
      random,
    )
    return together === undefined ? order : groupByKind(order, together, random)
  }).flat()
}

/** The same items, so many of one kind after each other; what is left over of the kinds comes last. */
function groupByKind<T>(order: readonly T[], { atOnce, kindOf }: Together<T>, random: Random): T[] {
  const whole: T[][] = []
  const open = new Map<string, T[]>()
  for (const item of order) {
    const kind = kindOf(item)
    const group = [...(open.get(kind) ?? []), item]
    if (group.length < atOnce) open.set(kind, group)
    else {
      whole.push(group)
      open.delete(kind)
    }
  }
  return [...shuffle(whole, random), ...open.values()].flat()
}
