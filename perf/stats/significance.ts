// Two classical tests of a difference.
import { studentTail } from './student.ts'

/** A mean with its standard error. */
export interface Mean {
  readonly meanNs: number
  readonly errorNs: number | null
  readonly degrees: number
}

/**
 * Two-sided p-value of the difference of two means by Welch's test; 1 where an error is unknown.
 * Source: Welch 1947.
 */
export function welchP(a: Mean, b: Mean): number {
  if (a.errorNs === null || b.errorNs === null) return 1
  const variance = a.errorNs ** 2 + b.errorNs ** 2
  if (variance === 0) return a.meanNs === b.meanNs ? 1 : 0
  const degrees = variance ** 2 / (a.errorNs ** 4 / a.degrees + b.errorNs ** 4 / b.degrees)
  return Math.min(1, 2 * studentTail(Math.abs(a.meanNs - b.meanNs) / Math.sqrt(variance), degrees))
}

/**
 * Two-sided p-value of Mann and Whitney's test that neither side tends to be larger, exact: all orders of the ranks are
 * counted. For small sides without ties, as times are; ties count half.
 * Source: Mann and Whitney 1947, the recursion of section 3.
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  const wins = a
    .flatMap((x) => b.map((y): number => (x > y ? 1 : x === y ? 0.5 : 0)))
    .reduce((m, n) => m + n, 0)
  const smaller = Math.min(wins, a.length * b.length - wins)
  let orders = 0
  for (let u = 0; u <= Math.floor(smaller); u++) orders += countOrders(a.length, b.length, u)
  return Math.min(1, (2 * orders) / choose(a.length + b.length, a.length))
}

/** Orders of m and n values in which a value of the first kind comes after one of the second u times. */
function countOrders(m: number, n: number, u: number): number {
  if (u < 0) return 0
  if (m === 0 || n === 0) return u === 0 ? 1 : 0
  return countOrders(m - 1, n, u - n) + countOrders(m, n - 1, u)
}

function choose(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return Math.round(result)
}
