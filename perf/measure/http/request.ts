// Requests as the bytes to send, made before anything is timed.
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { HttpRequest } from '../../suite/scenario.ts'

/** A request, ready to be sent as often as wanted. */
export interface PreparedRequest {
  readonly method: string
  readonly bytes: Buffer
}

interface Body {
  readonly bytes: Uint8Array
  readonly type: string | undefined
}

/** Methods whose requests say nothing of a body that they have not. RFC 9110, section 8.6 */
const WITHOUT_BODY = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']
const NOTHING = new Uint8Array(0)

/**
 * Makes a request of a scenario's.
 * @param cookies `name=value`, beside those in its headers
 * @throws Error for what cannot be in a request: another method's name, a path with blanks, a header with line breaks
 */
export async function prepareRequest(
  { method, path, headers = {}, body }: HttpRequest,
  cookies: readonly string[] = [],
): Promise<PreparedRequest> {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) throw new Error(`'${method}' is no method`)
  if (!/^[\x21-\xff]+$/.test(path))
    throw new Error(`${method} ${path}: a path is written without blanks, as in /a%20b`)
  const content = await toBody(body)
  const fields = collectFields(headers)
  const isChunked = /\bchunked\b/i.test(fields.get('transfer-encoding')?.value.join() ?? '')
  const defaults: [string, string | undefined][] = [
    ['Host', '127.0.0.1'],
    ['Connection', 'keep-alive'],
    ['Content-Type', content.type],
    [
      'Content-Length',
      isChunked || (body === undefined && WITHOUT_BODY.includes(method))
        ? undefined
        : `${content.bytes.length}`,
    ],
  ]
  fields.delete('content-length')
  for (const [name, value] of defaults) {
    if (value !== undefined && !fields.has(name.toLowerCase()))
      fields.set(name.toLowerCase(), { name, value: [value] })
  }
  const own = fields.get('cookie')?.value ?? []
  if (own.length + cookies.length > 0)
    fields.set('cookie', { name: 'Cookie', value: [[...own, ...cookies].join('; ')] })
  const lines = [...fields.values()].flatMap(({ name, value }) => value.map((one) => `${name}: ${one}\r\n`))
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  return { method, bytes: Buffer.concat([head, ...(isChunked ? chunksOf(content.bytes) : [content.bytes])]) }
}

/** A request with a JSON body to a server of ours, made at once. */
export function jsonRequest(method: string, path: string, body?: unknown): PreparedRequest {
  const text = body === undefined ? '' : JSON.stringify(body)
  const type = body === undefined ? '' : 'Content-Type: application/json\r\n'
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n${type}`
  return { method, bytes: Buffer.from(`${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`) }
}

type Fields = Map<string, { readonly name: string; readonly value: readonly string[] }>

function collectFields(headers: NonNullable<HttpRequest['headers']>): Fields {
  const fields: Fields = new Map()
  for (const [name, given] of Object.entries(headers)) {
    const value = Array.isArray(given) ? given : [given]
    validateHeaderName(name)
    for (const one of value) validateHeaderValue(name, one)
    fields.set(name.toLowerCase(), { name, value })
  }
  return fields
}

/** Text and bytes are sent as they are, what the web knows as a body (forms, blobs) as `fetch` does, anything else as JSON. */
async function toBody(body: unknown): Promise<Body> {
  if (body === undefined) return { bytes: NOTHING, type: undefined }
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' }
  if (body instanceof Uint8Array) return { bytes: body, type: undefined }
  if (!isBodyOfWeb(body)) return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
  const response = new Response(body)
  return {
    type: response.headers.get('content-type') ?? undefined,
    bytes: new Uint8Array(await response.arrayBuffer()),
  }
}

type BodyOfWeb = NonNullable<ConstructorParameters<typeof Response>[0]>

function isBodyOfWeb(body: unknown): body is BodyOfWeb {
  // Node loads its whole `fetch` to say what a FormData is: 50 ms.
  if (isPlain(body)) return false
  if (ArrayBuffer.isView(body)) return true
  return [ArrayBuffer, URLSearchParams, Blob, FormData, ReadableStream].some((kind) => body instanceof kind)
}

/** A list, a value, or an object that no class made. */
function isPlain(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return true
  const prototype: unknown = Object.getPrototypeOf(body)
  return prototype === Object.prototype || prototype === null
}

function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const last = Buffer.from('0\r\n\r\n')
  if (bytes.length === 0) return [last]
  return [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n'), last]
}
