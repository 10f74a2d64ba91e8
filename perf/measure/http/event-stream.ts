// A server-sent event stream, read for its bytes and its failures.
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { HttpScenario } from '../../suite/scenario.ts'
import { clock } from '../clock.ts'
import type { Endpoint } from './connection.ts'

const EVENT_END = Buffer.from('\n\n')
const DATA = Buffer.from('data: ')
const LINE_END = 10
const SETTLE_MS = 20
/** A busy machine may let nothing arrive for a second. */
const LONGEST_WAITS = 50

/** Subscribes to a server-sent event stream and counts its events with a `data:` line, and the bytes of these lines. */
export class EventStream {
  readonly #request: ClientRequest
  readonly #failPrefix: Buffer
  #rest: Buffer = Buffer.alloc(0)
  #dataBytes = 0
  #events = 0
  #failure: string | undefined
  /** Called with whatever arrives. */
  #tell = () => {}

  private constructor(request: ClientRequest, failOnPrefix: string) {
    this.#request = request
    this.#failPrefix = Buffer.from(failOnPrefix)
  }

  /** Resolves once the stream's first bytes are there. @throws Error when it is not answered with 200 */
  static async open(
    { port, isSecure }: Endpoint,
    { path, failOnPrefix, headers = {} }: NonNullable<HttpScenario<never>['stream']>,
    cookies: readonly string[] = [],
  ): Promise<EventStream> {
    const request = (isSecure ? getSecurely : get)({
      ...{ host: '127.0.0.1', port, path, agent: false, servername: 'localhost', rejectUnauthorized: false },
      headers: {
        ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
        ...(headers as Record<string, string>),
      },
    })
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve)
      request.once('error', reject)
    })
    if (response.statusCode !== 200) throw new Error(`stream ${path} answered ${response.statusCode}`)
    const stream = new EventStream(request, failOnPrefix)
    request.on('error', () => {})
    response.on('error', () => {})
    const end = () => {
      stream.#failure ??= 'its end, too early'
    }
    response.once('close', end)
    await new Promise<void>((resolve) => {
      response.once('data', () => resolve())
      response.once('close', () => resolve())
      response.on('data', (chunk: Buffer) => stream.#receive(chunk))
    })
    return stream
  }

  /** Bytes of patches so far. */
  get dataBytes(): number {
    return this.#dataBytes
  }

  /** Events with patches so far. */
  get events(): number {
    return this.#events
  }

  /** @throws Error when the stream has ended, or with the first event that started with the prefix that must not come */
  assertHealthy(): void {
    if (this.#failure !== undefined) throw new Error(`the stream brought ${this.#failure}`)
  }

  /** Resolves when so many events are there, or nothing has arrived for so long that no more can be under way. */
  async reach(events: number): Promise<void> {
    for (let waits = 0; this.#events < events && waits < LONGEST_WAITS; waits++) {
      const before = this.#events
      await Promise.race([this.#more(), clock.wait(SETTLE_MS)])
      if (this.#events !== before) waits = 0
    }
  }

  /** Resolves when anything arrives. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve
    })
  }

  /** Resolves when nothing more has arrived for a while. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.#dataBytes; ) {
      before = this.#dataBytes
      await clock.wait(SETTLE_MS)
    }
  }

  close(): void {
    this.#request.destroy()
  }

  #receive(chunk: Buffer): void {
    const received = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (let end = received.indexOf(EVENT_END); end >= 0; end = received.indexOf(EVENT_END, start)) {
      this.#count(received.subarray(start, end))
      start = end + EVENT_END.length
    }
    this.#rest = received.subarray(start)
    this.#tell()
  }

  #count(event: Buffer): void {
    const at = event.indexOf(DATA)
    if (at < 0 || (at > 0 && event[at - 1] !== LINE_END)) return
    const data = event.subarray(at + DATA.length)
    this.#dataBytes += data.length
    this.#events += 1
    if (this.#failPrefix.length > 0 && data.subarray(0, this.#failPrefix.length).equals(this.#failPrefix)) {
      this.#failure ??= data.toString('utf8', 0, 300)
    }
  }
}
