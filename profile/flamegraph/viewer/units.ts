import type { Graph, PageFrame } from '../data.ts'

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
  const scales = SCALES[unit]
  const [size, name] = scales.find(([size]) => value >= size) ?? scales.at(-1)!
  const scaled = value / size
  return `${scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)} ${name}`
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
