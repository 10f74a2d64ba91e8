import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const CHUNKED_END = Buffer.from('0\r\n\r\n')

/**
 * One keep-alive HTTP/1.1 connection to a server on this machine, one request at a time.
 *
 * `node:http`'s client costs more CPU per request than the servers we measure, and would then be what limits the
 * throughput. This one writes bytes that were made beforehand and reads no more of an answer than where it ends.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #pending: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined

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

  /** Sends one whole request; resolves with the status of its answer once that has arrived whole. */
  exchange(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
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
    const status = wholeAnswerStatus(received)
    this.#received = status === undefined ? received : Buffer.alloc(0)
    if (status === undefined) return
    const pending = this.#pending
    this.#pending = undefined
    pending?.resolve(status)
  }

  #fail(error: Error): void {
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

/** The status of the answer when `received` holds all of it, else undefined. RFC 9112, section 6. */
function wholeAnswerStatus(received: Buffer): number | undefined {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = received.latin1Slice(0, headEnd)
  const bodyLength = received.length - headEnd - HEAD_END.length
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isWhole =
    declared !== undefined
      ? bodyLength >= Number(declared)
      : !/\r\ntransfer-encoding: *chunked/i.test(head) ||
        received.subarray(-CHUNKED_END.length).equals(CHUNKED_END)
  return isWhole ? Number(head.slice(9, 12)) : undefined
}
