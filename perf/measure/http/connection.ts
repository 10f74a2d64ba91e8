// One keep-alive connection of the load client.
import { connect, type Socket } from 'node:net'

const NOTHING = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')
const CHUNKED_END = Buffer.from('0\r\n\r\n')

/** What came back. The body is read only where it is asked for. */
export interface JsonAnswer {
  readonly status: number
  json(): unknown
}

/**
 * One keep-alive HTTP/1.1 connection to a server on this machine, one request at a time.
 *
 * `node:http`'s client costs more CPU per request than the servers we measure, and would then be what limits the
 * throughput. This one writes bytes that were made beforehand and reads no more of an answer than where it ends.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = NOTHING
  #failure: Error | undefined
  #pending: { resolve: (answer: JsonAnswer) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** @throws Error when nothing listens on that port of 127.0.0.1 */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  /** Sends one whole request; resolves once the whole answer is there. @throws Error when the connection ends before */
  exchange(request: Buffer): Promise<JsonAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      this.#pending = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#pending = undefined
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const answer = readAnswer(received)
    this.#received = answer === undefined ? received : NOTHING
    if (answer === undefined) return
    const pending = this.#pending
    this.#pending = undefined
    pending?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    const pending = this.#pending
    this.#pending = undefined
    pending?.reject(error)
  }
}

/** A request with a JSON body as the bytes to send. */
export function jsonRequest(method: string, path: string, body?: unknown): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const type = body === undefined ? '' : 'Content-Type: application/json\r\n'
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n${type}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

/** The answer when `received` holds all of it, else undefined. RFC 9112, section 6. */
function readAnswer(received: Buffer): JsonAnswer | undefined {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = received.toString('latin1', 0, headEnd)
  const bodyStart = headEnd + HEAD_END.length
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isWhole =
    declared !== undefined
      ? received.length - bodyStart >= Number(declared)
      : !/\r\ntransfer-encoding: *chunked/i.test(head) ||
        received.subarray(-CHUNKED_END.length).equals(CHUNKED_END)
  if (!isWhole) return undefined
  return { status: Number(head.slice(9, 12)), json: () => JSON.parse(received.toString('utf8', bodyStart)) }
}
