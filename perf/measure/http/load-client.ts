// An HTTP scenario as a workload: the load client.
import type { ObserverCommand } from '../../../profile/capture/observer.ts'
import type { TimeWindow } from '../../../profile/model/self-time.ts'
import { type Counters, type HttpScenario, isExpectedStatus } from '../../suite/scenario.ts'
import { type CanaryTimes, PROCESS_CANARIES } from '../canary.ts'
import { clock } from '../clock.ts'
import type { MemoryUse } from '../memory-meter.ts'
import type { SliceCost, Workload } from '../workload.ts'
import { closedLoop } from './closed-loop.ts'
import { Connection, type Endpoint } from './connection.ts'
import { CookieJar } from './cookies.ts'
import { EventStream } from './event-stream.ts'
import { jsonRequest, type PreparedRequest, prepareRequest } from './request.ts'
import type { HttpPorts, ProcessClock } from './server.ts'

const DEFAULT_CONNECTIONS = 4
/** Enough exchanges for a loopback canary of one to two milliseconds. */
const CANARY_EXCHANGES = 60
const CANARY_REQUEST = jsonRequest(
  'POST',
  '/echo',
  Array.from({ length: 10 }, (_, i) => ({ id: `item-${i}`, title: `Item number ${i}`, done: false })),
)
const CONTROL = {
  clock: jsonRequest('GET', '/clock'),
  canaries: jsonRequest('GET', '/canaries'),
  memoryStart: jsonRequest('GET', '/memory/start'),
  memoryStop: jsonRequest('GET', '/memory/stop'),
}

/** Requests of each connection in a slice: at least these, but for a slow server's, of which one round is long enough. */
const MOST_ROUNDS = 4
const ROUNDS_NS = 160e6

/** Loads a server in another process, closed loop: every connection sends its next request when it has its answer. */
export async function openHttpWorkload<Target>(
  scenario: HttpScenario<Target>,
  ports: HttpPorts,
): Promise<Workload> {
  const count = scenario.connections ?? DEFAULT_CONNECTIONS
  const client = await LoadClient.open(scenario, ports, count)
  const counters = await client.count(scenario.stream)
  let rounds = MOST_ROUNDS
  return {
    canaryNames: ['loopback', ...PROCESS_CANARIES],
    get minSliceSamples() {
      return rounds * count
    },
    calibrate(nsPerOp) {
      rounds = Math.max(1, Math.min(MOST_ROUNDS, Math.floor(ROUNDS_NS / (count * nsPerOp))))
    },
    sliceMs: 10,
    turnMs: 10,
    percentileScope: 'fork',
    opsPerSample: 1,
    runSlice: (samples) => client.runSlice(samples),
    runMemorySlice: (samples) => client.runMemorySlice(samples),
    runOps: (ops) => client.runOps(ops),
    observe: (command) => client.observe(command),
    windows: () => client.windows,
    timeCanaries: () => client.timeCanaries(),
    counters,
    get clientBusyShare() {
      return client.busyShare
    },
    close: () => client.close(),
  }
}

/** A request, and the status that its answer shall have. */
interface ExpectingRequest {
  readonly request: PreparedRequest
  readonly expectStatus: number | undefined
}

type Requests = Pick<HttpScenario<never>, 'prepare' | 'requests' | 'expectStatus'>

/** What a scenario's requests are sent with, and what answers them, one by one. */
function prepareRequests(
  { requests, expectStatus }: Requests,
  cookies: readonly string[],
): Promise<ExpectingRequest[]> {
  return Promise.all(
    requests.map(async (request) => ({
      request: await prepareRequest(request, cookies),
      expectStatus: request.expectStatus ?? expectStatus,
    })),
  )
}

/** Sends what is sent once, in order; the cookies that it brought. @throws Error for a failing status */
async function prepare({ prepare = [] }: Requests, connection: Connection): Promise<string[]> {
  const jar = new CookieJar()
  for (const request of prepare) {
    const answer = await connection.exchange(await prepareRequest(request, jar.list()))
    const { status } = answer
    const { method, path, expectStatus } = request
    if (expectStatus === undefined ? status >= 400 : status !== expectStatus)
      throw new Error(`${method} ${path} answered ${status} while preparing`)
    jar.keep(answer)
  }
  return jar.list()
}

class LoadClient {
  readonly #connections: readonly Connection[]
  readonly #canaryConnections: readonly Connection[]
  readonly #control: Connection
  readonly #stream: EventStream | undefined
  readonly #requests: readonly ExpectingRequest[]
  /** Requests sent so far; the next one is this, modulo their number. */
  #next = 0
  /** Events that one pass over the requests brings. */
  #eventsPerPass = 0
  readonly windows: TimeWindow[] = []
  #busyNs = 0
  #sliceNs = 0

  private constructor(
    requests: readonly ExpectingRequest[],
    connections: readonly Connection[],
    canaryConnections: readonly Connection[],
    control: Connection,
    stream: EventStream | undefined,
  ) {
    this.#connections = connections
    this.#canaryConnections = canaryConnections
    this.#control = control
    this.#stream = stream
    this.#requests = requests
  }

  static async open<Target>(
    scenario: HttpScenario<Target>,
    ports: HttpPorts,
    count: number,
  ): Promise<LoadClient> {
    const connections = await openAll(ports.target, count)
    const cookies = await prepare(scenario, connections[0]!)
    const stream = scenario.stream && (await EventStream.open(ports.target, scenario.stream, cookies))
    return new LoadClient(
      await prepareRequests(scenario, cookies),
      connections,
      await openAll(ports.control, count),
      await Connection.open(ports.control),
      stream,
    )
  }

  /** Share of the time in slices for which this process was busy. */
  get busyShare(): number {
    return this.#sliceNs === 0 ? 0 : this.#busyNs / this.#sliceNs
  }

  /** One pass over the requests, in order, from the server's fresh state: the same bytes on every machine. */
  async count({ counter, eventsPerRequest }: Partial<HttpScenario<never>['stream']> = {}): Promise<Counters> {
    for (let i = 0; i < this.#requests.length; i++) await this.#exchangeNext(this.#connections[0]!)
    if (this.#stream === undefined) return {}
    if (eventsPerRequest !== undefined) await this.#stream.reach(eventsPerRequest * this.#requests.length)
    await this.#stream.settle()
    this.#stream.assertHealthy()
    this.#eventsPerPass = this.#stream.events
    if (eventsPerRequest !== undefined && this.#eventsPerPass !== eventsPerRequest * this.#requests.length) {
      throw new Error(
        `${this.#requests.length} requests brought ${this.#eventsPerPass} events instead of ${eventsPerRequest} each`,
      )
    }
    if (counter === undefined) return {}
    return { [counter]: this.#stream.dataBytes / this.#requests.length }
  }

  async runSlice(samples: number): Promise<SliceCost> {
    const serverBefore = await this.#serverClock()
    const clientBefore = clock.cpuUsage()
    const start = clock.now()
    const samplesNs = await closedLoop(this.#connections, samples, (connection) =>
      this.#exchangeNext(connection),
    )
    const elapsedNs = (clock.now() - start) * 1e6
    const client = clock.cpuUsage(clientBefore)
    const serverAfter = await this.#serverClock()
    this.windows.push({ startUs: serverBefore.nowUs, endUs: serverAfter.nowUs })
    this.#busyNs += (client.user + client.system) * 1000
    this.#sliceNs += elapsedNs
    this.#stream?.assertHealthy()
    return {
      samplesNs,
      nsPerOp: elapsedNs / samples,
      cpuNsPerOp: (serverAfter.cpuNs - serverBefore.cpuNs) / samples,
    }
  }

  async runOps(ops: number): Promise<void> {
    await closedLoop(this.#connections, ops, (connection) => this.#exchangeNext(connection))
  }

  async observe(command: ObserverCommand): Promise<void> {
    // What the server does after an answer belongs to the request.
    await clock.wait(20)
    await this.#ask(jsonRequest('GET', `/observe/${command}`))
  }

  async timeCanaries(): Promise<CanaryTimes> {
    const start = clock.now()
    await closedLoop(this.#canaryConnections, CANARY_EXCHANGES, (connection) =>
      connection.exchange(CANARY_REQUEST),
    )
    const loopback = ((clock.now() - start) * 1e6) / CANARY_EXCHANGES
    return { ...((await this.#ask(CONTROL.canaries)) as CanaryTimes), loopback }
  }

  async runMemorySlice(samples: number): Promise<MemoryUse> {
    await this.#ask(CONTROL.memoryStart)
    await this.runOps(samples)
    return (await this.#ask(CONTROL.memoryStop)) as MemoryUse
  }

  /** @throws Error when the stream has brought fewer or more events than the requests should have */
  async close(): Promise<void> {
    await this.#assertEvents()
    for (const connection of [...this.#connections, ...this.#canaryConnections, this.#control])
      connection.close()
    this.#stream?.close()
  }

  async #assertEvents(): Promise<void> {
    if (this.#stream === undefined) return
    const passes = this.#next / this.#requests.length
    const [fewest, most] = [Math.floor(passes) * this.#eventsPerPass, Math.ceil(passes) * this.#eventsPerPass]
    await this.#stream.reach(fewest)
    await this.#stream.settle()
    this.#stream.assertHealthy()
    const { events } = this.#stream
    if (events < fewest || events > most) {
      throw new Error(`${this.#next} requests brought ${events} events instead of ${fewest} to ${most}`)
    }
  }

  async #serverClock(): Promise<ProcessClock> {
    return (await this.#ask(CONTROL.clock)) as ProcessClock
  }

  async #ask(request: PreparedRequest): Promise<unknown> {
    return (await this.#control.exchange(request)).json()
  }

  /** @throws Error when the answer's status is not the one expected */
  async #exchangeNext(connection: Connection): Promise<void> {
    const { request, expectStatus } = this.#requests[this.#next++ % this.#requests.length]!
    const { status } = await connection.exchange(request)
    if (!isExpectedStatus(status, expectStatus))
      throw new Error(`a request answered ${status} instead of ${expectStatus ?? '2xx'}`)
  }
}

function openAll(endpoint: Endpoint, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => Connection.open(endpoint)))
}
