// The debugging protocol, spoken with one thread: the main one of a process, or a worker through it.
import type { WebSocket } from 'ws'

type Listener = (params: Record<string, unknown>) => void

interface Reply {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** Methods with their answers, and events, of one thread. */
export class DebugChannel {
  readonly #send: (text: string) => void
  readonly #waiting = new Map<number, { resolve(result: object): void; reject(error: Error): void }>()
  readonly #listeners = new Map<string, Listener>()
  #next = 1
  #closed: Error | undefined

  /** @param send what brings a message to the thread; what comes from there is for {@link receive} */
  constructor(send: (text: string) => void) {
    this.#send = send
  }

  /** Of an open connection to a process's inspector. */
  static over(socket: WebSocket): DebugChannel {
    const channel = new DebugChannel((text) => socket.send(text))
    socket.on('message', (data) => channel.receive(String(data)))
    socket.on('close', () => channel.close(new Error('the process has closed its inspector, or ended')))
    return channel
  }

  /** @throws Error with what the other side says of a failure, or that it is gone */
  post(method: string, params: object = {}): Promise<Record<string, unknown>> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: object) => void, reject })
      this.#send(JSON.stringify({ id, method, params }))
    })
  }

  /** Has one listener hear every event of that name. */
  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener)
  }

  receive(text: string): void {
    const { id, method, params = {}, result = {}, error } = JSON.parse(text) as Reply
    if (id === undefined) this.#listeners.get(method ?? '')?.(params)
    else if (error === undefined) this.#waiting.get(id)?.resolve(result)
    else this.#waiting.get(id)?.reject(new Error(error.message))
    if (id !== undefined) this.#waiting.delete(id)
  }

  /** Nothing comes any more: whatever waits fails with the reason. */
  close(reason: Error): void {
    this.#closed = reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }
}

/** What an expression is in a thread; it must be JSON. @throws as {@link DebugChannel.post} */
export async function evaluate(channel: DebugChannel, expression: string): Promise<unknown> {
  const answer = await channel.post('Runtime.evaluate', { expression, returnByValue: true })
  return (answer.result as { value?: unknown } | undefined)?.value
}
