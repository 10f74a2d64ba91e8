// What VS Code's debugger adds to the profiles that it takes: where in the sources functions are.
import { toFileUrl } from '../model/file-url.ts'
import type { Frame } from '../model/model.ts'
import type { JsonBytes } from './json-bytes.ts'
import { parseLoosely } from './loose-json.ts'

/** A place in a source; positions from 1. */
export interface SourceLocation {
  readonly url: string
  readonly line: number
  readonly column: number
}

/**
 * Reads the value of `$vscode`. Nodes name its `locations` by their index (`locationId`); each holds candidates, of which one
 * below the workspace's root is the best. Undefined where none names a file.
 * Source: `IJsDebugAnnotations` of github.com/microsoft/vscode-js-profile-visualizer; lines and columns count from 1.
 */
export function readLocations(json: JsonBytes): (SourceLocation | undefined)[] {
  if (json.peek() !== 0x7b) {
    json.skip()
    return []
  }
  let rootPath = ''
  const found: Candidate[][] = []
  json.readObject((key) => {
    if (key === 'rootPath') rootPath = json.readText()
    else if (key === 'locations') json.readArrayIfAny(() => found.push(readCandidates(json)))
    else json.skip()
  })
  return found.map((candidates) => chooseBest(candidates, rootPath))
}

type Candidate = SourceLocation & { readonly path: string }

function readCandidates(json: JsonBytes): Candidate[] {
  if (json.peek() !== 0x7b) {
    json.skip()
    return []
  }
  const { locations } = (parseLoosely(json.objectBytes().toString('utf8')) ?? {}) as { locations?: unknown }
  if (!Array.isArray(locations)) return []
  return locations.flatMap((location: unknown) => {
    const { lineNumber, columnNumber, source } = (location ?? {}) as Record<string, unknown>
    const path = (source as { path?: unknown } | null | undefined)?.path
    if (typeof path !== 'string' || path === '' || typeof lineNumber !== 'number' || !(lineNumber >= 1))
      return []
    const column = typeof columnNumber === 'number' && columnNumber >= 1 ? columnNumber : 1
    return [{ path, url: toFileUrl(path), line: lineNumber, column }]
  })
}

function chooseBest(candidates: readonly Candidate[], rootPath: string): SourceLocation | undefined {
  const own = rootPath === '' ? undefined : candidates.find(({ path }) => path.startsWith(rootPath))
  return own ?? candidates[0]
}

/** Frames where their sources are; those that stand there already stay as they are. */
export function withLocations(
  frames: readonly Frame[],
  locationOf: ReadonlyMap<number, number>,
  locations: readonly (SourceLocation | undefined)[],
): Frame[] {
  return frames.map((frame, i) => {
    const location = locations[locationOf.get(i) ?? -1]
    if (location === undefined || frame.line === 0) return frame
    const { url, line, column } = location
    if (url === frame.url && line === frame.line) return frame
    return {
      ...frame,
      url,
      line,
      column,
      compiled: { url: frame.url, line: frame.line, column: frame.column },
    }
  })
}
