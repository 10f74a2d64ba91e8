// One connection of the load client, opened again whenever the server has closed it.
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { clock } from '../clock.ts'
import { AnswerReader, type HttpAnswer } from './answer.ts'
import type { PreparedRequest } from './request.ts'

/** A server on this machine. */
export interface Endpoint {
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Whether it speaks TLS. */
  readonly isSecure: boolean
}

/** A connection that the server would close any moment now is not used again, as Node's own agent has it. */
const IDLE_MARGIN_MS = 1_000
/** The server closes first, so that its side and not ours waits for late packets: ports of ours are not used up. */
const CLOSING_MS = 2_000

interface Pending {
  readonly request: PreparedRequest
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: Error) => void
}

/**
 * A connection by HTTP/1.1 to a server on this machine, one request at a time. Where the server closes it after an answer, or
 * while it is idle, the next request opens another.
 *
 * `node:http`'s client costs more CPU per request than the servers we measure, and would then be what limits the
 * throughput. This one writes bytes that were made beforehand and reads no more of an answer than where it ends.
 */
export class Connection {
  readonly #endpoint: Endpoint
  readonly #reader = new AnswerReader()
  #socket: Socket | undefined
  #pending: Pending | undefined
  #idleSince = 0
  /** Of TLS, as browsers resume one. */
  #session: Buffer | undefined

  private constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  /** @throws Error when nothing listens there, or no secure connection comes about */
  static async open(endpoint: Endpoint): Promise<Connection> {
    const connection = new Connection(endpoint)
    await connection.#connect()
    return connection
  }

  /** Sends one whole request; resolves once the whole answer is there. @throws Error when the connection ends before */
  exchange(request: PreparedRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#pending = { request, resolve, reject }
      if (this.#socket !== undefined && this.#mayBeUsed()) this.#send(this.#socket)
      else this.#connect().then((socket) => this.#send(socket), reject)
    })
  }

  close(): void {
    this.#pending = undefined
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #mayBeUsed(): boolean {
    const { idleMs } = this.#reader
    return idleMs === Number.POSITIVE_INFINITY || clock.now() - this.#idleSince < idleMs - IDLE_MARGIN_MS
  }

  #send(socket: Socket): void {
    const { method, bytes } = this.#pending!.request
    this.#reader.begin(method)
    socket.write(bytes)
  }

  #connect(): Promise<Socket> {
    this.#socket?.destroy()
    this.#socket = undefined
    return new Promise((resolve, reject) => {
      const socket = this.#openSocket()
      socket.once('error', reject)
      socket.once(this.#endpoint.isSecure ? 'secureConnect' : 'connect', () => {
        socket.off('error', reject)
        this.#listen(socket)
        resolve(socket)
      })
    })
  }

  /** Whose certificate it is does not matter: it is the project's own, from a process of ours on this machine. */
  #openSocket(): Socket {
    const { port, host = '127.0.0.1' } = this.#endpoint
    const place = { port, host, noDelay: true }
    if (!this.#endpoint.isSecure) return connect(place)
    const session = this.#session === undefined ? {} : { session: this.#session }
    const socket = connectSecurely({
      ...place,
      ...session,
      servername: 'localhost',
      rejectUnauthorized: false,
    })
    socket.on('session', (fresh: Buffer) => {
      this.#session = fresh
    })
    return socket
  }

  #listen(socket: Socket): void {
    this.#socket = socket
    this.#idleSince = clock.now()
    socket.on('data', (chunk) => {
      if (socket === this.#socket) this.#receive(chunk)
    })
    socket.on('end', () => {
      if (socket === this.#socket) this.#settle(this.#reader.end())
    })
    socket.on('error', (error) => this.#fail(socket, error))
    socket.on('close', () => this.#fail(socket, new Error('the server closed the connection')))
  }

  #receive(chunk: Buffer): void {
    try {
      if (this.#pending === undefined) throw new Error('the server spoke unasked')
      this.#settle(this.#reader.push(chunk))
    } catch (error) {
      this.#socket?.destroy()
      this.#fail(this.#socket, error as Error)
    }
  }

  #settle(answer: HttpAnswer | undefined): void {
    const pending = this.#pending
    if (answer === undefined || pending === undefined) return
    this.#pending = undefined
    if (!this.#reader.isReusable) this.#leave()
    else if (this.#reader.idleMs !== Number.POSITIVE_INFINITY) this.#idleSince = clock.now()
    pending.resolve(answer)
  }

  /** Leaves the connection to the server to close. */
  #leave(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.setTimeout(CLOSING_MS, () => socket.destroy())
  }

  #fail(socket: Socket | undefined, error: Error): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    const pending = this.#pending
    this.#pending = undefined
    pending?.reject(error)
  }
}
