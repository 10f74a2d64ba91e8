// A running process by its inspector: found by its id or its port, and left as it was.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { get } from 'node:http'
import { basename } from 'node:path'
import { WebSocket } from 'ws'
import { DebugChannel, evaluate } from './debug-channel.ts'

/** Why a process cannot be reached: a fact, and what to do about it. */
export class UnreachableError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** What a process says of itself. */
export interface ProcessFacts {
  readonly pid: number
  readonly argv: readonly string[]
  readonly cwd: string
  readonly version: string
}

const FACTS =
  'process && { pid: process.pid, argv: process.argv, cwd: process.cwd(), version: process.version }'
const USUAL_PORT = 9229
const ANSWER_MS = 2_000
const OPEN_MS = 4_000
const LOOK_MS = 50
const BY_PORT = 'start it with --inspect, and name the port: flamegate attach 9229'

/** A process that can be asked over the debugging protocol. */
export class InspectedProcess {
  readonly channel: DebugChannel
  readonly facts: ProcessFacts
  readonly #socket: WebSocket
  /** Whether nobody could ask it before we came. */
  readonly #isOurs: boolean

  private constructor(socket: WebSocket, channel: DebugChannel, facts: ProcessFacts, isOurs: boolean) {
    this.#socket = socket
    this.channel = channel
    this.facts = facts
    this.#isOurs = isOurs
  }

  /**
   * Reaches a process by the port of its inspector, or else by its id.
   * @throws UnreachableError
   */
  static async find(idOrPort: number): Promise<InspectedProcess> {
    const byPort = idOrPort <= 65_535 ? await InspectedProcess.#open(idOrPort, false) : undefined
    return byPort ?? InspectedProcess.byId(idOrPort)
  }

  /** Has the process open its inspector, unless it has done so. @throws UnreachableError */
  static async byId(pid: number): Promise<InspectedProcess> {
    await assertNode(pid)
    const known = await InspectedProcess.#openOneOf(await inspectorPorts(pid), pid, false)
    if (known !== undefined) return known
    const before = await listeningPorts(pid)
    ;(process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid)
    for (const end = performance.now() + OPEN_MS; performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      const fresh = (await listeningPorts(pid)).filter((port) => !before.includes(port))
      const opened = await InspectedProcess.#openOneOf([...fresh, USUAL_PORT], pid, true)
      if (opened !== undefined) return opened
    }
    throw new UnreachableError(
      `process ${pid} did not open its inspector`,
      `${BY_PORT}; is port ${USUAL_PORT} another process's?`,
    )
  }

  static async #openOneOf(
    ports: readonly number[],
    pid: number,
    isOurs: boolean,
  ): Promise<InspectedProcess | undefined> {
    for (const port of new Set(ports)) {
      const opened = await InspectedProcess.#open(port, isOurs)
      if (opened?.facts.pid === pid) return opened
      if (opened !== undefined) opened.#socket.close()
    }
    return undefined
  }

  /** Undefined where no inspector listens. */
  static async #open(port: number, isOurs: boolean): Promise<InspectedProcess | undefined> {
    const url = await askForUrl(port)
    if (url === undefined) return undefined
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0 })
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (!isOpen) return undefined
    socket.on('error', () => {})
    const channel = DebugChannel.over(socket)
    const facts = (await evaluate(channel, FACTS).catch(() => undefined)) as ProcessFacts | undefined
    if (facts !== undefined) return new InspectedProcess(socket, channel, facts, isOurs)
    socket.close()
    return undefined
  }

  /** Leaves it as it was: an inspector that it opened for us is closed again. */
  async close(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const close = 'setTimeout(() => process._debugEnd?.(), 20) && undefined'
    if (this.#isOurs) await evaluate(this.channel, close).catch(() => {})
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.close()
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, ANSWER_MS))])
    this.#socket.terminate()
  }
}

/** Where the inspector on a port can be spoken to; undefined where there is none. */
function askForUrl(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/json/list', agent: false, timeout: ANSWER_MS })
    const none = () => {
      request.destroy()
      resolve(undefined)
    }
    request.once('error', none).once('timeout', none)
    request.once('response', (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('error', none)
        .on('data', (chunk: string) => {
          text += chunk
        })
      response.once('end', () => resolve(urlIn(text, port)))
    })
  })
}

/** It may be forwarded from elsewhere: the port is ours, whatever the list says. */
function urlIn(list: string, port: number): string | undefined {
  try {
    const [target] = JSON.parse(list) as { webSocketDebuggerUrl?: string }[]
    if (target?.webSocketDebuggerUrl === undefined) return undefined
    const url = new URL(target.webSocketDebuggerUrl)
    url.host = `127.0.0.1:${port}`
    return url.href
  } catch {
    return undefined
  }
}

/** A signal that a program does not expect would end it. @throws UnreachableError */
async function assertNode(pid: number): Promise<void> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    const isForeign = (error as NodeJS.ErrnoException).code === 'EPERM'
    throw isForeign
      ? new UnreachableError(`process ${pid} is another user's`, 'its owner, or root, can attach to it')
      : new UnreachableError(`there is no process ${pid}, and no inspector on port ${pid}`, BY_PORT)
  }
  if (process.platform !== 'linux') return
  const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => 'node'))
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const takesSignal = (caught >> SIGUSR1) & 1n
  if (!/^node/i.test(program)) throw new UnreachableError(`process ${pid} is ${program}, not Node`, BY_PORT)
  if (!takesSignal)
    throw new UnreachableError(
      `process ${pid} does not take the signal that opens an inspector (SIGUSR1)`,
      BY_PORT,
    )
}

/** Signals are numbered from 1. */
const SIGUSR1 = 10n - 1n

/** Where the inspector of a process may be by what it was started with. */
async function inspectorPorts(pid: number): Promise<number[]> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const named = line.matchAll(/\0--(?:inspect|debug)[a-z-]*[=\0](?:[^\0]*:)?(\d+)(?=\0)/g)
  return [USUAL_PORT, ...Array.from(named, ([, port]) => Number(port))]
}

/** Ports on which a process listens; none where the system does not tell. */
async function listeningPorts(pid: number): Promise<number[]> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const links = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'latin1').catch(() => '')),
  )
  // Source: proc_pid_net(5): local address, state (0A listens), and in the tenth column the socket.
  return tables
    .join('\n')
    .split('\n')
    .flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      return state === '0A' && sockets.has(inode) ? [Number.parseInt(local.split(':')[1]!, 16)] : []
    })
}
