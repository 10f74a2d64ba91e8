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

async function unpack(base64: string): Promise<Graph> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return decodeGraph(await new Response(stream).arrayBuffer())
}
