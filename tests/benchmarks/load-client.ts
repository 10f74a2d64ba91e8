// What the load client costs per request, beside node:http's client and undici's (where that is installed): CPU time of the
// client's process, in turns, a line each on stdout.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/load-client.ts [connection.ts of an earlier version]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { quantileOfSorted, sorted } from '../../perf/stats/quantile.ts'

const CONNECTIONS = 4
const REQUESTS = 2_000
const ROUNDS = 40
const WARMING_ROUNDS = 5
const BODY = {
  clientId: 'client',
  event: 'toggle',
  instance: 'list',
  payload: { id: 'item-7' },
  type: 'TodoList',
}

/** Sends one request on its connection and resolves with the answer's status. */
type Exchange = () => Promise<number>
type Client = (port: number) => Promise<Exchange>

/** Answers as an Express endpoint does: 202, a small JSON body, some headers. */
function serve(): void {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      response.setHeader('X-Powered-By', 'Express')
      response.setHeader('ETag', 'W/"b-Ai2R8hgEarLmHKwesT1qcY913ys"')
      response.setHeader('Content-Type', 'application/json; charset=utf-8')
      response.setHeader('Content-Length', '11')
      response.statusCode = 202
      response.end('{"ok":true}')
    })
  })
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
}

const ours: Client = async (port) => {
  const { Connection } = await import('../../perf/measure/http/connection.ts')
  const { jsonRequest } = await import('../../perf/measure/http/request.ts')
  const connection = await Connection.open({ port, isSecure: false })
  const prepared = jsonRequest('POST', '/', BODY)
  return async () => (await connection.exchange(prepared)).status
}

/** As it was before it knew all of HTTP/1.1, to 1877b79. */
function earlier(path: string): Client {
  return async (port) => {
    const { Connection, jsonRequest } = await import(pathToFileURL(path).href)
    const connection = await Connection.open(port)
    const prepared = jsonRequest('POST', '/', BODY)
    return async () => (await connection.exchange(prepared)).status
  }
}

const node: Client = async (port) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const body = JSON.stringify(BODY)
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  return () =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { port, host: '127.0.0.1', method: 'POST', path: '/', headers, agent },
        (response) => {
          response.resume().on('end', () => resolve(response.statusCode!))
        },
      )
      outgoing.on('error', reject).end(body)
    })
}

async function findUndici(): Promise<Client | undefined> {
  const name = process.env.UNDICI ?? 'undici'
  const undici = await import(name).catch(() => undefined)
  if (undici === undefined) return undefined
  return async (port) => {
    const client = new undici.Client(`http://127.0.0.1:${port}`)
    const options = {
      path: '/',
      method: 'POST',
      body: JSON.stringify(BODY),
      headers: { 'content-type': 'application/json' },
    }
    return async () => {
      const { statusCode, body } = await client.request(options)
      await body.dump()
      return statusCode
    }
  }
}

async function runRound(exchanges: readonly Exchange[]): Promise<number> {
  const before = process.cpuUsage()
  let started = 0
  const work = async (exchange: Exchange) => {
    while (started++ < REQUESTS) if ((await exchange()) !== 202) throw new Error('another status')
  }
  await Promise.all(exchanges.map(work))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / REQUESTS
}

async function main(): Promise<void> {
  const [path] = process.argv.slice(2)
  const undici = await findUndici()
  const clients: [string, Client][] = [
    ['load client', ours],
    ...(path === undefined ? [] : [['load client, earlier', earlier(path)] satisfies [string, Client]]),
    ...(undici === undefined ? [] : [['undici', undici] satisfies [string, Client]]),
    ['node:http', node],
  ]
  const server = fork(fileURLToPath(import.meta.url), ['--serve'])
  const [port] = (await once(server, 'message')) as [number]
  const opened = await Promise.all(
    clients.map(async ([name, open]) => ({
      name,
      exchanges: await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port))),
      costs: [] as number[],
    })),
  )
  for (let round = 0; round < ROUNDS + WARMING_ROUNDS; round++) {
    const turned = [...opened.slice(round % opened.length), ...opened.slice(0, round % opened.length)]
    for (const { exchanges, costs } of turned) {
      const cost = await runRound(exchanges)
      if (round >= WARMING_ROUNDS) costs.push(cost)
    }
  }
  const first = opened[0]!.costs
  for (const { name, costs } of opened) {
    const ratios = sorted(costs.map((cost, i) => cost / first[i]!))
    const at = (q: number) => quantileOfSorted(ratios, q).toFixed(2)
    const cpu = quantileOfSorted(sorted(costs), 0.5).toFixed(1)
    process.stdout.write(
      `${name.padEnd(22)} ${cpu.padStart(6)} µs/request   × ${at(0.5)} [${at(0.25)}, ${at(0.75)}]\n`,
    )
  }
  server.kill()
  process.exit(0)
}

if (process.argv.includes('--serve')) serve()
else await main()
