// How far a function's share differs between profiles of the same code.
import { meanOf } from '../model/sum.ts'

/** Weight of what all functions say of their scatter against what one says of its own, in degrees of freedom. */
const PRIOR_DEGREES = 4
/** Functions with fewer stack samples a profile than this say little of how far chance goes. */
const FEWEST_DRAWS = 5

/**
 * How far shares of several profiles are off by chance. Stack samples scatter as draws from an urn do, times a factor that is
 * the median over all functions; what the profiles say of one sum's own scatter is drawn towards that.
 * Source: overdispersion as in McCullagh and Nelder 1989, section 4.5; moderation as in Smyth 2004, section 3.
 */
export class Scatter {
  readonly #shares: readonly ReadonlyMap<number, number>[]
  readonly #total: number
  readonly #factor: number

  /** @param total stack samples of all profiles */
  constructor(shares: readonly ReadonlyMap<number, number>[], total: number) {
    this.#shares = shares
    this.#total = total
    const ids = [...new Set(shares.flatMap((share) => [...share.keys()]))]
    const factors = ids
      .map((id) => this.#lookAt(new Map([[id, 1]])))
      .filter(({ mean, urn }) => urn > 0 && mean * total >= FEWEST_DRAWS * shares.length)
      .map(({ own, urn }) => own / urn)
      .sort((a, b) => a - b)
    this.#factor = shares.length < 2 ? 1 : Math.max(1, factors[factors.length >> 1] ?? 1)
  }

  /** Variance of the mean over the profiles, as a share squared. */
  varianceOf(parts: ReadonlyMap<number, number>): number {
    const { own, urn } = this.#lookAt(parts)
    const degrees = this.#shares.length - 1
    return (PRIOR_DEGREES * this.#factor * urn + degrees * own) / (PRIOR_DEGREES + degrees)
  }

  #lookAt(parts: ReadonlyMap<number, number>): {
    readonly mean: number
    readonly own: number
    readonly urn: number
  } {
    const sums = this.#shares.map((share) =>
      [...parts].reduce((sum, [id, part]) => sum + part * (share.get(id) ?? 0), 0),
    )
    const mean = meanOf(sums)
    const squares = sums.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const drawn = Math.min(1, Math.max(mean, 1 / this.#total))
    return {
      mean,
      own: squares / Math.max(1, (sums.length - 1) * sums.length),
      urn: (drawn * (1 - drawn)) / this.#total,
    }
  }
}
