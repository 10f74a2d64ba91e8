// Runs a few ops of one scenario in this very process, so that a debugger can step through them.
import type { HttpAnswer } from '../measure/http/answer.ts'
import { Connection } from '../measure/http/connection.ts'
import { CookieJar } from '../measure/http/cookies.ts'
import { prepareRequest } from '../measure/http/request.ts'
import { listen } from '../measure/http/server.ts'
import { type DiscoveredScenario, isBenchFile, loadScenario, readSuite } from '../suite/load.ts'
import { readProject } from '../suite/project.ts'
import {
  type HttpRequest,
  type HttpScenario,
  isExpectedStatus,
  type MicroScenario,
} from '../suite/scenario.ts'

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
  return readProject(root, async (suiteFile) =>
    // One of another tool is loaded once it is known what of it is wanted.
    isBenchFile(suiteFile)
      ? (await import('./discover.ts')).discoverSuite(suiteFile, root, target)
      : readSuite(suiteFile, root, target),
  )
}

/** Sets a scenario up and runs that many ops, one after the other. @throws whatever its setup or an op throws */
export async function* stepThrough(
  { suiteFile, scenario: { id }, idInFile, targetEntry }: DiscoveredScenario,
  ops: number,
): AsyncGenerator<Step> {
  const { suite, scenario } = await loadScenario(suiteFile, idInFile ?? id)
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
    const around = scenario.around?.(state)
    for (let i = 0; i < ops; i++) {
      await around?.before?.()
      const returned = await scenario.op(state, i)
      await around?.after?.()
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
  const { prepare = [], requests } = scenario
  const server = await scenario.serve(target)
  try {
    const connection = await Connection.open(await listen(server))
    const jar = new CookieJar()
    for (const request of prepare) {
      const answer = await connection.exchange(await prepareRequest(request, jar.list()))
      jar.keep(answer)
      yield { ...describeExchange(request, answer), check: { kind: 'none' } }
    }
    for (let i = 0; i < ops; i++) {
      const request = requests[i % requests.length]!
      const answer = await connection.exchange(await prepareRequest(request, jar.list()))
      const expected = request.expectStatus ?? scenario.expectStatus
      const error = new Error(`answered ${answer.status} instead of ${expected ?? '2xx'}`)
      const isExpected = isExpectedStatus(answer.status, expected)
      const check: Step['check'] = isExpected ? { kind: 'passed' } : { kind: 'failed', error }
      yield { ...describeExchange(request, answer), check }
    }
    connection.close()
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

function describeExchange({ method, path }: HttpRequest, answer: HttpAnswer): Omit<Step, 'check'> {
  return { name: `${method} ${path}`, returned: { status: answer.status, body: answer.text() } }
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
