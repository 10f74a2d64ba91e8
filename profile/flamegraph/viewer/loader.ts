// Unpacking the graphs that the page carries.
import { decodeGraph, type Graph } from '../data.ts'

/** The graphs that the page carries, unpacked when they are first asked for. */
export class Graphs {
  readonly ids: readonly string[]
  readonly #texts: readonly HTMLScriptElement[]
  readonly #loaded: (Promise<Graph> | undefined)[] = []

  constructor() {
    this.#texts = [...document.querySelectorAll<HTMLScriptElement>('script.graph')]
    this.ids = this.#texts.map(({ dataset }) => dataset.id ?? '')
  }

  load(index: number): Promise<Graph> {
    this.#loaded[index] ??= unpack(this.#texts[index]!.textContent)
    return this.#loaded[index]
  }
}

/** The plain data that the page carries beside its graphs; whoever wrote the page knows what it is. */
export async function readPageData<Data>(): Promise<Data> {
  const text = document.querySelector('script.data')!.textContent
  return JSON.parse(new TextDecoder().decode(await unpackBytes(text))) as Data
}

async function unpack(base64: string): Promise<Graph> {
  return decodeGraph(await unpackBytes(base64))
}

function unpackBytes(base64: string): Promise<ArrayBuffer> {
  const stream = new Blob([decodeBase64(base64)]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).arrayBuffer()
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, base64)
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
