// What the page writes beside the numbers that every report writes: pairs of two versions, shares, signed costs.
import { formatCalls, formatCost, formatShare, scaleOf, threeDigits, type Unit } from '../../model/format.ts'
import type { GraphDiff } from '../data.ts'

/** A change with its sign: `+5.91 µs/op`. */
export function formatSignedCost(change: number, unit: Unit): string {
  return `${change < 0 ? '−' : '+'}${formatCost(Math.abs(change), unit)}`
}

/** `0.80 → 1.20 µs/op`, in the larger one's unit unless nothing were left of the smaller one. */
export function formatPair(baseline: number, candidate: number, unit: Unit): string {
  const [size, name] = scaleOf(Math.max(baseline, candidate), unit)
  const smaller = Math.min(baseline, candidate)
  if (smaller > 0 && smaller / size < 0.1)
    return `${formatCost(baseline, unit)} → ${formatCost(candidate, unit)}`
  const number = (value: number) => (value === 0 ? '0' : threeDigits(value / size))
  return `${number(baseline)} → ${number(candidate)} ${name}`
}

/** The same in parts of an op of either version: `50.0 → 61.5 %`. */
export function formatSharePair(baseline: number, candidate: number, diff: GraphDiff): string {
  const share = (cost: number, total: number) => formatShare(total === 0 ? 0 : cost / total)
  return `${share(baseline, diff.totalBaseline).replace(' %', '')} → ${share(candidate, diff.totalCandidate)}`
}

/** `2 → 4`, and one of them where they are the same; `–` is what nobody counted. */
export function formatCallsPair(baseline: number | null, candidate: number | null): string {
  const [left, right] = [formatCalls(baseline), formatCalls(candidate)]
  return left === right ? left : `${left} → ${right}`
}

/** Bytes as {@link formatCallsPair} has calls. */
export function formatBytesPair(baseline: number | null, candidate: number | null): string {
  const format = (bytes: number | null) => (bytes === null ? '–' : formatCost(bytes, 'bytes/op'))
  if (baseline === null || candidate === null || baseline === candidate) {
    const [left, right] = [format(baseline), format(candidate)]
    return left === right ? left : `${left} → ${right}`
  }
  return formatPair(baseline, candidate, 'bytes/op')
}
