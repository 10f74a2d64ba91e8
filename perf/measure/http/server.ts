// The measured server, and the control server beside it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as SocketServer } from 'node:net'
import { Server as SecureServer } from 'node:tls'
import { profilerClockUs } from '../../../profile/capture/clock.ts'
import type { Observer, ObserverCommand } from '../../../profile/capture/observer.ts'
import { isOfCommand } from '../../suite/command/started-servers.ts'
import type { HttpScenario } from '../../suite/scenario.ts'
import { timeProcessCanaries } from '../canary.ts'
import { clock } from '../clock.ts'
import { endProcess } from '../end-this-process.ts'
import { MemoryMeter } from '../memory-meter.ts'
import type { Endpoint } from './connection.ts'

/** Where the servers of one measured process listen. */
export interface HttpPorts {
  readonly target: Endpoint
  /** Bare `node:http`: the loopback canary, and what the load client asks of the measured process. */
  readonly control: Endpoint
}

/** Starts the scenario's server and the control server beside it, in this process, which is the measured one. */
export async function startHttpServers<Target>(
  scenario: HttpScenario<Target>,
  target: Target,
  observer: Observer | undefined,
): Promise<HttpPorts> {
  const targetServer = await scenario.serve(target)
  return {
    target: await listen(targetServer),
    control: await listen(createServer((request, response) => control(request, response, observer))),
  }
}

/** Has a server of a scenario's listen. @throws Error where it does so already, or cannot */
export function listen(server: SocketServer): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    if (isOfCommand(server)) return resolve(endpointOf(server))
    if (server.listening)
      throw new Error('serve() returned a server that listens already: leave listen() to flamegate')
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(endpointOf(server)))
  })
}

function endpointOf(server: SocketServer): Endpoint {
  const { port } = server.address() as AddressInfo
  return { port, isSecure: server instanceof SecureServer }
}

const meter = new MemoryMeter()

/** As they were before anybody watched them. */
const { parse, stringify } = JSON
const OBSERVE = '/observe/'

function control(request: IncomingMessage, response: ServerResponse, observer: Observer | undefined): void {
  const { url = '' } = request
  if (url === '/echo') echo(request, response)
  else if (!url.startsWith(OBSERVE)) answer(response, ask(url))
  else {
    const done = observer?.run(url.slice(OBSERVE.length) as ObserverCommand) ?? Promise.resolve()
    done.then(
      () => answer(response, null),
      (error) => response.destroy(error),
    )
  }
}

/** What a process says of itself between two slices. */
export interface ProcessClock {
  /** User and system time so far. */
  readonly cpuNs: number
  /** On the clock that V8's CPU profiler stamps with. */
  readonly nowUs: number
}

function readClock(): ProcessClock {
  const { user, system } = clock.cpuUsage()
  return { cpuNs: (user + system) * 1000, nowUs: profilerClockUs() }
}

function ask(path: string): unknown {
  switch (path) {
    case '/clock':
      return readClock()
    case '/canaries':
      return timeProcessCanaries()
    case '/end':
      setImmediate(endProcess)
      return null
    case '/memory/start':
      return meter.start()
    case '/memory/stop':
      meter.stop()
      return meter.use
    default:
      throw new Error(`the load client asked for ${path}`)
  }
}

/** The loopback canary's work: read a JSON body, answer a small one. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = parse(Buffer.concat(chunks).toString('utf8')) as unknown[]
    answer(response, { ok: true, items: body.length })
  })
}

function answer(response: ServerResponse, value: unknown): void {
  const text = stringify(value ?? null)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}
