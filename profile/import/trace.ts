// Trace events: what the Performance panel of Chrome DevTools saves, and `node --trace-event-categories v8.cpu_profiler`.
import { type BuiltProfile, ProfileBuilder } from '../model/builder.ts'
import type { Id } from '../model/columns.ts'
import { toFrame } from './call-frame.ts'
import { parseLoosely } from './loose-json.ts'

/** The profile of one thread. */
export interface ThreadProfile extends BuiltProfile {
  /** Its process and thread as the trace names them. */
  readonly name: string
}

/** Only events in whose text one of these stands are understood; a trace has many more of other kinds. */
const WANTED = ['"ProfileChunk"', '"Profile"', '"CpuProfile"', '"thread_name"', '"process_name"']

/**
 * Collects the CPU profiles of a trace, one a profiled thread. A profile begins with an event `Profile` on its thread; events
 * `ProfileChunk` of the same process and id, from whatever thread, bring nodes (with `parent`), samples, deltas and lines.
 * Spec: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU, and `ProfileTreeBuilder` of
 * DevTools. A trace may end anywhere.
 */
export class TraceReader {
  readonly #threads = new Map<string, ThreadReader>()
  readonly #names = new Map<string, string>()
  #events = 0

  get hasProfiles(): boolean {
    return this.#threads.size > 0
  }

  /** Whether anything in it was an event. */
  get hasEvents(): boolean {
    return this.#events > 0
  }

  /** @param bytes the text of an object @returns whether it is an event */
  add(bytes: Buffer): boolean {
    if (!bytes.includes('"ph"')) return false
    this.#events++
    if (!WANTED.some((name) => bytes.includes(name))) return true
    const event = parseLoosely(bytes.toString('utf8')) as TraceEvent | undefined
    if (event !== undefined && typeof event === 'object') this.#take(event)
    return true
  }

  build(): ThreadProfile[] {
    const several = new Set([...this.#threads.values()].map(({ pid }) => pid)).size > 1
    return [...this.#threads.values()].map((thread) => ({
      ...thread.build(),
      name: this.#nameOf(thread, several),
    }))
  }

  #take(event: TraceEvent): void {
    const { name, pid, tid, args } = event
    switch (name) {
      case 'thread_name':
        this.#names.set(`${pid}:${tid}`, String(args?.name ?? ''))
        return
      case 'process_name':
        this.#names.set(`${pid}`, String(args?.name ?? ''))
        return
      case 'Profile': {
        const thread = this.#threadOf(event)
        thread.tid = String(tid)
        thread.start(args?.data)
        return
      }
      case 'ProfileChunk':
        this.#threadOf(event).add(args?.data)
        return
      case 'CpuProfile': {
        // Older: the whole profile in one event.
        const thread = this.#threadOf(event)
        thread.tid = String(tid)
        thread.start(args?.data?.cpuProfile)
        thread.add(args?.data)
        return
      }
      default:
    }
  }

  #threadOf({ pid, tid, id, id2, name }: TraceEvent): ThreadReader {
    const key = `${pid}:${id ?? id2?.local ?? id2?.global ?? (name === 'CpuProfile' ? `thread ${tid}` : '')}`
    const known = this.#threads.get(key)
    if (known !== undefined) return known
    const thread = new ThreadReader(String(pid), String(tid))
    this.#threads.set(key, thread)
    return thread
  }

  #nameOf({ pid, tid }: ThreadReader, isOneOfSeveralProcesses: boolean): string {
    const thread = this.#names.get(`${pid}:${tid}`) || 'thread'
    const process = this.#names.get(pid) || 'process'
    return isOneOfSeveralProcesses ? `${process} ${pid}, ${thread} ${tid}` : `${thread} ${tid}`
  }
}

interface TraceEvent {
  readonly name?: unknown
  readonly pid?: unknown
  readonly tid?: unknown
  readonly id?: unknown
  readonly id2?: { readonly local?: unknown; readonly global?: unknown }
  readonly args?: { readonly name?: unknown; readonly data?: ChunkData }
}

/** What may be in an event's data; nothing of it is certain. */
interface ChunkData {
  readonly startTime?: unknown
  readonly endTime?: unknown
  readonly timeDeltas?: unknown
  readonly lines?: unknown
  readonly cpuProfile?: ChunkData & { readonly nodes?: unknown; readonly samples?: unknown }
}

interface ChunkNode {
  readonly id?: unknown
  readonly parent?: unknown
  readonly children?: unknown
  readonly callFrame?: unknown
}

/** One thread's profile as its events come in. */
class ThreadReader {
  readonly pid: string
  tid: string
  readonly #builder = new ProfileBuilder()
  #startTime = 0
  #endTime = 0

  constructor(pid: string, tid: string) {
    this.pid = pid
    this.tid = tid
  }

  start(data: ChunkData | undefined): void {
    this.#startTime = toNumber(data?.startTime) || this.#startTime
    this.#endTime = toNumber(data?.endTime) || this.#endTime
  }

  add(data: ChunkData | undefined): void {
    const { nodes, samples, ...inner } = data?.cpuProfile ?? {}
    for (const node of toList(nodes)) this.#addNode(node as ChunkNode | null)
    const ids = toList(samples).map(toId)
    for (const id of ids) this.#builder.addSample(id)
    for (const us of toList(data?.timeDeltas ?? inner.timeDeltas)) this.#builder.addDelta(toNumber(us))
    for (const [i, line] of toList(data?.lines ?? inner.lines).entries()) {
      const id = ids[i]
      if (id !== undefined && toNumber(line) > 0) this.#builder.addTickAt(id, toNumber(line))
    }
    this.#endTime = toNumber(data?.endTime ?? inner.endTime) || this.#endTime
  }

  build(): BuiltProfile {
    return this.#builder.build(this.#startTime, this.#endTime)
  }

  #addNode(node: ChunkNode | null): void {
    const id = toId(node?.id)
    if (Number.isNaN(id) || typeof node?.callFrame !== 'object' || node.callFrame === null) {
      this.#builder.losses.add('node', `it has no ${Number.isNaN(id) ? 'id' : 'callFrame'}`)
      return
    }
    const frame = this.#builder.internFrame(toFrame(node.callFrame as Record<string, unknown>))
    const added = this.#builder.addNode(id, frame)
    if (added < 0) return
    const parent = toId(node.parent)
    if (!Number.isNaN(parent)) this.#builder.setParent(added, parent)
    for (const child of toList(node.children)) this.#builder.addEdge(added, toId(child))
  }
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function toNumber(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN
}

function toId(value: unknown): Id {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' ? value : Number.NaN
}
