// Source maps, and where a line came from.
import {
  decodedMappings,
  FlattenMap,
  LEAST_UPPER_BOUND,
  type Needle,
  originalPositionFor,
  type SectionedSourceMapInput,
  type TraceMap,
} from '@jridgewell/trace-mapping'
import type { ScriptMap } from '../import/document.ts'
import { pathOfUrl, showUrl } from '../model/file-url.ts'
import { findBundledSource } from './bundled-sources.ts'
import { MapScopes, type ScopedMap } from './map-scopes.ts'
import { readSourceText } from './source-text.ts'

/** A compiled file with its map. */
export interface MappedFile {
  readonly map: TraceMap
  /** The functions of the compiled text; undefined where the map does not tell them. */
  readonly scopes: MapScopes | undefined
  /** What was compiled to; empty where only its map is known. */
  readonly text: string
}

/** Why it is not known whether a file was compiled, or how. */
export interface MapProblem {
  readonly url: string
  readonly reason: string
}

/** A script as its process had it: what a loader made of a file in memory is on no disk. */
export interface ScriptInMemory {
  readonly text: string
  /** What its last `sourceMappingURL` says. */
  readonly sourceMapURL: string
}

/** Source maps of compiled files, read when they are first asked for. */
export class SourceMaps {
  readonly #files = new Map<string, MappedFile | undefined>()
  readonly #problems: MapProblem[] = []
  readonly #inMemory: ReadonlyMap<string, ScriptInMemory>

  /** @param inMemory scripts by URL, where they are known better than by what is on the disk */
  constructor(inMemory: ReadonlyMap<string, ScriptInMemory> = new Map()) {
    this.#inMemory = inMemory
  }

  /** Takes a map that need not be looked for. */
  add({ url, content }: ScriptMap): void {
    const text = readSourceText(url) ?? ''
    this.#files.set(
      url,
      this.#open(url, text, () => ({ content: checkMap(content), mapUrl: url })),
    )
  }

  of(url: string): TraceMap | undefined {
    return this.file(url)?.map
  }

  /** Undefined for a file that has no map, or whose map cannot be read. */
  file(url: string): MappedFile | undefined {
    if (!this.#files.has(url)) this.#files.set(url, this.#read(url))
    return this.#files.get(url)
  }

  /** Notes what else is not known about a file. */
  tell(problem: MapProblem): void {
    this.#problems.push(problem)
  }

  /** The files that were asked for and are not here, or have a map that cannot be used. */
  get problems(): readonly MapProblem[] {
    return this.#problems
  }

  #read(url: string): MappedFile | undefined {
    if (!url.startsWith('file:') && !SCRIPT_URL.test(url)) return undefined
    const script = this.#inMemory.get(url) ?? readScript(url)
    if (script === undefined) {
      this.#problems.push({ url, reason: 'not on this machine' })
      return undefined
    }
    const { text, sourceMapURL: comment } = script
    if (comment === undefined) return undefined
    return this.#open(url, text, () => readMap(comment, url))
  }

  #open(url: string, text: string, read: () => FoundMap): MappedFile | undefined {
    try {
      const { content, mapUrl } = read()
      const map = new FlattenMap(content as SectionedSourceMapInput, mapUrl)
      // What is wrong with it shows here, or never.
      decodedMappings(map)
      map.resolvedSources = map.resolvedSources.map((source) => source && findBundledSource(source, url))
      return { text, map, scopes: MapScopes.of(content) }
    } catch (error) {
      this.#problems.push({ url, reason: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }
}

/** So many reasons are told, each with so many files. */
const SHOWN = 3

/** What could not be mapped, once and with the reasons; empty where there is nothing to say. */
export function describeMapProblems(
  problems: readonly MapProblem[],
  shorten: (url: string) => string,
): string {
  if (problems.length === 0) return ''
  const byReason = new Map<string, string[]>()
  for (const { url, reason } of problems)
    byReason.set(reason, [...(byReason.get(reason) ?? []), shorten(url)])
  const named = [...byReason].slice(0, SHOWN).map(([reason, files]) => {
    const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : ''
    return `${files.slice(0, SHOWN).join(', ')}${more} (${reason})`
  })
  const more = byReason.size > SHOWN ? `; and ${byReason.size - SHOWN} more reasons` : ''
  return `shown as compiled: ${named.join('; ')}${more}`
}

/**
 * Where the author wrote what begins on a line, which is the line itself where nothing was compiled.
 * @param column what begins there or behind it on the line, from 0
 */
export function mapLine(
  url: string,
  line: number,
  maps: SourceMaps,
  column = 0,
): { readonly url: string; readonly line: number } {
  const map = line === 0 ? undefined : maps.of(url)
  if (map === undefined) return { url, line }
  const found = findOriginal(map, { line, column, bias: LEAST_UPPER_BOUND })
  return found === undefined ? { url, line } : { url: found.source, line: found.line }
}

/** A place in a source: the line from 1, the column from 0. */
export interface OriginalPlace {
  readonly source: string
  readonly line: number
  readonly column: number
}

/** Where a place of the compiled text was written; undefined where the map has nothing, or nothing that can be. */
export function findOriginal(map: TraceMap, place: Needle): OriginalPlace | undefined {
  const { source, line, column } = originalPositionFor(map, place)
  // A damaged map names sources that it does not have, and places before their start.
  return typeof source === 'string' && line > 0 && column >= 0 ? { source, line, column } : undefined
}

const MARK = 'sourceMappingURL='
const COMMENT = /\/[/*][#@][ \t]+sourceMappingURL=([^\s'"`\\]+?)(?:[ \t]*\*\/)?[ \t]*$/

/**
 * What the last comment of its kind names: bundles have those of their parts in them, too. One that is part of a text (its line
 * goes on in quotes) is none.
 * Spec: https://tc39.es/ecma426/#sec-linking-generated-code
 */
function findMapComment(text: string): string | undefined {
  for (let at = text.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(MARK, at - 1)) {
    const lineStart = Math.max(text.lastIndexOf('\n', at), text.lastIndexOf('\r', at)) + 1
    const [line = ''] = text.slice(Math.max(lineStart, at - 8)).split(/[\r\n\u2028\u2029]/, 1)
    const found = COMMENT.exec(line)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** A module that is in its URL. */
const SCRIPT_URL = /^data:(?:text|application)\/(?:x-)?(?:java|ecma)script\b/

function readScript(url: string): { text: string; sourceMapURL: string | undefined } | undefined {
  const text = SCRIPT_URL.test(url) ? textOfDataUrl(url) : readSourceText(url)
  return text === undefined ? undefined : { text, sourceMapURL: findMapComment(text) }
}

const DATA = /^data:(?:application|text)\/json[^,]*?(;base64)?,(.*)$/s

/** A map, and where its sources are named from. */
interface FoundMap {
  readonly content: ScopedMap
  readonly mapUrl: string
}

/** @throws Error that says why in few words */
function readMap(comment: string, url: string): FoundMap {
  const data = DATA.exec(comment)
  if (data !== null) return { content: checkMap(readData(data[2]!, data[1] !== undefined)), mapUrl: url }
  let mapUrl: string
  try {
    mapUrl = new URL(comment, url).href
  } catch {
    throw new Error(`its map is called '${comment.slice(0, 80)}', which is no URL`)
  }
  if (pathOfUrl(mapUrl) === undefined)
    throw new Error(`its map ${showUrl(mapUrl)} is no file of this machine`)
  const content = readSourceText(mapUrl)
  if (content === undefined) throw new Error(`its map ${comment} is not there`)
  return { content: checkMap(content), mapUrl }
}

function readData(text: string, isBase64: boolean): string {
  if (isBase64) return Buffer.from(text, 'base64').toString('utf8')
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('its inline map is broken')
  }
}

/** Some servers put a line before a map, so that nobody runs it. */
function checkMap(content: string): ScopedMap {
  const text = content.replace(/^\uFEFF/, '').replace(/^\)\]\}'[^\n]*\n/, '')
  let map: unknown
  try {
    map = JSON.parse(text)
  } catch {
    throw new Error('its map is no JSON')
  }
  const { version, mappings, sections } = (map ?? {}) as Record<string, unknown>
  if (version !== 3 && version !== '3')
    throw new Error(`its map is of version ${String(version).slice(0, 20)}, not 3`)
  if (typeof mappings !== 'string' && !Array.isArray(sections)) throw new Error('its map maps nothing')
  if (!isWithinText(map as ScopedMap)) throw new Error('its map has lines where no text is')
  return map as ScopedMap
}

/** No text has more lines; a map is unfolded into a list of all. */
const MOST_LINES = 1_000_000

/** Whether all of it is about lines that a text may have. */
function isWithinText({ mappings, sections }: ScopedMap): boolean {
  if (typeof mappings === 'string' && countLines(mappings) > MOST_LINES) return false
  if (!Array.isArray(sections)) return true
  return sections.every((section) => {
    const { offset, map } = (section ?? {}) as {
      readonly offset?: { readonly line?: unknown }
      readonly map?: ScopedMap
    }
    const line = offset?.line ?? 0
    return typeof line === 'number' && line >= 0 && line < MOST_LINES && isWithinText(map ?? {})
  })
}

/** Up to one more than are allowed. */
function countLines(mappings: string): number {
  let lines = 1
  for (let at = mappings.indexOf(';'); at >= 0 && lines <= MOST_LINES; at = mappings.indexOf(';', at + 1))
    lines++
  return lines
}

/** The script that a URL holds. */
function textOfDataUrl(url: string): string | undefined {
  const [, base64, text = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? []
  try {
    return readData(text, base64 !== undefined)
  } catch {
    return undefined
  }
}
