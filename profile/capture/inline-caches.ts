// V8's own log of the shapes of objects that a line of code meets.
import type { ShiftedFile } from './line-shift/index.ts'

/** A place that reads or writes a property of objects of so many shapes that V8 looks it up anew each time. */
export interface MegamorphicPlace {
  readonly url: string
  readonly line: number
  readonly property: string
  /** At least; those that V8 still knew are not told. */
  readonly shapes: number
}

/** Flags that make Node write what its inline caches miss, into the file of {@link deoptLogFlags}. */
export const CACHE_LOG_FLAGS = ['--log-ic'] as const

/**
 * `LoadIC,<address>,<µs>,<line>,<column>,<old>,<new>,<shape>,<property>,…` in Node 20 to 26; `N` is megamorphic. What looks
 * otherwise is left out.
 */
const LINE = /^(?:Load|Store)IC,0x[0-9a-f]+,\d+,(\d+),\d+,\w,N,(0x[0-9a-f]+),([^,\n]+),/gm

/** Files are known by their lines, which no other file of the process has. */
export function parseMegamorphic(log: string, shifted: readonly ShiftedFile[]): MegamorphicPlace[] {
  const shapes = new Map<string, Set<string>>()
  for (const [, line, shape, property] of log.matchAll(LINE)) {
    const key = `${line} ${property}`
    shapes.set(key, (shapes.get(key) ?? new Set()).add(shape!))
  }
  return [...shapes].flatMap(([key, met]) => {
    const at = key.indexOf(' ')
    const line = Number(key.slice(0, at))
    const file = shifted.find(({ offset, lines }) => offset < line && line <= offset + lines)
    if (file === undefined) return []
    const { url, offset } = file
    return [{ url, line: line - offset, property: key.slice(at + 1), shapes: met.size }]
  })
}
