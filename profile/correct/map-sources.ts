// Compiled code told in the words of its sources, by source maps.
import { GREATEST_LOWER_BOUND } from '@jridgewell/trace-mapping'
import type { Frame } from '../model/model.ts'
import { OriginalNames } from '../source/original-names.ts'
import { findOriginal, mapLine, type SourceMaps } from '../source/source-map.ts'
import type { PlacedProfile, TickPlace } from './lines.ts'
import { placeByName } from './place-by-name.ts'

/**
 * A profile of compiled code in the words of its sources: functions and ticks where their author has them. Frames keep
 * where they were compiled to, so that what is counted by compiled position can still be found.
 */
export function applySourceMaps({ profile, places }: PlacedProfile, maps: SourceMaps): PlacedProfile {
  return {
    profile: { ...profile, frames: mapFrames(profile.frames, maps) },
    places: places.map((place) => mapPlace(place, maps)),
  }
}

/** Functions of compiled code where their author has them, under the names that they have there. */
export function mapFrames(frames: readonly Frame[], maps: SourceMaps): Frame[] {
  const names = new OriginalNames()
  return placeByName(frames, maps).map((frame) => mapFrame(frame, maps, names))
}

function mapFrame(frame: Frame, maps: SourceMaps, names: OriginalNames): Frame {
  if (frame.line === 0) return frame
  if (frame.compiled !== undefined) return renameMapped(frame, names)
  const file = maps.file(frame.url)
  if (file === undefined) return frame
  // V8 names the opening parenthesis; what starts at or before it is the function.
  const found = findOriginal(file.map, {
    line: frame.line,
    column: Math.max(0, frame.column - 1),
    bias: GREATEST_LOWER_BOUND,
  })
  if (found === undefined) return frame
  const { functionName: name, url, line, column } = frame
  const position = {
    name,
    line,
    column,
    source: found.source,
    sourceLine: found.line,
    sourceColumn: found.column,
  }
  return {
    ...frame,
    functionName: names.nameOf(position, file),
    url: found.source,
    line: found.line,
    column: found.column + 1,
    compiled: { url, line, column },
  }
}

/** The profiler's tool had the map itself, and told the place without the name. */
function renameMapped(frame: Frame, names: OriginalNames): Frame {
  const name =
    frame.functionName === '' ? undefined : names.namesIn(frame.url)?.at(frame.line, frame.column - 1)
  return name ? { ...frame, functionName: name } : frame
}

function mapPlace(place: TickPlace, maps: SourceMaps): TickPlace {
  return place.kind === 'file' ? { kind: 'file', ...mapLine(place.url, place.line, maps) } : place
}
