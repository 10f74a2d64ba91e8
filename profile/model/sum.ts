// Sums and means.
/** The sum of values, added in their order; 0 of none. */
export function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** The arithmetic mean, of at least one value. */
export function meanOf(values: Iterable<number> & ArrayLike<number>): number {
  return sumOf(values) / values.length
}
