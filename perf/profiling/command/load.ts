// Load for a server that somebody else started: requests by our own client.
import { FlamegateError, messageOf } from '../../errors.ts'
import { closedLoop } from '../../measure/http/closed-loop.ts'
import { Connection, type Endpoint } from '../../measure/http/connection.ts'
import { type PreparedRequest, prepareRequest } from '../../measure/http/request.ts'

/** What came of a load. */
export interface LoadResult {
  readonly requests: number
  readonly elapsedMs: number
  /** ns, one an answer, in any order. */
  readonly durationsNs: readonly number[]
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>
  /** Requests without an answer, and what was said of the last of them. */
  readonly failed: number
  readonly failure: string | undefined
}

const CONNECTIONS = 4
/** So many requests in a row without an answer, and there is no server any more. */
const MOST_FAILURES = 50

interface PathRequest {
  readonly path: string
  readonly request: PreparedRequest
}

/** GET requests to some paths in turns, closed loop. */
export class GetLoad {
  readonly #connections: readonly Connection[]
  readonly #requests: readonly PathRequest[]

  private constructor(connections: readonly Connection[], requests: readonly PathRequest[]) {
    this.#connections = connections
    this.#requests = requests
  }

  /** Asks for every path once. @throws FlamegateError 'bad-server' for a failing status, or none */
  static async open(endpoint: Endpoint, paths: readonly string[]): Promise<GetLoad> {
    try {
      const connections = await Promise.all(
        Array.from({ length: CONNECTIONS }, () => Connection.open(endpoint)),
      )
      const requests = paths.map(async (path) => ({
        path,
        request: await prepareRequest({ method: 'GET', path }),
      }))
      const load = new GetLoad(connections, await Promise.all(requests))
      await load.#assertAnswers()
      return load
    } catch (error) {
      if (error instanceof FlamegateError) throw error
      throw new FlamegateError('bad-server', `port ${endpoint.port} cannot be loaded: ${messageOf(error)}`, {
        hint: 'another port is named by --port',
        cause: error,
      })
    }
  }

  /** Sends requests for so long. */
  async run(forMs: number, signal: AbortSignal): Promise<LoadResult> {
    const statuses = new Map<number, number>()
    const start = performance.now()
    let sent = 0
    let failed = 0
    let inARow = 0
    let failure: string | undefined
    const isAnother = () => performance.now() - start < forMs && !signal.aborted && inARow < MOST_FAILURES
    const durationsNs = await closedLoop(this.#connections, isAnother, async (connection) => {
      const { request } = this.#requests[sent++ % this.#requests.length]!
      try {
        const { status } = await connection.exchange(request)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        inARow = 0
      } catch (error) {
        failed++
        inARow++
        failure = messageOf(error)
      }
    })
    return { requests: sent, elapsedMs: performance.now() - start, durationsNs, statuses, failed, failure }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #assertAnswers(): Promise<void> {
    for (const { path, request } of this.#requests) {
      const { status } = await this.#connections[0]!.exchange(request)
      if (status < 400) continue
      throw new FlamegateError('bad-server', `GET ${path} answered ${status}`, {
        hint:
          status === 404
            ? 'is it a path of this server, and of this port? another port is named by --port'
            : 'only requests that succeed are worth a profile',
      })
    }
  }
}
