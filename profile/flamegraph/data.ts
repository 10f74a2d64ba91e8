import type { Category } from '../category.ts'

// What the page is made of, shared by the program that writes it and by the viewer that reads it.

/** One function, in the page's units. */
export interface PageFrame {
  readonly name: string
  /** `packages/a/src/b.ts`, or a URL; empty for the engine's own. */
  readonly file: string
  readonly line: number
  readonly category: Category
  readonly callsPerOp: number | null
  readonly bytesPerOp: number | null
}

/** One source file with what its lines cost. */
export interface PageSource {
  readonly file: string
  readonly text: string
  /** `[line from 1, cost]`, any order. */
  readonly heat: readonly (readonly [number, number])[]
}

/** What stands in a graph's header, as JSON; the columns follow as bytes. */
export interface GraphHeader {
  readonly id: string
  /** Facts for people: `3 profiles, 1,733 stack samples, ops cost +9 % under the profiler`. */
  readonly note: string
  /** What one unit of weight is. */
  readonly unit: 'ns/op' | 'bytes/op' | 'ns' | 'bytes'
  readonly frames: readonly PageFrame[]
  readonly sources: readonly PageSource[]
  readonly nodeCount: number
  readonly sampleCount: number
}

/** One scenario's graph. Nodes come callers first. */
export interface Graph extends GraphHeader {
  readonly nodeFrame: Int32Array
  readonly nodeParent: Int32Array
  /** Cost of the node itself, without callees. */
  readonly nodeSelf: Float32Array
  /** Stack samples in order of time; empty where there is no such order. */
  readonly sampleNode: Int32Array
  readonly sampleWeight: Float32Array
}

/**
 * Layout of a graph as bytes: length of the header's JSON (32 bits, little-endian), the JSON padded with blanks to a
 * multiple of four bytes, then the five columns.
 */
export function encodeGraph(graph: Graph): Uint8Array {
  const { nodeFrame, nodeParent, nodeSelf, sampleNode, sampleWeight, ...header } = graph
  const json = new TextEncoder().encode(JSON.stringify(header))
  const jsonBytes = Math.ceil(json.length / 4) * 4
  const columns = [nodeFrame, nodeParent, nodeSelf, sampleNode, sampleWeight]
  const bytes = new Uint8Array(4 + jsonBytes + columns.reduce((sum, column) => sum + column.byteLength, 0))
  bytes.fill(0x20)
  new DataView(bytes.buffer).setUint32(0, jsonBytes, true)
  bytes.set(json, 4)
  let at = 4 + jsonBytes
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += column.byteLength
  }
  return bytes
}

/** The inverse of {@link encodeGraph}. */
export function decodeGraph(bytes: ArrayBuffer): Graph {
  const jsonBytes = new DataView(bytes).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, jsonBytes))) as GraphHeader
  const { nodeCount, sampleCount } = header
  let at = 4 + jsonBytes
  const take = <T>(
    Column: new (buffer: ArrayBuffer, offset: number, length: number) => T,
    length: number,
  ): T => {
    const column = new Column(bytes, at, length)
    at += 4 * length
    return column
  }
  return {
    ...header,
    nodeFrame: take(Int32Array, nodeCount),
    nodeParent: take(Int32Array, nodeCount),
    nodeSelf: take(Float32Array, nodeCount),
    sampleNode: take(Int32Array, sampleCount),
    sampleWeight: take(Float32Array, sampleCount),
  }
}
