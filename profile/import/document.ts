// A JSON document with profiles in it: which format it is, is decided by what it holds.

import { toFileUrl } from '../model/file-url.ts'
import type { HeapTree } from '../model/heap.ts'
import type { Loss } from '../model/losses.ts'
import type { CpuProfile } from '../model/model.ts'
import { type ByteSource, openBytes } from './bytes.ts'
import { CpuProfileReader } from './cpuprofile.ts'
import { JsonBytes, JsonBytesError } from './json-bytes.ts'
import { parseLoosely } from './loose-json.ts'
import { NestedTree } from './nested-tree.ts'
import { ProfileFileError } from './profile-file-error.ts'
import { TraceReader } from './trace.ts'

/** The source map of a script that a file brought along. */
export interface ScriptMap {
  /** The script's. */
  readonly url: string
  /** The text of the map. */
  readonly content: string
}

/** One profile of a file, and what of it was left out. */
export type OpenedProfile = {
  /** Which of several of its file it is: a thread's name; empty for the only one. */
  readonly name: string
  readonly losses: readonly Loss[]
  /** Source maps that the file has in it. */
  readonly maps?: readonly ScriptMap[]
} & (
  | { readonly kind: 'cpu'; readonly profile: CpuProfile }
  | { readonly kind: 'heap'; readonly heap: HeapTree }
)

/**
 * The one CPU profile of a file, as V8's profilers write it. Memory is that of the result, whatever the size of the file.
 * @throws ProfileFileError, or Error as `fs.openSync` does
 */
export function readCpuProfile(path: string): CpuProfile {
  return parseCpuProfile(path, path)
}

/**
 * As {@link readCpuProfile}, from a file's content too.
 * @param content a file's path, or a file's content
 * @param name what it is called in messages
 */
export function parseCpuProfile(content: string | Buffer, name: string): CpuProfile {
  const found = readJsonFile(content, name).find((opened) => opened.kind === 'cpu')
  if (found === undefined) throw new ProfileFileError('foreign', `${name} is no CPU profile`)
  return found.profile
}

/** The allocation profile of a file. @throws as {@link readCpuProfile} */
export function readHeapProfile(path: string): HeapTree {
  const found = readJsonFile(path, path).find((opened) => opened.kind === 'heap')
  if (found === undefined) throw new ProfileFileError('foreign', `${path} is no heap profile`)
  return found.heap
}

function readJsonFile(content: string | Buffer, name: string): OpenedProfile[] {
  const source = openBytes(content, name)
  try {
    return readDocument(source, name)
  } finally {
    source.close()
  }
}

/** Everything that is a profile in a JSON document, sampled or not. @throws ProfileFileError */
export function readDocument(source: ByteSource, name: string): OpenedProfile[] {
  try {
    return new DocumentReader(new JsonBytes(source), name).read()
  } catch (cause) {
    if (!(cause instanceof JsonBytesError)) throw cause
    throw new ProfileFileError('malformed', `${name} is a broken profile: ${cause.message}`, { cause })
  }
}

/** Members that hold a profile in what the debugging protocol, and clients of it, answer. */
const WRAPPERS = new Set([
  'result',
  'params',
  'profile',
  'cpuProfile',
  'heapProfile',
  'data',
  'value',
  'message',
])

const OBJECT = 0x7b
const ARRAY = 0x5b

class DocumentReader {
  readonly #json: JsonBytes
  readonly #name: string
  readonly #cpu: CpuProfileReader
  readonly #trace = new TraceReader()
  #tree: NestedTree | undefined
  readonly #found: OpenedProfile[] = []
  readonly #losses: Loss[] = []
  readonly #maps: ScriptMap[] = []

  constructor(json: JsonBytes, name: string) {
    this.#json = json
    this.#name = name
    this.#cpu = new CpuProfileReader(json)
  }

  read(): OpenedProfile[] {
    const first = this.#json.peek()
    if (first === -1) throw this.#foreign('it is empty')
    if (first !== OBJECT && first !== ARRAY) throw this.#foreign('it is no JSON')
    if (first === ARRAY) this.#readItems()
    else this.#json.readObject(this.#readMember)
    this.#collect()
    this.#collectThreads()
    if (this.#found.length === 0) throw this.#foreign(this.#whyForeign())
    if (this.#json.peek() !== -1) this.#lose('file', `something follows at byte ${this.#json.offset}`)
    const maps = this.#maps
    return this.#found.map((opened) => ({
      ...opened,
      losses: [...opened.losses, ...this.#losses],
      ...(maps.length > 0 && { maps }),
    }))
  }

  readonly #readMember = (key: string): void => {
    const json = this.#json
    if (key === 'head' && json.peek() === OBJECT) {
      this.#tree = new NestedTree(json)
      this.#tree.read()
    } else if (key === 'traceEvents' && json.peek() === ARRAY) {
      this.#readItems()
    } else if (key === 'metadata' && json.peek() === OBJECT) {
      json.readObject(this.#readMetadata)
    } else if (WRAPPERS.has(key) && json.peek() === OBJECT) {
      json.readObject(this.#readMember)
    } else if (!this.#cpu.read(key)) {
      json.skip()
    }
  }

  /** What DevTools saves beside the events: with them, the maps of the scripts. */
  readonly #readMetadata = (key: string): void => {
    const json = this.#json
    if (key === 'sourceMaps') json.readArrayIfAny(this.#readMap)
    else json.skip()
  }

  readonly #readMap = (): void => {
    if (this.#json.peek() !== OBJECT) {
      this.#json.skip()
      return
    }
    const entry = parseLoosely(this.#json.objectBytes().toString('utf8'))
    const { url, sourceMap } = (entry ?? {}) as Record<string, unknown>
    if (typeof url !== 'string' || sourceMap === null || typeof sourceMap !== 'object') return
    this.#maps.push({ url: toFileUrl(url), content: JSON.stringify(sourceMap) })
  }

  /** The items of a list: trace events, or messages of the protocol. What was read before a list breaks off is whole. */
  #readItems(): void {
    try {
      this.#json.readArray(this.#readItem)
    } catch (error) {
      const isCut = error instanceof JsonBytesError && this.#json.isAtEnd
      if (!isCut || !(this.#trace.hasProfiles || this.#found.length > 0)) throw error
      this.#lose('file', `it ends in the middle of an event, at byte ${this.#json.offset}`)
    }
  }

  readonly #readItem = (): void => {
    if (this.#json.peek() !== OBJECT) {
      this.#json.skip()
      return
    }
    const bytes = this.#json.objectBytes()
    if (this.#trace.add(bytes) || !bytes.includes('"nodes"')) return
    this.#found.push(...tryDocument(bytes, this.#name))
  }

  /** Whatever of a profile was read stands by itself from now on. */
  #collect(): void {
    const tree = this.#tree
    if (tree?.isHeap === true) {
      this.#found.push({ name: '', kind: 'heap', heap: tree.toHeap(), losses: tree.losses })
    } else if (tree !== undefined && tree.nodeCount > 0) {
      this.#cpu.addTree(tree)
    }
    if (this.#cpu.hasNodes) this.#found.push({ name: '', kind: 'cpu', ...this.#cpu.build() })
  }

  #collectThreads(): void {
    for (const thread of this.#trace.build()) this.#found.push({ kind: 'cpu', ...thread })
  }

  #lose(noun: string, reason: string): void {
    this.#losses.push({ count: 1, of: 1, noun, verb: 'cut', reason })
  }

  #whyForeign(): string {
    return this.#trace.hasEvents
      ? 'it is a trace without CPU profiles (record it with JavaScript samples)'
      : 'it has no nodes, no head and no trace events with a profile'
  }

  #foreign(reason: string): ProfileFileError {
    return new ProfileFileError('foreign', `${this.#name} is no profile that can be read: ${reason}`)
  }
}

/** A message of the protocol may hold a profile. */
function tryDocument(bytes: Buffer, name: string): OpenedProfile[] {
  try {
    return readDocument(openBytes(Buffer.from(bytes), name), name)
  } catch (error) {
    if (error instanceof ProfileFileError) return []
    throw error
  }
}
