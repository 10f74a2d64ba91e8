/** How numbers are written, on the console, in files and on the page alike: three digits, in the unit that suits. */
import type { Interval } from './interval.ts'

const TIME = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const
const BYTES = [
  [1024 ** 2, 'MB'],
  [1024, 'kB'],
  [1, 'B'],
] as const

/** What a cost is in, in base units. */
export type Unit = 'ns' | 'ns/op' | 'bytes' | 'bytes/op'

/** The unit in which a value has three digits: its size in base units, and its name. Values just below one are in it. */
export function scaleOf(value: number, unit: Unit): readonly [size: number, name: string] {
  const scales = unit.startsWith('ns') ? TIME : BYTES
  const [size, name] = scales.find(([size]) => Math.abs(value) >= size * 0.9995) ?? scales.at(-1)!
  return [size, unit.endsWith('/op') ? `${name}/op` : name]
}

/** `15.3 µs`, `6.05 kB/op`; `0` for nothing, and `<0.01 B/op` for hardly anything. */
export function formatCost(value: number, unit: Unit): string {
  if (value === 0) return '0'
  const [size, name] = scaleOf(value, unit)
  const digits = threeDigits(value / size, name.startsWith('B'))
  return `${Number(digits) === 0 ? '<0.01' : digits} ${name}`
}

/** Three digits; whole bytes have no others. */
export function threeDigits(scaled: number, isBytes = false): string {
  if (isBytes && Number.isInteger(scaled)) return String(scaled)
  const size = Math.abs(scaled)
  return scaled.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

/** Nanoseconds: `15.3 µs`. */
export function formatTime(ns: number): string {
  return formatCost(ns, 'ns')
}

/** Microseconds of a profile: `15.3 µs`, and longer ones as people say them. */
export function formatSpan(us: number): string {
  return us < 100e6 ? formatTime(us * 1000) : formatDuration(us / 1000)
}

/** Bytes: `6.05 kB`. */
export function formatBytes(bytes: number): string {
  return formatCost(bytes, 'bytes')
}

/** Calls per op as people count them: exact when it is a whole number, else to three digits; `–` where nobody counted. */
export function formatCalls(callsPerOp: number | null): string {
  if (callsPerOp === null) return '–'
  return Number.isInteger(callsPerOp) ? callsPerOp.toLocaleString('en-US') : formatCount(callsPerOp)
}

/** Where a function is: `packages/a/src/b.ts:12`, or what the engine calls it. */
export function formatPlace({
  file,
  line,
  category,
}: {
  readonly file: string
  readonly line: number
  readonly category: string
}): string {
  if (file === '') return category
  return line === 0 ? file : `${file}:${line}`
}

/** A rate or a count with three digits, thousands set apart: `65,300`. */
export function formatCount(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

/** Half the width of an interval as a share of its value: `±1.9 %`. */
export function formatSpread({ low, value, high }: Interval): string {
  if (low === high) return '–'
  const share = ((high - low) / 2 / Math.abs(value)) * 100
  return share >= 100 ? '±>99 %' : `±${share.toFixed(share < 10 ? 1 : 0)} %`
}

/** A change with a real minus sign: `−31 %`, `+1.2 %`. */
export function formatChange(change: number): string {
  const share = Math.abs(change) * 100
  const text = share.toFixed(share < 9.95 ? 1 : 0)
  return `${change < 0 && Number(text) !== 0 ? '−' : '+'}${text} %`
}

/** A part of a whole: `61.5 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** A share to the whole percent: `62 %`. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** `1 pair`, `3 pairs`. @param noun in the singular */
export function formatCounted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A ratio's interval as changes: `−1.2 % [−6.4 %, +4.4 %]`. */
export function formatRatio({ low, value, high }: Interval): string {
  return `${formatChange(value - 1)} [${formatChange(low - 1)}, ${formatChange(high - 1)}]`
}

/** Milliseconds as people say them: `48 s`, `3 min 20 s`, `8 h 0 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds >= 6000) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
