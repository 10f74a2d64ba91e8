// Runs a few ops of one scenario in this very process, so that a debugger can step through them.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type DiscoveredScenario, loadScenario, readSuite } from '../suite/load.ts'
import { readProject } from '../suite/project.ts'
import type { HttpRequest, HttpScenario, MicroScenario } from '../suite/scenario.ts'

/** One op that was run. */
export interface Step {
  /** `op 0`, or the request's method and path. */
  readonly name: string
  readonly returned: unknown
  readonly check: { readonly kind: 'none' | 'passed' } | { readonly kind: 'failed'; readonly error: unknown }
}

/**
 * All scenarios of the project. Unlike `discoverScenarios` it runs the perf files here.
 * @throws FlamegateError 'no-suite', 'bad-suite' or 'bad-target'
 */
export function discoverInProcess(root: string, target: string | undefined): Promise<DiscoveredScenario[]> {
  return readProject(root, (suiteFile) => readSuite(suiteFile, root, target))
}

/** Sets a scenario up and runs that many ops, one after the other. @throws whatever its setup or an op throws */
export async function* stepThrough(
  { suiteFile, scenario: { id }, targetEntry }: DiscoveredScenario,
  ops: number,
): AsyncGenerator<Step> {
  const { suite, scenario } = await loadScenario(suiteFile, id)
  const target = await suite.target.load(targetEntry)
  yield* scenario.kind === 'micro' ? stepMicro(scenario, target, ops) : stepHttp(scenario, target, ops)
}

async function* stepMicro<Target, State>(
  scenario: MicroScenario<Target, State>,
  target: Target,
  ops: number,
): AsyncGenerator<Step> {
  const state = await scenario.setup(target)
  try {
    for (let i = 0; i < ops; i++) {
      const returned = await scenario.op(state, i)
      yield { name: `op ${i}`, returned, check: outcomeOf(scenario, returned, state) }
    }
  } finally {
    await scenario.teardown?.(state)
  }
}

/** Its event stream is not opened. */
async function* stepHttp<Target>(
  scenario: HttpScenario<Target>,
  target: Target,
  ops: number,
): AsyncGenerator<Step> {
  const { prepare = [], requests, expectStatus } = scenario
  const server = await scenario.serve(target)
  try {
    const origin = await listen(server)
    for (const request of prepare) yield { ...(await send(origin, request)), check: { kind: 'none' } }
    for (let i = 0; i < ops; i++) {
      const step = await send(origin, requests[i % requests.length]!)
      const { status } = step.returned
      const error = new Error(`answered ${status} instead of ${expectStatus}`)
      yield { ...step, check: status === expectStatus ? { kind: 'passed' } : { kind: 'failed', error } }
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function send(origin: string, { method, path, body }: HttpRequest) {
  const response = await fetch(`${origin}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return { name: `${method} ${path}`, returned: { status: response.status, body: await response.text() } }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

function outcomeOf<Target, State>(
  { check }: MicroScenario<Target, State>,
  returned: unknown,
  state: State,
): Step['check'] {
  if (check === undefined) return { kind: 'none' }
  try {
    check(returned, state)
    return { kind: 'passed' }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
