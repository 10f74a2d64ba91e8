// Student's t distribution.
/**
 * The p-quantile (0 < p < 1) of Student's t distribution with `degrees` > 0 degrees of freedom: the root of its
 * distribution function, by bisection to 1e-10.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  let high = 1
  while (studentDistribution(high, degrees) < p) high *= 2
  let low = 0
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2
    if (studentDistribution(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(T > t) for t >= 0, with `degrees` > 0 degrees of freedom. */
export function studentTail(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
}

/** P(T <= t) for t >= 0. Source: Abramowitz and Stegun 1964, 26.7.1 with 26.5.27. */
function studentDistribution(t: number, degrees: number): number {
  return 1 - studentTail(t, degrees)
}

/** Regularised incomplete beta function by its continued fraction. Source: Press et al. 2007, section 6.4. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a)
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return Math.exp(logFront) * fraction
}

/** ln Γ(x), x > 0. Source: Lanczos 1964, with g = 7 and nine terms. */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  const z = x - 1
  const sum = terms.reduce((total, term, i) => total + term / (z + i + 1), 0.99999999999980993)
  const t = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}
