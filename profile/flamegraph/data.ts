// What a page carries: its graphs, and how they are packed.
import type { FunctionChange } from '../blame/change.ts'
import type { Category } from '../model/category.ts'
import type { Unit } from '../model/format.ts'

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

/** A source file of one version of the program, with what its lines cost. */
export interface SourceVersion {
  readonly text: string
  /** `[line from 1, cost]`, any order. */
  readonly heat: readonly (readonly [line: number, cost: number])[]
  /** How often a line ran per op; left out where nobody counted. */
  readonly counts?: readonly (readonly [line: number, executionsPerOp: number])[]
}

/** One source file; of two versions, the text is the one after, and empty where only the version before has it. */
export interface PageSource extends SourceVersion {
  readonly file: string
  /** The file of that name in the version before; left out where there is one version, or none before. */
  readonly baseline?: SourceVersion
}

/** What is known of a function in the version before, beside its time there. */
export interface FrameDiff {
  readonly change: FunctionChange
  readonly callsBaseline: number | null
  readonly bytesBaseline: number | null
  /** Its place in the version before: file:line as shown; empty where it had none. */
  readonly placeBaseline: string
  /** A change of the function's self cost smaller than this is inside the noise of the profiles. */
  readonly noise: number
}

/** Somebody who is blamed for a part of the change; costs in the graph's unit. */
export interface BlameRow {
  /** Index into the graph's frames; -1 where the function is not in the graph. */
  readonly frame: number
  readonly name: string
  readonly place: string
  /** `called 4 instead of 2 times per op`, `its own code`. */
  readonly reason: string
  readonly explained: number
  /** The interval of `explained`. */
  readonly low: number
  readonly high: number
}

/** What a graph of two versions says beside the costs of the second. */
export interface GraphDiff {
  /** Names of the versions, for people: a commit, a folder. */
  readonly baseline: string
  readonly candidate: string
  /** Cost of an op, in the graph's unit. */
  readonly totalBaseline: number
  readonly totalCandidate: number
  /** Parallel to the graph's frames. */
  readonly frames: readonly FrameDiff[]
  /** What the comparison concluded, one line; empty where it concluded nothing. */
  readonly sentence: string
  /** Who is blamed, first first; may be empty. */
  readonly blame: readonly BlameRow[]
  /** Part of the change that nobody is blamed for, in the graph's unit. */
  readonly unexplained: number
}

/** What stands in a graph's header, as JSON; the columns follow as bytes. */
export interface GraphHeader {
  readonly id: string
  /** Facts for people: `3 profiles, 1,733 stack samples, ops cost +9 % under the profiler`. */
  readonly note: string
  /** What one unit of weight is. */
  readonly unit: Unit
  readonly frames: readonly PageFrame[]
  readonly sources: readonly PageSource[]
  /** By source, which of the page's texts it and its baseline have; left out where the texts are in the sources. */
  readonly textIds?: readonly (readonly number[])[]
  readonly nodeCount: number
  readonly sampleCount: number
  /** Of two versions of the same work in one graph; null for the graph of one. */
  readonly diff: GraphDiff | null
}

/** One scenario's graph. Nodes come callers first; a function that is gone has the frame of the version before. */
export interface Graph extends GraphHeader {
  readonly nodeFrame: Int32Array
  readonly nodeParent: Int32Array
  /** Cost of the node itself, without callees; of two versions, the one after. */
  readonly nodeSelf: Float32Array
  /** The same in the version before; empty where there is one version. */
  readonly nodeSelfBaseline: Float32Array
  /** Stack samples in order of time; empty where there is no such order. */
  readonly sampleNode: Int32Array
  readonly sampleWeight: Float32Array
}

/**
 * Layout of a graph as bytes: length of the header's JSON (32 bits, little-endian), the JSON padded with blanks to a
 * multiple of four bytes, then the columns.
 */
export function encodeGraph(graph: Graph): Uint8Array {
  const { nodeFrame, nodeParent, nodeSelf, sampleNode, sampleWeight, nodeSelfBaseline, ...header } = graph
  const json = new TextEncoder().encode(JSON.stringify(header))
  const jsonBytes = Math.ceil(json.length / 4) * 4
  const columns = [nodeFrame, nodeParent, nodeSelf, sampleNode, sampleWeight, nodeSelfBaseline]
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
  const { nodeCount, sampleCount, diff } = header
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
    nodeSelfBaseline: take(Float32Array, diff === null ? 0 : nodeCount),
  }
}
