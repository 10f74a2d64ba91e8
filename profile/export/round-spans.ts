// Times of stack samples in as many digits as they need.

/** Profiles whose samples stand for less in the mean are written in nanoseconds. */
const FINE_US = 10

/**
 * Microseconds that stack samples stand for, rounded so that none of the sum is lost: to whole ones, or to thousandths where
 * samples lie close.
 */
export function roundSpans(sampleUs: Float32Array): number[] {
  const sum = sampleUs.reduce((total, us) => total + us, 0)
  const digits = sum < FINE_US * sampleUs.length ? 1000 : 1
  let exact = 0
  let written = 0
  return Array.from(sampleUs, (us) => {
    exact += us
    const span = Math.round(exact * digits) - written
    written += span
    return span / digits
  })
}
