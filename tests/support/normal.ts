// Random numbers that scatter as measurements do.
import type { Random } from '../../perf/stats/random.ts'

/** Standard normal. Source: Box and Muller 1958. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
