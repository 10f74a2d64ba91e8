// The measured server, and the control server beside it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { profilerClockUs } from '../../../profile/capture/clock.ts'
import type { Observer, ObserverCommand } from '../../../profile/capture/observer.ts'
import type { HttpScenario } from '../../suite/scenario.ts'
import { timeProcessCanaries } from '../canary.ts'
import { endProcess } from '../end-this-process.ts'
import { MemoryMeter } from '../memory-meter.ts'

/** Ports on 127.0.0.1. */
export interface HttpPorts {
  readonly target: number
  /** Bare `node:http`: the loopback canary, and what the load client asks of the measured process. */
  readonly control: number
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

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

const meter = new MemoryMeter()

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
  const { user, system } = process.cpuUsage()
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
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown[]
    answer(response, { ok: true, items: body.length })
  })
}

function answer(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value ?? null)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}
