// Functions of files that a loader compiled in memory, where nobody kept its map: found by their names.

import type { Frame } from '../model/model.ts'
import { Definitions } from '../source/code/definitions.ts'
import type { SourceMaps } from '../source/source-map.ts'
import { readSourceText } from '../source/source-text.ts'

/** What is never run as it stands on the disk, or with blanks in the place of types. */
const COMPILED = /^file:.*\.(?:[mc]?tsx?|jsx)$/
const REASON =
  'it was compiled in memory and its map is gone: functions stand where the file has their names, or nowhere'

/**
 * Where a file has no such place as a function of its is said to be at, what ran was another text, and no line of it means
 * anything: its functions get the place at which the file has a function of that name, and none where that is not one.
 */
export function placeByName(frames: readonly Frame[], maps: SourceMaps): Frame[] {
  const files = new Map<string, Definitions | undefined>()
  const strange = new Set<string>()
  for (const { url, line, column, compiled } of frames) {
    if (line === 0 || compiled !== undefined || !COMPILED.test(url) || strange.has(url)) continue
    if (!files.has(url)) files.set(url, maps.file(url) === undefined ? readDefinitions(url) : undefined)
    if (files.get(url)?.has({ line, column }) !== false) continue
    strange.add(url)
    maps.tell({ url, reason: REASON })
  }
  return frames.map((frame) => {
    const { url, line, functionName } = frame
    if (line === 0 || !strange.has(url) || (functionName === '' && line === 1)) return frame
    return { ...frame, ...(files.get(url)!.find(functionName) ?? NOWHERE) }
  })
}

const NOWHERE = { line: 0, column: 0 }

function readDefinitions(url: string): Definitions | undefined {
  const text = readSourceText(url)
  return text === undefined ? undefined : new Definitions(text)
}
