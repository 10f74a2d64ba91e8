// Order statistics: quantiles, medians, and the spread that outliers do not move.
/** Numbers in ascending order; a new array. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return new Float64Array(values).sort()
}

/**
 * The q-quantile (0 to 1) of values in ascending order, interpolated; NaN for none.
 * Source: Hyndman and Fan 1996, definition 7 (as R and NumPy by default).
 */
export function quantileOfSorted(ascending: Float64Array, q: number): number {
  if (ascending.length === 0) return Number.NaN
  const position = (ascending.length - 1) * q
  const below = Math.floor(position)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  return low + (high - low) * (position - below)
}

/** The middle value, any order, not changed; NaN for none. */
export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(sorted(values), 0.5)
}

/**
 * Spread as a standard deviation that outliers cannot pull: 1.4826 × the median distance from the median.
 * Source: Rousseeuw and Croux 1993, section 1.
 */
export function robustDeviation(values: ArrayLike<number>): number {
  const middle = median(values)
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - middle)))
}
