// Module hooks for Node versions without synchronous ones; they run in Node's hooks thread, or in the thread itself.
import { shiftSource } from './shift.mjs'

let counter
let port

export function initialize(data) {
  counter = new Int32Array(data.counter)
  port = data.port
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (loaded.format !== 'module' || !url.startsWith('file:') || loaded.source == null) return loaded
  const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source).toString('utf8')
  const shifted = shiftSource(text, counter)
  if (shifted === undefined) return loaded
  port.postMessage({ url, offset: shifted.offset, lines: shifted.lines })
  return { ...loaded, source: shifted.source }
}
