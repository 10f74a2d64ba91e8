// What of a file could not be used: counted, so that it can be said.
import { formatCounted, formatShare } from './format.ts'

/** So many of so many things, and what became of them. */
export interface Loss {
  readonly count: number
  readonly of: number
  /** In the singular. */
  readonly noun: string
  /** `left out`, `cut`. */
  readonly verb: string
  readonly reason: string
  /** How an amount is written that is no count. */
  readonly format?: (amount: number) => string
}

/** Counts losses by kind, in the order in which they first occur. */
export class Losses {
  readonly #counts = new Map<string, { loss: Omit<Loss, 'count' | 'of'>; count: number }>()

  add(noun: string, reason: string, count = 1, verb = 'left out'): void {
    if (count === 0) return
    const key = `${verb} ${noun} ${reason}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { loss: { noun, reason, verb }, count })
    else known.count += count
  }

  /** @param totals how many of each noun there were in all; where it is not said, the losses are all there were */
  list(totals: Readonly<Record<string, number>>): Loss[] {
    return [...this.#counts.values()].map(({ loss, count }) => ({
      ...loss,
      count,
      of: Object.hasOwn(totals, loss.noun) ? Math.max(totals[loss.noun]!, count) : count,
    }))
  }
}

/** `left out: 1 of 10 stack samples (10.0 %): they name nodes that are not there`. */
export function describeLoss({ count, of, noun, verb, reason, format }: Loss): string {
  const whole = format === undefined ? formatCounted(of, noun) : format(of)
  const part = format === undefined ? count.toLocaleString('en-US') : format(count)
  return `${verb}: ${part} of ${whole} (${formatShare(of === 0 ? 0 : count / of)}): ${reason}`
}

/** Losses of several files, those of one kind as one. */
export function sumLosses(losses: readonly Loss[]): Loss[] {
  const byKind = new Map<string, Loss>()
  for (const loss of losses) {
    const kind = `${loss.verb} ${loss.noun} ${loss.reason}`
    const known = byKind.get(kind)
    byKind.set(
      kind,
      known === undefined ? loss : { ...loss, count: known.count + loss.count, of: known.of + loss.of },
    )
  }
  return [...byKind.values()]
}
