import type { Interval } from '../../perf/stats/interval.ts'

const TIME_UNITS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const
const BYTE_UNITS = [
  [1024 ** 2, 'MB'],
  [1024, 'kB'],
  [1, 'B'],
] as const

/** Nanoseconds with three digits in the unit that suits them: `15.3 µs`. */
export function formatTime(ns: number): string {
  return scale(ns, TIME_UNITS)
}

/** Bytes with three digits in the unit that suits them: `6.05 kB`. */
export function formatBytes(bytes: number): string {
  return scale(bytes, BYTE_UNITS)
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

/** A ratio's interval as changes: `−1.2 % [−6.4 %, +4.4 %]`. */
export function formatRatio({ low, value, high }: Interval): string {
  return `${formatChange(value - 1)} [${formatChange(low - 1)}, ${formatChange(high - 1)}]`
}

/** Milliseconds as people say them: `48 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function scale(value: number, units: readonly (readonly [number, string])[]): string {
  if (value === 0) return '0'
  const [size, unit] = units.find(([size]) => Math.abs(value) >= size * 0.9995) ?? units.at(-1)!
  const scaled = value / size
  const digits = Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2
  return `${unit === 'B' && Number.isInteger(scaled) ? scaled : scaled.toFixed(digits)} ${unit}`
}
