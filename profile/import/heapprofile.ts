// V8's .heapprofile.
import { readFileSync } from 'node:fs'
import type { HeapSample } from '../model/heap.ts'
import { ProfileFileError } from './cpuprofile.ts'

/**
 * Reads V8's `.heapprofile`: what `node --heap-prof` and DevTools write. These files are small, so they are read whole.
 * Spec: https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#type-SamplingHeapProfile
 * @throws ProfileFileError, or Error as `fs.readFileSync` does
 */
export function readHeapProfile(path: string): HeapSample {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new ProfileFileError('malformed', `${path} is a broken .heapprofile: ${cause.message}`, { cause })
  }
  const head = (content as { head?: unknown } | null)?.head
  if (!isSample(head)) throw new ProfileFileError('foreign', `${path} is no .heapprofile: it has no head`)
  const open: HeapSample[] = [head]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const child of at.children) {
      if (!isSample(child)) throw new ProfileFileError('malformed', `${path} has a node without its parts`)
      open.push(child)
    }
  }
  return head
}

function isSample(value: unknown): value is HeapSample {
  const sample = value as Partial<HeapSample> | null | undefined
  const frame = sample?.callFrame
  return (
    typeof sample?.selfSize === 'number' &&
    Array.isArray(sample.children) &&
    typeof frame?.functionName === 'string' &&
    typeof frame.url === 'string' &&
    typeof frame.lineNumber === 'number' &&
    typeof frame.columnNumber === 'number'
  )
}
