// Trees whose nodes hold their callees: V8's .heapprofile, and the .cpuprofile of Node 8 and Chrome 57 and before.
import type { ProfileBuilder } from '../model/builder.ts'
import { FloatColumn, type Id, IntColumn } from '../model/columns.ts'
import type { HeapTree } from '../model/heap.ts'
import { type Loss, Losses } from '../model/losses.ts'
import { META_FRAMES, metaFrame } from '../model/model.ts'
import { FrameTable, GrowingTree } from '../model/tree.ts'
import { toFrame } from './call-frame.ts'
import type { JsonBytes } from './json-bytes.ts'
import { parseLoosely } from './loose-json.ts'

const COMMA = 0x2c

/** A node as far as it was read; its members come in any order. */
interface OpenNode {
  readonly parent: number
  id: Id
  frame: number
  /** Members of the old format, whose nodes are frames themselves. */
  flat: Record<string, unknown> | undefined
  selfSize: number
  hits: number
}

/**
 * Reads the value of `head`. Its depth is no matter: nothing recurses. Whether it is an allocation profile is decided by what
 * its nodes have: bytes, or hits.
 * Specs: https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#type-SamplingHeapProfile, and
 * `CPUProfileNode` of https://chromedevtools.github.io/devtools-protocol/1-2/Profiler. The old one's lines count from 1.
 */
export class NestedTree {
  readonly #json: JsonBytes
  readonly #frames = new FrameTable()
  readonly #nodeFrame = new IntColumn()
  readonly #nodeParent = new IntColumn()
  readonly #selfBytes = new FloatColumn()
  readonly #hits = new FloatColumn()
  readonly #ids: Id[] = []
  #malformed = 0
  /** Whether any node has bytes. */
  isHeap = false

  constructor(json: JsonBytes) {
    this.#json = json
  }

  get nodeCount(): number {
    return this.#nodeFrame.length
  }

  read(): void {
    const json = this.#json
    const open: OpenNode[] = []
    let node = this.#begin(-1)
    let isFirst = true
    for (;;) {
      const key = json.nextKey(isFirst)
      isFirst = false
      if (key === undefined) {
        this.#end(node)
        // What follows is a sibling, or the rest of the caller.
        const caller = open.at(-1)
        if (caller === undefined) return
        if (json.take(COMMA) && this.#skipToObject()) {
          node = this.#begin(this.#indexOf(caller))
          isFirst = true
        } else {
          json.expect(0x5d)
          node = open.pop()!
        }
      } else if (key === 'children' && json.peek() === 0x5b) {
        json.expect(0x5b)
        if (json.take(0x5d)) continue
        if (!this.#skipToObject()) {
          json.expect(0x5d)
          continue
        }
        open.push(node)
        node = this.#begin(this.#indexOf(node))
        isFirst = true
      } else {
        this.#readMember(node, key)
      }
    }
  }

  readonly #index = new WeakMap<OpenNode, number>()

  #indexOf(node: OpenNode): number {
    return this.#index.get(node)!
  }

  #begin(parent: number): OpenNode {
    this.#json.expect(0x7b)
    const node = { parent, id: Number.NaN, frame: -1, flat: undefined, selfSize: 0, hits: 0 }
    this.#index.set(node, this.nodeCount)
    // Its place among the others is before its callees.
    this.#nodeFrame.push(-1)
    this.#nodeParent.push(parent)
    this.#selfBytes.push(0)
    this.#hits.push(0)
    this.#ids.push(Number.NaN)
    return node
  }

  #end(node: OpenNode): void {
    const index = this.#indexOf(node)
    const frame = node.frame >= 0 ? node.frame : this.#frames.intern(toFrame(node.flat ?? {}, 0))
    this.#nodeFrame.set(index, frame)
    this.#selfBytes.set(index, node.selfSize)
    this.#hits.set(index, node.hits)
    this.#ids[index] = node.id
  }

  /** Passes items that are no objects; false at the end of the list. */
  #skipToObject(): boolean {
    while (this.#json.peek() !== 0x7b) {
      if (this.#json.peek() === 0x5d) return false
      this.#json.skip()
      this.#malformed++
      if (!this.#json.take(COMMA)) return false
    }
    return true
  }

  #readMember(node: OpenNode, key: string): void {
    const json = this.#json
    switch (key) {
      case 'id':
        node.id = json.readId()
        return
      case 'selfSize':
        this.isHeap = true
        node.selfSize = Math.max(0, json.readNumeric() || 0)
        return
      case 'hitCount':
        node.hits = json.readNumeric() || 0
        return
      case 'callFrame':
        if (json.peek() === 0x7b) {
          const content = parseLoosely(json.objectBytes().toString('utf8')) as
            | Record<string, unknown>
            | undefined
          node.frame = this.#frames.intern(toFrame(content ?? {}))
        } else {
          json.skip()
        }
        return
      case 'functionName':
      case 'url':
      case 'lineNumber':
      case 'columnNumber':
      case 'scriptId':
        node.flat = { ...node.flat, [key]: json.readText() }
        return
      default:
        json.skip()
    }
  }

  /** What was no node. */
  get losses(): Loss[] {
    const losses = new Losses()
    losses.add('node', 'it is no object', this.#malformed)
    return losses.list({ node: this.nodeCount + this.#malformed })
  }

  /** The allocation profile; functions by the same path of callers are one node. */
  toHeap(): HeapTree {
    const frames = this.#frames.frames
    const tree = new GrowingTree(metaFrame(META_FRAMES.root))
    const placed = new Int32Array(this.nodeCount)
    const bytes: number[] = []
    for (let node = 0; node < placed.length; node++) {
      const parent = this.#nodeParent.at(node)
      const frame = frames[this.#nodeFrame.at(node)]!
      const isRoot = parent < 0 && frame.url === '' && frame.line === 0
      placed[node] = isRoot ? 0 : tree.child(parent < 0 ? 0 : placed[parent]!, tree.frames.intern(frame))
      bytes[placed[node]!] = (bytes[placed[node]!] ?? 0) + this.#selfBytes.at(node)
    }
    const built = tree.build()
    return { tree: built, selfBytes: Float64Array.from(built.nodeFrame, (_, node) => bytes[node] ?? 0) }
  }

  /** Adds the nodes to a profile. */
  addTo(builder: ProfileBuilder): void {
    builder.losses.add('node', 'it is no object', this.#malformed)
    for (let node = 0; node < this.nodeCount; node++) {
      const frame = builder.internFrame(this.#frames.frames[this.#nodeFrame.at(node)]!)
      const added = builder.addNode(this.#idOf(node), frame, this.#hits.at(node))
      const parent = this.#nodeParent.at(node)
      if (added >= 0 && parent >= 0) builder.setParent(added, this.#idOf(parent))
    }
  }

  /** The first files had no ids. */
  #idOf(node: number): Id {
    const id = this.#ids[node]!
    return Number.isNaN(id) ? `#${node}` : id
  }
}
