// Unpacking the graphs that the page carries.
import { decodeGraph, type Graph } from '../data.ts'
import { fillTexts } from '../texts.ts'

/** The graphs that the page carries, unpacked when they are first asked for. */
export class Graphs {
  readonly ids: readonly string[]
  readonly #texts: readonly HTMLScriptElement[]
  #sources: Promise<readonly string[]> | undefined
  readonly #loaded: (Promise<Graph> | undefined)[] = []

  constructor() {
    this.#texts = [...document.querySelectorAll<HTMLScriptElement>('script.graph')]
    this.ids = this.#texts.map(({ dataset }) => dataset.id ?? '')
  }

  load(index: number): Promise<Graph> {
    this.#loaded[index] ??= this.#unpack(index)
    return this.#loaded[index]
  }

  async #unpack(index: number): Promise<Graph> {
    this.#sources ??= unpackJson<string[]>('script.texts')
    const graph = decodeGraph(await unpackBytes(this.#texts[index]!.textContent))
    return fillTexts(graph, await this.#sources)
  }
}

/** The plain data that the page carries beside its graphs; whoever wrote the page knows what it is. */
export function readPageData<Data>(): Promise<Data> {
  return unpackJson('script.data')
}

async function unpackJson<Data>(selector: string): Promise<Data> {
  const text = document.querySelector(selector)!.textContent
  return JSON.parse(new TextDecoder().decode(await unpackBytes(text))) as Data
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
