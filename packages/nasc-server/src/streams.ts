// The event streams that clients listen to.
import type { ServerResponse } from 'node:http'
import type { Patch } from './protocol.ts'

const PING_INTERVAL_MS = 20_000

/** The open server-sent event streams, one per client id; a client that connects again replaces its old stream. */
export class StreamRegistry {
  readonly #streams = new Map<string, ServerResponse>()

  /** Answers with an event stream that stays open, with a comment ping now and then against idle timeouts. */
  open(requestedId: unknown, res: ServerResponse): void {
    const clientId = typeof requestedId === 'string' && requestedId !== '' ? requestedId : crypto.randomUUID()
    res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    })
    // A line break in the id would let its sender write lines of the stream.
    res.write(`: connected ${clientId.replace(/[\r\n]/g, ' ')}\n\n`)
    this.#streams.get(clientId)?.end()
    this.#streams.set(clientId, res)
    const ping = setInterval(() => res.write(`: ping ${Date.now()}\n\n`), PING_INTERVAL_MS).unref()
    res.on('close', () => {
      clearInterval(ping)
      if (this.#streams.get(clientId) === res) this.#streams.delete(clientId)
    })
  }

  /** Pushes patches to one client; a client without a stream misses them. */
  send(clientId: string, patches: readonly Patch[], eventId?: string | number): void {
    const stream = this.#streams.get(clientId)
    if (stream === undefined) return
    const id = eventId === undefined ? '' : `id: ${String(eventId).replace(/[\r\n]/g, ' ')}\n`
    stream.write(`${id}data: ${JSON.stringify(patches)}\n\n`)
  }
}
