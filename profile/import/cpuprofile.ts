import { ProfileBuilder, ProfileError } from '../builder.ts'
import type { CpuProfile, Frame } from '../model.ts'
import { JsonBytes, JsonBytesError } from './json-bytes.ts'

/**
 * Reads V8's `.cpuprofile`: what `node --cpu-prof`, Chrome DevTools and v8-profiler-next write.
 * Spec: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 *
 * Quirks: positions are 0-based, and -1 on meta frames; `positionTicks.line` is 1-based. Chrome once wrote `parent`
 * instead of `children`. Time deltas may be negative. `hitCount` disagrees with `samples` for some nodes, so it is not
 * read. A node may carry several ticks of one line.
 */

/** The file cannot be used; the message says where it is wrong. */
export class ProfileFileError extends Error {
  /** `foreign`: it is another kind of file. `malformed`: it is this kind, and broken. */
  readonly kind: 'foreign' | 'malformed'

  constructor(kind: 'foreign' | 'malformed', message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/**
 * Memory is that of the result, whatever the size of the file.
 * @throws ProfileFileError, or Error as `fs.openSync` does
 */
export function readCpuProfile(path: string): CpuProfile {
  const json = new JsonBytes(path)
  try {
    if (json.peek() !== 0x7b)
      throw new ProfileFileError('foreign', `${path} is no .cpuprofile: it is no JSON object`)
    return readProfile(json, path)
  } catch (cause) {
    if (!(cause instanceof JsonBytesError) && !(cause instanceof ProfileError)) throw cause
    throw new ProfileFileError('malformed', `${path} is a broken .cpuprofile: ${cause.message}`, { cause })
  } finally {
    json.close()
  }
}

function readProfile(json: JsonBytes, path: string): CpuProfile {
  const builder = new ProfileBuilder()
  const seen = new Set<string>()
  let startTime = 0
  let endTime = 0
  json.readObject((key) => {
    seen.add(key)
    if (key === 'nodes') json.readArray(() => readNode(json, builder))
    else if (key === 'samples') json.readArray(() => builder.addSample(json.readNumber()))
    else if (key === 'timeDeltas') json.readArray(() => builder.addDelta(json.readNumber()))
    else if (key === 'startTime') startTime = json.readNumber()
    else if (key === 'endTime') endTime = json.readNumber()
    else json.skip()
  })
  if (json.peek() !== -1) throw new JsonBytesError(`something follows the profile at byte ${json.offset}`)
  const missing = ['nodes', 'samples', 'timeDeltas', 'startTime'].filter((key) => !seen.has(key))
  if (missing.length > 0)
    throw new ProfileFileError('foreign', `${path} is no .cpuprofile: it has no ${missing.join(', ')}`)
  return builder.build(startTime, endTime)
}

function readNode(json: JsonBytes, builder: ProfileBuilder): void {
  let id = -1
  let frame = -1
  let parentId: number | undefined
  const children: number[] = []
  const ticks: { line: number; count: number }[] = []
  json.readObject((key) => {
    if (key === 'id') id = json.readNumber()
    else if (key === 'callFrame') frame = builder.internFrame(readCallFrame(json))
    else if (key === 'children') json.readArray(() => children.push(json.readNumber()))
    else if (key === 'parent') parentId = json.readNumber()
    else if (key === 'positionTicks') json.readArray(() => ticks.push(readTick(json)))
    else json.skip()
  })
  if (id < 0 || frame < 0) throw new ProfileError(`a node without ${id < 0 ? 'id' : 'callFrame'}`)
  const node = builder.addNode(id, frame)
  if (parentId !== undefined) builder.setParent(node, parentId)
  for (const child of children) builder.addEdge(node, child)
  for (const { line, count } of ticks) builder.addTick(node, line, count)
}

function readCallFrame(json: JsonBytes): Frame {
  let functionName = ''
  let url = ''
  let line = 0
  let column = 0
  json.readObject((key) => {
    if (key === 'functionName') functionName = json.readString()
    else if (key === 'url') url = json.readString()
    else if (key === 'lineNumber') line = json.readNumber() + 1
    else if (key === 'columnNumber') column = json.readNumber() + 1
    else json.skip()
  })
  return { functionName, url, line, column }
}

function readTick(json: JsonBytes): { line: number; count: number } {
  const tick = { line: 0, count: 0 }
  json.readObject((key) => {
    if (key === 'line') tick.line = json.readNumber()
    else if (key === 'ticks') tick.count = json.readNumber()
    else json.skip()
  })
  return tick
}
