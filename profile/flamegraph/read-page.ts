// The graphs of a page, read back: for a page that is put together from others.
import { inflateRawSync } from 'node:zlib'
import { decodeGraph, type Graph } from './data.ts'
import { fillTexts } from './texts.ts'

/** A page does not hold more; what says so is none of ours. */
const MOST_BYTES = 2 ** 30

/** The inverse of `renderPage`, as far as graphs go. @throws Error for text that is no page of this version */
export function readGraphs(html: string): Graph[] {
  const [texts] = readPacked(html, 'texts')
  if (texts === undefined) throw new Error('it carries no graphs')
  const shared = JSON.parse(texts.toString()) as string[]
  return readPacked(html, 'graph').map(({ buffer, byteOffset, byteLength }) =>
    fillTexts(decodeGraph(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer), shared),
  )
}

function readPacked(html: string, className: string): Buffer[] {
  const blocks = html.matchAll(
    new RegExp(`<script type="text/plain" class="${className}"[^>]*>([^<]*)<`, 'g'),
  )
  return [...blocks].map(([, base64]) =>
    inflateRawSync(Buffer.from(base64!, 'base64'), { maxOutputLength: MOST_BYTES }),
  )
}
