import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from '@jridgewell/trace-mapping'
import type { TickPlace } from '../correct/lines.ts'
import type { OpProfile } from '../correct/refine.ts'
import type { Frame } from '../model/model.ts'

const COMMENT = /\/\/[#@] sourceMappingURL=(\S+)\s*$/m
const DATA = /^data:application\/json[^,]*;base64,(.*)$/

/** Source maps of compiled files, read when they are first asked for. A map that cannot be read is none. */
export class SourceMaps {
  readonly #maps = new Map<string, TraceMap | undefined>()

  of(url: string): TraceMap | undefined {
    if (!this.#maps.has(url)) this.#maps.set(url, readMap(url))
    return this.#maps.get(url)
  }
}

/**
 * A profile of compiled code in the words of its sources: functions and ticks where their author has them. Frames keep
 * where they were compiled to, so that what is counted by compiled position can still be found.
 */
export function applySourceMaps({ profile, places }: OpProfile, maps: SourceMaps): OpProfile {
  return {
    profile: { ...profile, frames: profile.frames.map((frame) => mapFrame(frame, maps)) },
    places: places.map((place) => mapPlace(place, maps)),
  }
}

function mapFrame(frame: Frame, maps: SourceMaps): Frame {
  const map = frame.line === 0 ? undefined : maps.of(frame.url)
  if (map === undefined) return frame
  // V8 names the opening parenthesis; what starts at or before it is the function.
  const found = originalPositionFor(map, {
    line: frame.line,
    column: Math.max(0, frame.column - 1),
    bias: GREATEST_LOWER_BOUND,
  })
  if (found.source === null) return frame
  const { url, line, column } = frame
  return {
    ...frame,
    functionName: found.name ?? frame.functionName,
    url: found.source,
    line: found.line,
    column: found.column + 1,
    compiled: { url, line, column },
  }
}

function mapPlace(place: TickPlace, maps: SourceMaps): TickPlace {
  return place.kind === 'file' ? { kind: 'file', ...mapLine(place.url, place.line, maps) } : place
}

/** Where the author wrote what begins on a line, which is the line itself where nothing was compiled. */
export function mapLine(
  url: string,
  line: number,
  maps: SourceMaps,
): { readonly url: string; readonly line: number } {
  const map = line === 0 ? undefined : maps.of(url)
  if (map === undefined) return { url, line }
  const found = originalPositionFor(map, { line, column: 0, bias: LEAST_UPPER_BOUND })
  return found.source === null ? { url, line } : { url: found.source, line: found.line }
}

function readMap(url: string): TraceMap | undefined {
  if (!url.startsWith('file:')) return undefined
  try {
    const comment = COMMENT.exec(readFileSync(fileURLToPath(url), 'utf8'))?.[1]
    if (comment === undefined) return undefined
    const data = DATA.exec(comment)?.[1]
    if (data !== undefined) return new TraceMap(Buffer.from(data, 'base64').toString('utf8'), url)
    const mapUrl = new URL(comment, url)
    return new TraceMap(readFileSync(fileURLToPath(mapUrl), 'utf8'), mapUrl.href)
  } catch {
    return undefined
  }
}
