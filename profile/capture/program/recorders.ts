// The recorders in the Node processes and threads of a command: what they say, and what they are told.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A thread of the command's that records, or did. */
export interface RecordedThread {
  readonly pid: number
  readonly ppid: number
  /** 0 for the main thread of its process. */
  readonly threadId: number
  /** Of its process: the executable, the script, the first arguments. */
  readonly argv: readonly string[]
  /** Of Node: `v22.1.0`. */
  readonly version: string
}

/** Where a server of the command's listens. */
export interface ListeningServer {
  /** Of its process. */
  readonly pid: number
  readonly port: number
  /** The address that it is bound to: `::`, `127.0.0.1`. */
  readonly host: string
  /** Whether it speaks TLS. */
  readonly isSecure: boolean
}

/** A server that could not listen. */
export interface RefusedServer {
  /** `EADDRINUSE`. */
  readonly code: string
  readonly port: number
}

type Hello = { readonly kind: 'hello'; readonly token: string } & RecordedThread
type Message =
  | Hello
  | ({ readonly kind: 'listening' } & Omit<ListeningServer, 'pid'>)
  | ({ readonly kind: 'refused' } & RefusedServer)
  | { readonly kind: 'done'; readonly command: RecorderCommand }

type RecorderCommand = 'begin' | 'finish'

/** How a command's threads are recorded. */
export interface RecordersOptions {
  /** Where they leave what they recorded; it is there. */
  readonly folder: string
  /** Whether each records from its own start on, or from {@link Recorders.begin} on. */
  readonly recordsFromStart: boolean
  /** Between two stack samples. */
  readonly intervalUs: number
}

interface Peer {
  readonly thread: RecordedThread
  readonly socket: Socket
  /** Is told what it has done; without a command, that it is gone. */
  onDone: (command?: RecorderCommand) => void
}

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url))

/** Listens to the recorders of one command. */
export class Recorders {
  readonly #server: Server
  readonly #options: RecordersOptions
  readonly #token = randomBytes(16).toString('hex')
  readonly #peers = new Set<Peer>()
  #isOpen: boolean
  readonly threads: RecordedThread[] = []
  readonly servers: ListeningServer[] = []
  readonly refused: RefusedServer[] = []
  /** Is called whenever one of these lists is longer. */
  onNews: () => void = () => {}

  private constructor(server: Server, options: RecordersOptions) {
    this.#server = server
    this.#options = options
    this.#isOpen = options.recordsFromStart
    server.on('connection', (socket) => this.#meet(socket))
  }

  static async open(options: RecordersOptions): Promise<Recorders> {
    const server = createServer()
    const recorders = new Recorders(server, options)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return recorders
  }

  /** What the command is started with, beside what `env` has: every Node process in it finds its way here. */
  environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { folder, recordsFromStart, intervalUs } = this.#options
    const { port } = this.#server.address() as { port: number }
    const settings = { port, token: this.#token, folder, recordsFromStart, intervalUs }
    return {
      NODE_OPTIONS: [env.NODE_OPTIONS, `--require ${quoteOption(PRELOAD)}`].filter(Boolean).join(' '),
      FLAMEGATE_RECORDERS: JSON.stringify(settings),
    }
  }

  /** Has everybody record from now on, also those that come later. */
  async begin(timeoutMs: number): Promise<void> {
    this.#isOpen = true
    await this.#tellAll('begin', timeoutMs)
  }

  /** Has everybody leave what they recorded; resolves with those that did not say that they did. */
  async finish(timeoutMs: number): Promise<readonly RecordedThread[]> {
    this.#isOpen = false
    return this.#tellAll('finish', timeoutMs)
  }

  /** Hears what threads that have ended could not send any more. */
  async hearLastWords(): Promise<void> {
    const { folder } = this.#options
    const names = (await readdir(folder)).filter((name) => name.endsWith('.said'))
    for (const name of names) {
      const [hello, ...said] = JSON.parse(await readFile(join(folder, name), 'utf8')) as Message[]
      if (hello?.kind !== 'hello') continue
      if (!this.#isKnown(hello)) this.#note(hello)
      for (const message of said) this.#hear(message, hello)
    }
  }

  #isKnown({ pid, threadId }: RecordedThread): boolean {
    return this.threads.some((thread) => thread.pid === pid && thread.threadId === threadId)
  }

  close(): void {
    for (const { socket } of this.#peers) socket.destroy()
    this.#server.close()
  }

  #meet(socket: Socket): void {
    let peer: Peer | undefined
    socket.on('error', () => {})
    socket.once('close', () => {
      if (peer === undefined) return
      this.#peers.delete(peer)
      peer.onDone()
    })
    eachLine(socket, (line) => {
      const message = parseMessage(line)
      if (message?.kind === 'hello') peer = this.#greet(message, socket)
      else if (message === undefined || peer === undefined) socket.destroy()
      else if (message.kind === 'done') peer.onDone(message.command)
      else this.#hear(message, peer.thread)
    })
  }

  #greet(hello: Hello, socket: Socket): Peer | undefined {
    if (hello.token !== this.#token) {
      socket.destroy()
      return undefined
    }
    const peer: Peer = { ...this.#note(hello), socket, onDone: () => {} }
    this.#peers.add(peer)
    if (this.#isOpen) socket.write('begin\n')
    return peer
  }

  #note({ kind: _, token: __, ...thread }: Hello): { thread: RecordedThread } {
    this.threads.push(thread)
    this.onNews()
    return { thread }
  }

  #hear(message: Message, { pid }: RecordedThread): void {
    if (message.kind === 'listening') this.servers.push({ ...message, pid })
    else if (message.kind === 'refused') this.refused.push(message)
    this.onNews()
  }

  async #tellAll(command: RecorderCommand, timeoutMs: number): Promise<RecordedThread[]> {
    const told = await Promise.all([...this.#peers].map((peer) => tell(peer, command, timeoutMs)))
    return told.flatMap((silent) => (silent === undefined ? [] : [silent]))
  }
}

/** Resolves with the thread where it does not answer in time. */
function tell(peer: Peer, command: RecorderCommand, timeoutMs: number): Promise<RecordedThread | undefined> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => resolve(peer.thread), timeoutMs)
    peer.onDone = (done = command) => {
      if (done !== command) return
      clearTimeout(patience)
      resolve(undefined)
    }
    peer.socket.write(`${command}\n`)
  })
}

function eachLine(socket: Socket, take: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) take(line)
  })
}

/** Anybody on this machine can send anything. */
function parseMessage(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message
  } catch {
    return undefined
  }
}

/** A path as one word of NODE_OPTIONS. */
function quoteOption(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`
}
