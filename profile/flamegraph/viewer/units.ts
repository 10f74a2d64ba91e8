import type { Graph, GraphDiff, PageFrame } from '../data.ts'

const SCALES: Readonly<Record<Graph['unit'], readonly (readonly [size: number, name: string])[]>> = {
  'ns/op': [
    [1e9, 's/op'],
    [1e6, 'ms/op'],
    [1e3, 'µs/op'],
    [1, 'ns/op'],
  ],
  ns: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ],
  bytes: [
    [1024 ** 2, 'MB'],
    [1024, 'kB'],
    [1, 'B'],
  ],
  'bytes/op': [
    [1024 ** 2, 'MB/op'],
    [1024, 'kB/op'],
    [1, 'B/op'],
  ],
}

/** Three digits in the unit that suits: `5.91 µs/op`. */
export function formatCost(value: number, unit: Graph['unit']): string {
  const [size, name] = scaleOf(value, unit)
  return `${threeDigits(value / size)} ${name}`
}

/** The same with a sign: `+5.91 µs/op`. */
export function formatChange(change: number, unit: Graph['unit']): string {
  return `${change < 0 ? '−' : '+'}${formatCost(Math.abs(change), unit)}`
}

/** `0.80 → 1.20 µs/op`, in the larger one's unit unless nothing were left of the smaller one. */
export function formatPair(before: number, after: number, unit: Graph['unit']): string {
  const [size, name] = scaleOf(Math.max(before, after), unit)
  const smaller = Math.min(before, after)
  if (smaller > 0 && smaller / size < 0.1) return `${formatCost(before, unit)} → ${formatCost(after, unit)}`
  const number = (value: number) => (value === 0 ? '0' : threeDigits(value / size))
  return `${number(before)} → ${number(after)} ${name}`
}

/** The same in parts of an op of either version: `50.0 → 61.5 %`. */
export function formatSharePair(before: number, after: number, diff: GraphDiff): string {
  const share = (cost: number, total: number) => formatShare(total === 0 ? 0 : cost / total)
  return `${share(before, diff.totalBefore).replace(' %', '')} → ${share(after, diff.totalAfter)}`
}

/** `2 → 4`, and one of them where they are the same; `–` is what nobody counted. */
export function formatCallsPair(before: number | null, after: number | null): string {
  const [left, right] = [formatCalls(before), formatCalls(after)]
  return left === right ? left : `${left} → ${right}`
}

/** Bytes as {@link formatCallsPair} has calls. */
export function formatBytesPair(before: number | null, after: number | null): string {
  const format = (bytes: number | null) => (bytes === null ? '–' : formatCost(bytes, 'bytes/op'))
  if (before === null || after === null || before === after) {
    const [left, right] = [format(before), format(after)]
    return left === right ? left : `${left} → ${right}`
  }
  return formatPair(before, after, 'bytes/op')
}

function scaleOf(value: number, unit: Graph['unit']): readonly [size: number, name: string] {
  const scales = SCALES[unit]
  return scales.find(([size]) => value >= size) ?? scales.at(-1)!
}

function threeDigits(scaled: number): string {
  return scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)
}

export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

export function formatCalls(calls: number | null): string {
  if (calls === null) return '–'
  return Number.isInteger(calls) ? calls.toLocaleString('en-US') : String(Number(calls.toPrecision(3)))
}

export function placeOf({ file, line, category }: PageFrame): string {
  if (file === '') return category
  return line === 0 ? file : `${file}:${line}`
}
