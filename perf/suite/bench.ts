// The short way to write scenarios: bench() and http() in a perf file that imports what it measures.
import { FlamegateError } from '../errors.ts'
import type { HttpApp } from './http-app.ts'
import type { Limits } from './metrics.ts'
import {
  type Counters,
  findNoFunction,
  type HttpRequest,
  type HttpScenario,
  httpScenario,
  type MicroScenario,
  type Parameters,
  type Scenario,
} from './scenario.ts'

interface CommonOptions {
  /** Where this scenario is allowed more or less than usual. */
  readonly limits?: Partial<Limits>
  /** Whether the gate fails on it. Default true; the others are measured and shown. */
  readonly key?: boolean
  /** Shown in the report beside the scenario. */
  readonly params?: Parameters
  readonly tags?: readonly string[]
  /** Packages without which it is skipped. */
  readonly requires?: readonly string[]
}

/** What may be said of a {@link bench}. */
export interface BenchOptions<State, Result> extends CommonOptions {
  /** Makes what the function works on. Not timed. */
  readonly setup?: () => State | Promise<State>
  /** Looks at what the function returned. Not timed. The scenario fails where it answers false, or throws. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a check that throws returns nothing
  readonly check?: (result: Awaited<Result>, state: State) => boolean | void
  /** What a result counts for, beside time. Not timed. */
  readonly counters?: (result: Awaited<Result>, state: State) => Counters
  readonly teardown?: (state: State) => void | Promise<void>
}

/** What may be said of an {@link http} scenario. */
export interface HttpOptions extends CommonOptions {
  /** Default: the first word of the name, where it is one; else GET, or POST where there is a body. */
  readonly method?: string
  /** Default: the second word of the name, where it begins with a slash. */
  readonly path?: string
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: HttpRequest['headers']
  /** Several requests, taken in turn, instead of one. */
  readonly requests?: readonly HttpRequest[]
  /** Sent once, in order, before anything is timed. */
  readonly prepare?: readonly HttpRequest[]
  /** Any other status fails the scenario. Default: any from 200 to 299 is right. */
  readonly status?: number
  /** Connections that each keep one request under way. Default 4. */
  readonly connections?: number
}

interface Collection {
  readonly scenarios: Scenario[]
  readonly groups: string[]
}

/** One file at a time loads, and defines while it does. */
let current: Collection | undefined
/** Between the name of a group and what is in it. */
const SEPARATOR = ' › '

/**
 * A scenario: what `fn` does, once an op. It gets what `setup` made, and how many ops came before. A promise is awaited.
 * @example bench('price a cart', () => priceCart(cart), { check: (priced) => priced.lines.length === 200 })
 */
export function bench<Result, State = undefined>(
  name: string,
  fn: (state: State, index: number) => Result,
  options: BenchOptions<State, Result> = {},
): void {
  const { collection, id } = place(name)
  refuseNoOptions(name, options)
  if (typeof fn !== 'function') throw new FlamegateError('bad-suite', `bench('${name}') has no function`)
  const { setup, check, counters, teardown, ...common } = options
  const wrong = findNoFunction({ setup, check, counters, teardown })
  if (wrong !== undefined) throw new FlamegateError('bad-suite', `'${name}' has ${wrong}`)
  refuseOthers(name, common, ['limits', 'key', 'params', 'tags', 'requires'])
  collection.scenarios.push({
    ...describe(id, common),
    kind: 'micro',
    setup: () => setup?.() as State | Promise<State>,
    op: fn,
    ...(check !== undefined && {
      check(result: Awaited<Result>, state: State) {
        const answer: unknown = check(result, state)
        if (answer === false) throw new Error('its check answers false')
        return answer
      },
    }),
    ...(counters !== undefined && { counters }),
    ...(teardown !== undefined && { teardown }),
  } as MicroScenario<undefined, State, Result>)
}

/**
 * A scenario: one request to an app, which the harness binds to a port of 127.0.0.1 in the measured process.
 * @param app a request listener (Express), an `http.Server` that does not listen yet, Fastify, Koa, anything with `fetch` (Hono),
 * a function that makes one, or `{ command: 'npm start' }`
 * @example http('POST /price', app, { body: cart })
 */
export function http(name: string, app: HttpApp, options?: HttpOptions): void
/** Types one HTTP scenario of {@link defineSuite}. */
export function http<Target>(scenario: Omit<HttpScenario<Target>, 'kind'>): HttpScenario<Target>
export function http<Target>(
  first: string | Omit<HttpScenario<Target>, 'kind'>,
  app?: HttpApp,
  options: HttpOptions = {},
): HttpScenario<Target> | undefined {
  if (typeof first !== 'string') return httpScenario(first)
  const { collection, id } = place(first)
  refuseNoOptions(first, options)
  const { method, path, body, headers, requests, prepare, status, connections, ...common } = options
  refuseOthers(first, common, ['limits', 'key', 'params', 'tags', 'requires'])
  if (app === undefined || app === null) {
    throw new FlamegateError('bad-suite', `http('${first}') has no app`, {
      hint: 'does the file that you import it from export it?',
    })
  }
  collection.scenarios.push({
    ...describe(id, common),
    kind: 'http',
    serve: async () => (await import('./http-app.ts')).openApp(app),
    requests: requests ?? [requestOf(first, options)],
    ...(prepare !== undefined && { prepare }),
    ...(status !== undefined && { expectStatus: status }),
    ...(connections !== undefined && { connections }),
  })
  return undefined
}

/** Puts the name before those of all scenarios that `define` defines. */
export function group(name: string, define: () => void): void {
  const { collection } = place(name)
  collection.groups.push(name)
  try {
    const returned: unknown = define()
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function')
      throw new FlamegateError('bad-suite', `group('${name}') is given an async function`, {
        hint: 'await what you need before it; scenarios have setup',
      })
  } finally {
    collection.groups.pop()
  }
}

/** Runs what defines scenarios, and answers those that it defined. @param load is given those that are defined so far */
export async function collectScenarios<T>(
  load: (scenarios: readonly Scenario[]) => Promise<T>,
): Promise<{ readonly loaded: T; readonly scenarios: readonly Scenario[] }> {
  const collection: Collection = { scenarios: [], groups: [] }
  current = collection
  try {
    return { loaded: await load(collection.scenarios), scenarios: collection.scenarios }
  } finally {
    current = undefined
  }
}

function place(name: string): { readonly collection: Collection; readonly id: string } {
  const collection = current
  if (collection === undefined) {
    throw new FlamegateError('bad-suite', `'${name}' is defined where nothing is measured`, {
      hint: 'perf files are run by flamegate, and define their scenarios while they load',
    })
  }
  if (typeof name !== 'string' || name.trim() === '')
    throw new FlamegateError('bad-suite', 'a scenario or group has no name')
  return { collection, id: [...collection.groups, name].join(SEPARATOR) }
}

function describe(id: string, { limits, key, params, tags, requires }: CommonOptions) {
  return {
    id,
    ...(limits !== undefined && { limits }),
    ...(key !== undefined && { key }),
    ...(params !== undefined && { parameters: params }),
    ...(tags !== undefined && { tags }),
    ...(requires !== undefined && { requires }),
  }
}

function refuseNoOptions(name: string, options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new FlamegateError('bad-suite', `the options of '${name}' are no object`)
}

/** Perf files may be JavaScript: a mistyped option would do nothing, silently. */
function refuseOthers(name: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new FlamegateError('bad-suite', `'${name}' has no option '${unknown}'`)
}

function requestOf(
  name: string,
  { method, path, body, headers }: Pick<HttpOptions, 'method' | 'path' | 'body' | 'headers'>,
): HttpRequest {
  const [, ofName, pathOfName] = /^(?:([A-Z]+) )?(\/\S*)/.exec(name) ?? []
  const where = path ?? pathOfName
  if (where === undefined) {
    throw new FlamegateError('bad-suite', `http('${name}') has no path`, {
      hint: "name it 'GET /cart', or say { path: '/cart' }",
    })
  }
  return {
    method: method ?? ofName ?? (body === undefined ? 'GET' : 'POST'),
    path: where,
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  }
}
