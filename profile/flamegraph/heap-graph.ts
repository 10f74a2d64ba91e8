// An allocation profile as a graph of the page.
import { categoryOf } from '../model/category.ts'
import { shownFile } from '../model/file-url.ts'
import type { HeapTree } from '../model/heap.ts'
import type { Graph } from './data.ts'

/** The graph of an allocation profile: boxes are as wide as the bytes that are still in use. */
export function toHeapGraph(
  { tree, selfBytes }: HeapTree,
  { id, note, shorten }: { readonly id: string; readonly note: string; shorten(url: string): string },
): Graph {
  return {
    id,
    note,
    unit: 'bytes',
    frames: tree.frames.map((frame) => ({
      name: frame.functionName || '(anonymous)',
      file: shownFile(frame, shorten),
      line: frame.line,
      category: categoryOf(frame),
      callsPerOp: null,
      bytesPerOp: null,
    })),
    sources: [],
    nodeCount: tree.nodeFrame.length,
    sampleCount: 0,
    diff: null,
    nodeFrame: tree.nodeFrame,
    nodeParent: tree.nodeParent,
    nodeSelf: Float32Array.from(selfBytes),
    sampleNode: new Int32Array(0),
    sampleWeight: new Float32Array(0),
    nodeSelfBaseline: new Float32Array(0),
  }
}
