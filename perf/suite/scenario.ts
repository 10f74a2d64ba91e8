// What a perf file is written with: scenarios, and the suite that they are in.
import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FlamegateError, messageOf } from '../errors.ts'
import { DEFAULT_LIMITS, type Limits, limitFault } from './metrics.ts'

/** Shown in reports beside the scenario; numbers in base units, with the unit in the name (`payloadBytes`). */
export type Parameters = Readonly<Record<string, string | number | boolean>>

interface ScenarioBase {
  /** In a suite `family/case.layer`, lower case: letters, digits, `-`, `_`, `/` and `.`. Of `bench` and `http`: any line of text. */
  readonly id: string
  readonly parameters?: Parameters
  /** Whether the gate fails on it. Default true; the others are measured and shown. */
  readonly key?: boolean
  readonly tags?: readonly string[]
  /** Packages the scenario cannot do without, as the target resolves them; it is skipped where one is missing. */
  readonly requires?: readonly string[]
  /** Where this scenario is allowed more or less than the suite's limits. */
  readonly limits?: Partial<Limits>
}

/**
 * What a scenario counts beside time, per op: exact, over the same ops in every process. As with parameters the unit is in the
 * name: bytes end in `Bytes`, times in `Ns`, everything else is a number of things.
 */
export type Counters = Readonly<Record<string, number>>

/** An op that runs inside the measured process; `Result` is what it returns or resolves with. */
export interface MicroScenario<Target, State, Result = unknown> extends ScenarioBase {
  readonly kind: 'micro'
  /** Makes what the op works on. Not timed. */
  setup(target: Target): State | Promise<State>
  /** One execution, timed; a promise is awaited. `index` counts the ops of this process from 0. */
  op(state: State, index: number): Result | Promise<Result>
  /** Not timed, called with every result. @throws Error when the op did not do its work: the scenario then fails */
  check?(result: Result, state: State): void
  /** What this result counts for, finite numbers: any other fails the scenario. Not timed. */
  counters?(result: Result, state: State): Counters
  /** What is done around every op. Asked once, after setup; undefined where that is nothing. */
  around?(state: State): AroundOp | undefined
  teardown?(state: State): void | Promise<void>
}

/** What is done around every op, not timed. Ops with it are timed one by one, however short they are. */
export interface AroundOp {
  /** A promise is awaited. */
  readonly before?: () => unknown
  readonly after?: () => unknown
  /** How long the op that has just ended took by its own clock, where that counts instead of the harness's: ms. */
  readonly elapsedMs?: () => number
}

/** One prepared HTTP request. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** As they are to be sent; a list is as many lines. Length, connection, host and the type of the body need not be named. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text and bytes are sent as they are; `URLSearchParams`, `FormData` and `Blob` as `fetch` sends them; anything else as JSON. */
  readonly body?: unknown
  /** Where it is another than the scenario's. Of one that prepares: any below 400. */
  readonly expectStatus?: number
}

/** An op that is a request to a server in the measured process; the load comes from another process. */
export interface HttpScenario<Target> extends ScenarioBase {
  readonly kind: 'http'
  /** A server that does not listen yet, of `node:http` or `node:https`. The harness binds it to 127.0.0.1; it ends with its process. */
  serve(target: Target): Server | SecureServer | Promise<Server | SecureServer>
  /** Sent once, in order, before anything is timed; cookies that are set by then are sent from then on. */
  readonly prepare?: readonly HttpRequest[]
  /** The ops, taken in turn. At least one. */
  readonly requests: readonly HttpRequest[]
  /** Any other status fails the scenario. Default: any from 200 to 299 is right. */
  readonly expectStatus?: number
  /** Connections that each keep one request under way. Default 4. */
  readonly connections?: number
  /** A server-sent event stream that is open during the run. */
  readonly stream?: {
    readonly path: string
    readonly headers?: HttpRequest['headers']
    /** The counter that its `data:` lines are counted in, in bytes: a name that ends in `Bytes`. Default: they are not. */
    readonly counter?: string
    /** A `data:` line that starts so fails the scenario. */
    readonly failOnPrefix: string
    /** How many events each request brings; any other number fails the scenario. Default: what the first pass brings. */
    readonly eventsPerRequest?: number
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each scenario knows its own state; the harness only hands it back
export type Scenario<Target = any> = MicroScenario<Target, any, any> | HttpScenario<Target>

/** Where the measured code is, and how to get hold of it. */
export interface TargetLoader<Target> {
  /** The folder that is measured when the command names no other. */
  readonly directory: string
  /** The file that represents the package in `directory`. @throws Error when the folder holds no such package */
  resolveEntry(directory: string): string
  /** Called in the measured process. */
  load(entry: string): Target | Promise<Target>
}

/** What a `*.perf.ts` file exports as its default: scenarios, and the code they measure. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface Suite<Target = any> {
  readonly name: string
  readonly target: TargetLoader<Target>
  readonly scenarios: readonly Scenario<Target>[]
}

/** A scenario without its code, with every default filled in: what a process that does not run it needs to know. */
export interface ScenarioDescription {
  readonly id: string
  readonly kind: Scenario['kind']
  readonly parameters: Parameters
  readonly isKey: boolean
  readonly tags: readonly string[]
  readonly limits: Limits
}

/** What a scenario says of itself, and what it leaves to the defaults. @param usual limits of the project */
export function toDescription(
  {
    id,
    kind,
    parameters = {},
    key = true,
    tags = [],
    limits = {},
  }: Pick<Scenario, 'id' | 'kind'> & Omit<ScenarioBase, 'id' | 'requires'>,
  usual: Partial<Limits> = {},
): ScenarioDescription {
  return { id, kind, parameters, isKey: key, tags, limits: { ...DEFAULT_LIMITS, ...usual, ...limits } }
}

const ID = /^[a-z0-9_-]+\/[a-z0-9_-]+\.[a-z0-9_-]+$/
/** Any line that can be told from another one by looking at it. */
const TEXT_ID = /^(?! )[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}(?<! )$/u

/** Types one micro scenario: its state by `setup`, its result by `op`. */
export function micro<Target, State, Result>(
  scenario: Omit<MicroScenario<Target, State, Result>, 'kind'>,
): MicroScenario<Target, State, Result> {
  return { ...scenario, kind: 'micro' }
}

/** Types one HTTP scenario. */
export function httpScenario<Target>(scenario: Omit<HttpScenario<Target>, 'kind'>): HttpScenario<Target> {
  return { ...scenario, kind: 'http' }
}

/**
 * The usual target: a package whose code is imported from one file.
 * @param directory the package's folder, as in `new URL('..', import.meta.url)`
 * @param entry the file in it that is imported, as in `src/index.ts`
 */
export function packageTarget<Target>(directory: URL, entry: string): TargetLoader<Target> {
  return {
    directory: fileURLToPath(directory),
    resolveEntry: (folder) => join(folder, entry),
    load: async (path) => (await import(pathToFileURL(path).href)) as Target,
  }
}

/** Whether a request was answered with the status that it should be. */
export function isExpectedStatus(status: number, expected: number | undefined): boolean {
  return expected === undefined ? status >= 200 && status < 300 : status === expected
}

/**
 * Checks a suite as it is defined.
 * @throws FlamegateError 'bad-suite' for an id that is malformed or there twice, a scenario without its parts, or a
 * limit that is none
 */
export function defineSuite<Target>(suite: Suite<Target>): Suite<Target> {
  const malformed = suite.scenarios.find(({ id }) => !ID.test(id))
  if (malformed !== undefined) {
    throw new FlamegateError(
      'bad-suite',
      `scenario id '${malformed.id}' of suite '${suite.name}' is not family/case.layer`,
      { hint: 'use lower-case letters, digits, - and _, as in arrays/append.processor' },
    )
  }
  return checkSuite(suite)
}

/** Checks all of a suite but the form of its ids. @throws as {@link defineSuite} does */
export function checkSuite<Target>(suite: Suite<Target>): Suite<Target> {
  const seen = new Set<string>()
  for (const scenario of suite.scenarios) {
    const { id } = scenario
    if (seen.has(id))
      throw new FlamegateError('bad-suite', `suite '${suite.name}' has scenario '${id}' twice`)
    seen.add(id)
    checkScenario(scenario)
  }
  return suite
}

function checkScenario(scenario: Scenario): void {
  const { id } = scenario
  const fail = (message: string, hint: string): never => {
    throw new FlamegateError('bad-suite', `scenario '${id}' ${message}`, { hint })
  }
  if (!TEXT_ID.test(id)) fail('has no line of text for an id', 'one line of at most 200 characters')
  const lack = findLack(scenario)
  if (lack !== undefined) fail(`has no ${lack}`, 'make it with micro({ … }) or http({ … })')
  const wrong = findWrongType(scenario)
  if (wrong !== undefined) fail(`has ${wrong}`, 'docs/scenarios.md says what it takes')
  if (scenario.kind === 'http' && scenario.stream?.counter?.endsWith('Bytes') === false)
    fail(`counts its stream as '${scenario.stream.counter}'`, 'bytes end in Bytes')
  for (const [metric, limit] of Object.entries(scenario.limits ?? {})) {
    const fault = limitFault(metric, limit)
    if (fault !== undefined) fail(`limits ${metric} to ${limit}`, fault)
  }
}

/** Perf files may be JavaScript too: what the types ask for is checked where it would fail late otherwise. */
function findLack(scenario: Scenario): string | undefined {
  switch (scenario.kind) {
    case 'micro':
      return typeof scenario.setup !== 'function'
        ? 'setup'
        : typeof scenario.op !== 'function'
          ? 'op'
          : undefined
    case 'http':
      if (typeof scenario.serve !== 'function') return 'serve'
      return scenario.requests?.length > 0 ? undefined : 'requests'
    default:
      return 'kind'
  }
}

const FUNCTIONS = ['setup', 'check', 'counters', 'teardown', 'around']
/** Parameters stand in tables. */
const LONGEST_PARAMETERS = 10_000

/** What would otherwise fail in every fork, or when the report is written. */
function findWrongType(scenario: Scenario): string | undefined {
  const given = scenario as unknown as Readonly<Record<string, unknown>>
  const wrong = findNoFunction(given)
  if (wrong !== undefined) return wrong
  if (given.key !== undefined && typeof given.key !== 'boolean') return 'a key that is neither true nor false'
  return faultOfParameters(given.parameters)
}

/** What of a scenario, or of the options that one is made from, would have to be a function; in words. */
export function findNoFunction(given: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = FUNCTIONS.find((name) => given[name] !== undefined && typeof given[name] !== 'function')
  return wrong && `a ${wrong} that is no function`
}

function faultOfParameters(parameters: unknown): string | undefined {
  if (parameters === undefined) return undefined
  if (typeof parameters !== 'object' || parameters === null) return 'parameters that are no object'
  try {
    const length = JSON.stringify(parameters).length
    return length > LONGEST_PARAMETERS ? `parameters of ${length} characters` : undefined
  } catch (cause) {
    return `parameters that cannot be written as JSON: ${messageOf(cause).split('\n', 1)[0]}`
  }
}
