// V8's .cpuprofile.
import { ProfileBuilder, ProfileError } from '../model/builder.ts'
import { IntColumn } from '../model/columns.ts'
import type { CpuProfile, Frame } from '../model/model.ts'
import { JsonBytes, JsonBytesError } from './json-bytes.ts'

/**
 * Reads V8's `.cpuprofile`: what `node --cpu-prof`, Chrome DevTools and v8-profiler-next write.
 * Spec: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 *
 * Quirks: positions are 0-based, and -1 on meta frames; `positionTicks.line` is 1-based. Chrome once wrote `parent`
 * instead of `children`. v8-profiler-next starts its files with `typeId`, counts lines and columns from 1 and has the
 * ticks inside `callFrame`, as `lineTicks`. Time deltas may be negative. `hitCount` disagrees with `samples` for some nodes, so it is not
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
  return parseCpuProfile(path, path)
}

/**
 * As {@link readCpuProfile}, from a file's content too.
 * @param source a file's path, or a file's content
 * @param path what it is called in messages
 */
export function parseCpuProfile(source: string | Buffer, path: string): CpuProfile {
  const json = new JsonBytes(source)
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
  const frames = new FrameReader(json, builder)
  const children = new IntColumn()
  const seen = new Set<string>()
  let startTime = 0
  let endTime = 0
  json.readObject((key) => {
    seen.add(key)
    if (key === 'nodes') json.readArray(() => readNode(json, builder, frames, children))
    else if (key === 'samples') json.readInts(builder.sampleIds)
    else if (key === 'timeDeltas') json.readInts(builder.deltasUs)
    else if (key === 'typeId') {
      frames.firstLine = 0
      json.skip()
    } else if (key === 'startTime') startTime = json.readNumber()
    else if (key === 'endTime') endTime = json.readNumber()
    else json.skip()
  })
  if (json.peek() !== -1) throw new JsonBytesError(`something follows the profile at byte ${json.offset}`)
  const missing = ['nodes', 'samples', 'timeDeltas', 'startTime'].filter((key) => !seen.has(key))
  if (missing.length > 0)
    throw new ProfileFileError('foreign', `${path} is no .cpuprofile: it has no ${missing.join(', ')}`)
  return builder.build(startTime, endTime)
}

/** @param children a column to use, empty before and after */
function readNode(json: JsonBytes, builder: ProfileBuilder, frames: FrameReader, children: IntColumn): void {
  let id = -1
  let frame = -1
  let parentId: number | undefined
  const ticks: Tick[] = []
  json.readObject((key) => {
    if (key === 'id') id = json.readNumber()
    else if (key === 'callFrame') frame = frames.read(ticks)
    else if (key === 'children') json.readInts(children)
    else if (key === 'parent') parentId = json.readNumber()
    else if (key === 'positionTicks') json.readArray(() => ticks.push(readTick(json)))
    else json.skip()
  })
  if (id < 0 || frame < 0) throw new ProfileError(`a node without ${id < 0 ? 'id' : 'callFrame'}`)
  const node = builder.addNode(id, frame)
  if (parentId !== undefined) builder.setParent(node, parentId)
  for (let i = 0; i < children.length; i++) builder.addEdge(node, children.at(i))
  children.length = 0
  for (const { line, count } of ticks) builder.addTick(node, line, count)
}

/**
 * Reads call frames. A real file repeats the text of each function dozens of times: what looks the same byte by byte is
 * read once.
 */
class FrameReader {
  readonly #json: JsonBytes
  readonly #builder: ProfileBuilder
  readonly #known = new Map<number, { readonly bytes: Buffer; readonly frame: number }[]>()
  /** What to add to positions of the file, so that they count from 1. */
  firstLine: 0 | 1 = 1

  constructor(json: JsonBytes, builder: ProfileBuilder) {
    this.#json = json
    this.#builder = builder
  }

  /** The function that comes next, by its index; adds the ticks that come with it, if any. */
  read(ticks: Tick[]): number {
    const bytes = this.#json.objectBytes()
    const hash = hashOf(bytes)
    const alike = this.#known.get(hash)
    const known = alike?.find((candidate) => candidate.bytes.equals(bytes))
    if (known !== undefined) return known.frame
    const { lineTicks, ...callFrame } = parseCallFrame(bytes, this.firstLine)
    const frame = this.#builder.internFrame(callFrame)
    for (const { line, hitCount } of lineTicks) ticks.push({ line, count: hitCount })
    // Text with ticks in it is never the same twice.
    if (lineTicks.length > 0) return frame
    const entry = { bytes: Buffer.from(bytes), frame }
    if (alike === undefined) this.#known.set(hash, [entry])
    else alike.push(entry)
    return frame
  }
}

/** FNV-1a, 32 bits. Source: Fowler, Noll and Vo 1991. */
function hashOf(bytes: Buffer): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash
}

interface Tick {
  line: number
  count: number
}

type CallFrame = Frame & {
  readonly lineTicks: readonly { readonly line: number; readonly hitCount: number }[]
}

function parseCallFrame(bytes: Buffer, firstLine: number): CallFrame {
  let content: Record<string, unknown>
  try {
    content = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new ProfileError(`a malformed callFrame: ${bytes.toString('utf8', 0, 80)}`, { cause })
  }
  const { functionName = '', url = '', lineNumber = -1, columnNumber = -1, lineTicks = [] } = content
  if (typeof functionName !== 'string' || typeof url !== 'string')
    throw new ProfileError('a callFrame whose names are no text')
  return {
    functionName,
    url,
    line: Number(lineNumber) + firstLine,
    column: Number(columnNumber) + firstLine,
    lineTicks: lineTicks as CallFrame['lineTicks'],
  }
}

function readTick(json: JsonBytes): Tick {
  const tick = { line: 0, count: 0 }
  json.readObject((key) => {
    if (key === 'line') tick.line = json.readNumber()
    else if (key === 'ticks') tick.count = json.readNumber()
    else json.skip()
  })
  return tick
}
