// Random numbers that are the same for the same seed.
/** A seeded source of numbers in [0, 1). */
export type Random = () => number

/** Mulberry32: 32 bits of state, the same sequence on every machine. Source: Tommy Ettinger 2017, public domain. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A copy in random order. Source: Fisher and Yates 1938, in Durstenfeld's form. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
