// Source maps, and where a line came from.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'

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
