// Where ticks fell, in the author's own lines.
import { FIRST_LINE, type ShiftedFile } from '../capture/line-shift/index.ts'
import type { CpuProfile, Frame } from '../model/model.ts'

/** Where a tick fell: a line of a file, of Node's own code, or nobody knows. */
export type TickPlace =
  | { readonly kind: 'file'; readonly url: string; readonly line: number }
  | { readonly kind: 'node' }
  | { readonly kind: 'unknown'; readonly line: number }

/** A profile with the author's lines, and for each tick the file and line that it fell on. */
export interface PlacedProfile {
  readonly profile: CpuProfile
  /** One place a tick. */
  readonly places: readonly TickPlace[]
}

/**
 * Takes the shift out of a profile: functions get their author's lines, and every tick its file. Without shifted files,
 * as in a profile from elsewhere, ticks inside a function's file keep their line and their file stays a question.
 */
export function unshiftLines(profile: CpuProfile, shifted: readonly ShiftedFile[]): PlacedProfile {
  const offsets = new Map(shifted.map((file) => [file.url, file.offset]))
  const frames = profile.frames.map((frame): Frame => {
    const offset = offsets.get(frame.url)
    return offset === undefined || frame.line <= offset ? frame : { ...frame, line: frame.line - offset }
  })
  const ascending = [...shifted].sort((a, b) => a.offset - b.offset)
  const { node, line } = profile.ticks
  const places = Array.from(node, (at, i) =>
    placeOf(line[i]!, profile.frames[profile.nodeFrame[at]!]!.url, ascending),
  )
  return { profile: { ...profile, frames }, places }
}

/** One for all ticks of a line: large profiles have millions. */
const UNKNOWN: (TickPlace | undefined)[] = []

function unknownPlace(line: number): TickPlace {
  if (!(line >= 0 && line < 100_000)) return { kind: 'unknown', line }
  UNKNOWN[line] ??= { kind: 'unknown', line }
  return UNKNOWN[line]
}

function placeOf(line: number, url: string, ascending: readonly ShiftedFile[]): TickPlace {
  if (ascending.length === 0 || line === 0) return unknownPlace(line)
  if (line <= FIRST_LINE) {
    // Only Node's own files lie so low, and files for which there was no room.
    return url.startsWith('file:') && !ascending.some((file) => file.url === url)
      ? { kind: 'unknown', line }
      : { kind: 'node' }
  }
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ascending[middle]!.offset < line) low = middle
    else high = middle - 1
  }
  const file = ascending[low]!
  const inFile = line - file.offset
  return inFile >= 1 && inFile <= file.lines
    ? { kind: 'file', url: file.url, line: inFile }
    : { kind: 'unknown', line }
}
