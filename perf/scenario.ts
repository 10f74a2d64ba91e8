import type { Server } from 'node:http'
import { FlamegateError } from './errors.ts'

/** Shown in reports beside the scenario; numbers in base units, with the unit in the name (`payloadBytes`). */
export type Parameters = Readonly<Record<string, string | number | boolean>>

interface ScenarioBase {
  /** `family/case.layer`, lower case. It names files, so it holds nothing but letters, digits, `-`, `_`, `/` and `.`. */
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

/** An op that runs inside the measured process. */
export interface MicroScenario<Target, State> extends ScenarioBase {
  readonly kind: 'micro'
  /** Makes what the op works on. Not timed. */
  setup(target: Target): State | Promise<State>
  /** One execution, timed; a promise is awaited. `index` counts the ops of this process from 0. */
  op(state: State, index: number): unknown
  /** Not timed, called with every result. @throws Error when the op did not do its work: the scenario then fails */
  check?(result: Awaited<unknown>, state: State): void
  /** Bytes that this result would put on the wire. Not timed. */
  patchBytes?(result: Awaited<unknown>): number
  teardown?(state: State): void | Promise<void>
}

/** One prepared HTTP request. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** An op that is a request to a server in the measured process; the load comes from another process. */
export interface HttpScenario<Target> extends ScenarioBase {
  readonly kind: 'http'
  /** A server that does not listen yet. The harness binds it to 127.0.0.1 and closes it. */
  serve(target: Target): Server | Promise<Server>
  /** Sent once, in order, before anything is timed. */
  readonly prepare?: readonly HttpRequest[]
  /** The ops, taken in turn. At least one. */
  readonly requests: readonly HttpRequest[]
  /** Any other status fails the scenario. */
  readonly expectStatus: number
  /** Connections that each keep one request under way. Default 4. */
  readonly connections?: number
  /** A server-sent event stream that is open during the run; its `data:` lines are the patches. */
  readonly stream?: {
    readonly path: string
    /** A `data:` line that starts so fails the scenario. */
    readonly failOnPrefix: string
  }
}

/** How much worse than the baseline a metric may be, as a ratio candidate/baseline. */
export interface Limits {
  /** Lower bound. */
  readonly opsPerSecond: number
  readonly p50Ns: number
  readonly p95Ns: number
  readonly cpuNsPerOp: number
}

export const DEFAULT_LIMITS: Limits = { opsPerSecond: 0.8, p50Ns: 1.25, p95Ns: 1.25, cpuNsPerOp: 1.2 }

// biome-ignore lint/suspicious/noExplicitAny: each scenario knows its own state; the harness only hands it back
export type Scenario<Target = any> = MicroScenario<Target, any> | HttpScenario<Target>

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

const ID = /^[a-z0-9_-]+\/[a-z0-9_-]+\.[a-z0-9_-]+$/

/** Types the state of one micro scenario from its `setup`. */
export function micro<Target, State>(
  scenario: Omit<MicroScenario<Target, State>, 'kind'>,
): MicroScenario<Target, State> {
  return { ...scenario, kind: 'micro' }
}

/** Types one HTTP scenario. */
export function http<Target>(scenario: Omit<HttpScenario<Target>, 'kind'>): HttpScenario<Target> {
  return { ...scenario, kind: 'http' }
}

/** Checks a suite as it is defined. @throws FlamegateError 'bad-suite' for an id that is malformed or there twice */
export function defineSuite<Target>(suite: Suite<Target>): Suite<Target> {
  const seen = new Set<string>()
  for (const { id } of suite.scenarios) {
    if (!ID.test(id)) {
      throw new FlamegateError(
        'bad-suite',
        `scenario id '${id}' of suite '${suite.name}' is not family/case.layer`,
        {
          hint: 'use lower-case letters, digits, - and _, as in arrays/append.processor',
        },
      )
    }
    if (seen.has(id))
      throw new FlamegateError('bad-suite', `suite '${suite.name}' has scenario '${id}' twice`)
    seen.add(id)
  }
  return suite
}
