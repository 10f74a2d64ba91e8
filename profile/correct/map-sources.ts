// Compiled code told in the words of its sources, by source maps.
import { GREATEST_LOWER_BOUND, originalPositionFor } from '@jridgewell/trace-mapping'
import type { Frame } from '../model/model.ts'
import { mapLine, type SourceMaps } from '../source/source-map.ts'
import type { PlacedProfile, TickPlace } from './lines.ts'

/**
 * A profile of compiled code in the words of its sources: functions and ticks where their author has them. Frames keep
 * where they were compiled to, so that what is counted by compiled position can still be found.
 */
export function applySourceMaps({ profile, places }: PlacedProfile, maps: SourceMaps): PlacedProfile {
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
