// Functions as V8's formats name them.
import type { ProfileBuilder } from '../model/builder.ts'
import { toFileUrl } from '../model/file-url.ts'
import type { Frame } from '../model/model.ts'
import type { ByteSpan, JsonBytes } from './json-bytes.ts'
import { parseLoosely } from './loose-json.ts'

/** Stack samples on a line, as they stand in the file. */
export interface Tick {
  line: number
  count: number
}

/** Beyond this a line is no line. */
const LARGEST_LINE = 2 ** 31 - 1

/**
 * A frame of a `callFrame` object, whatever its members hold: names that are no text are none, positions that are no
 * numbers are not known.
 * @param firstLine what to add to positions of the file, so that they count from 1
 */
export function toFrame(callFrame: Readonly<Record<string, unknown>>, firstLine: 0 | 1 = 1): Frame {
  const { functionName, url, lineNumber, columnNumber, scriptId } = callFrame
  const line = toPosition(lineNumber, firstLine)
  const named = toFileUrl(toText(url))
  const frame = {
    functionName: toText(functionName),
    url: named,
    line,
    column: line === 0 ? 0 : toPosition(columnNumber, firstLine),
  }
  return isGenerated(frame) && scriptId !== undefined ? { ...frame, script: toText(scriptId) } : frame
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : ''
}

function toPosition(value: unknown, first: 0 | 1): number {
  const position =
    (typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : -1) + first
  return position > 0 && position <= LARGEST_LINE ? Math.floor(position) : 0
}

/** Code with a position and without a file: from `eval`, `new Function`, `vm`. Its URL, if any, is a mere name. */
function isGenerated({ url, line }: Frame): boolean {
  return line > 0 && !/^[A-Za-z][\w+.-]*:|^\/\//.test(url)
}

/**
 * Reads call frames. A real file repeats the text of each function dozens of times: what looks the same byte by byte is
 * read once.
 */
export class FrameReader {
  readonly #json: JsonBytes
  readonly #builder: ProfileBuilder
  readonly #known = new Map<number, { readonly bytes: Buffer; readonly frame: number }[]>()
  /** See {@link toFrame}. */
  firstLine: 0 | 1 = 1

  constructor(json: JsonBytes, builder: ProfileBuilder) {
    this.#json = json
    this.#builder = builder
  }

  /** The function that comes next, by its index; adds the ticks that come with it, if any. -1 for what is no object. */
  read(ticks: Tick[]): number {
    if (this.#json.peek() !== 0x7b) {
      this.#json.skip()
      return -1
    }
    const span = this.#json.scanObject()
    const { hash } = span
    const alike = this.#known.get(hash)
    if (alike !== undefined) for (const known of alike) if (isSame(known.bytes, span)) return known.frame
    const bytes = span.buffer.subarray(span.start, span.end)
    const { lineTicks, ...callFrame } = this.#parse(bytes)
    const frame = this.#builder.internFrame(toFrame(callFrame, this.firstLine))
    // Text with ticks in it is never the same twice.
    if (Array.isArray(lineTicks) && lineTicks.length > 0) {
      ticks.push(...toTicks(lineTicks))
      return frame
    }
    const entry = { bytes: Buffer.from(bytes), frame }
    if (alike === undefined) this.#known.set(hash, [entry])
    else alike.push(entry)
    return frame
  }

  #parse(bytes: Buffer): Readonly<Record<string, unknown>> {
    const content = parseLoosely(bytes.toString('utf8'))
    if (content !== undefined) return content as Record<string, unknown>
    this.#builder.losses.add('node', 'its function cannot be read', 1, 'left without a name')
    return {}
  }
}

function toTicks(lineTicks: readonly unknown[]): Tick[] {
  return lineTicks.flatMap((tick) => {
    const { line, hitCount } = (tick ?? {}) as { line?: unknown; hitCount?: unknown }
    return typeof line === 'number' && typeof hitCount === 'number' ? [{ line, count: hitCount }] : []
  })
}

function isSame(bytes: Buffer, { buffer, start, end }: Readonly<ByteSpan>): boolean {
  return bytes.length === end - start && buffer.compare(bytes, 0, bytes.length, start, end) === 0
}
