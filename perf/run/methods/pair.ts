// One pair: both versions of a scenario in fresh processes, in turns.
import { remoteSide, type Side } from '../../measure/side.ts'
import { type PairMeasurement, ratiosOf, type TurnsPlan, takeTurns, warmSides } from '../../measure/turns.ts'
import { bindableCores } from '../../process/affinity.ts'
import { Child, ChildFailure, within } from '../../process/child.ts'
import type { Job } from '../../process/protocol.ts'
import { jobOf, startServer } from '../../process/scenario-processes.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import type { TrialOutcome } from './method.ts'

/** One scenario of two versions: the same work, other code. */
export interface ScenarioPair {
  readonly baseline: DiscoveredScenario
  readonly candidate: DiscoveredScenario
}

/** What came of one pair. */
export type PairOutcome = TrialOutcome<PairMeasurement>

/**
 * Measures both versions of a scenario in turns, in fresh processes that are gone when it resolves. Rejects only when
 * aborted.
 * @param index of the pair among those of its scenario: every other one begins with the candidate, and every other two are
 *   on another core
 */
export type PairRunner = (
  discovered: ScenarioPair,
  plan: TurnsPlan,
  index: number,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<PairOutcome>

export const runPair: PairRunner = async (discovered, plan, index, timeoutMs, signal) => {
  const measure: PairWork<PairMeasurement> = async ([baseline, candidate], children) => {
    await warmSides(baseline, candidate, plan)
    const cores = bindableCores()
    const core = cores[(index >> 1) % cores.length]
    // Neighbours of a shared machine slow one core for seconds and not the other: no turns on two cores can even that out.
    if (core !== undefined) await Promise.all(children.map((child) => child.bind(core)))
    const blocks = await takeTurns(baseline, candidate, plan.turnsMs, index % 2 === 1)
    return {
      ratios: ratiosOf(blocks),
      baseline: await baseline.finish(),
      candidate: await candidate.finish(),
    }
  }
  try {
    return { kind: 'measured', measurement: await withSides(discovered, timeoutMs, signal, measure) }
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    return { kind: 'failed', reason: error.message }
  }
}

/**
 * What is done with both versions of a scenario while their processes live: the baseline's, the candidate's, and for HTTP
 * the client's.
 */
export type PairWork<T> = (
  sides: readonly [baseline: Side, candidate: Side],
  children: readonly Child[],
) => Promise<T>

/**
 * Opens both versions in fresh processes for as long as `work` takes; none is left when this resolves or rejects.
 * @throws ChildFailure when a process fails or the time is up; the signal's reason; what `work` rejects with
 */
export async function withSides<T>(
  discovered: ScenarioPair,
  timeoutMs: number,
  signal: AbortSignal,
  work: PairWork<T>,
): Promise<T> {
  const children: Child[] = []
  let isOver = false
  const start = (job: Job) => {
    // What was under way when the time was up must not start anything that nobody would end.
    if (isOver) throw new ChildFailure('the pair has ended')
    const child = Child.start(job)
    children.push(child)
    return child
  }
  try {
    const opened = openSides(discovered, start, { timeoutMs, signal })
    return await within(
      opened.then((sides) => work(sides, children)),
      timeoutMs,
      signal,
    )
  } finally {
    isOver = true
    await Promise.all(children.map((child) => child.end()))
  }
}

/** Starts both versions' processes and, for HTTP, the one client that loads both. */
async function openSides(
  { baseline, candidate }: ScenarioPair,
  start: (job: Job) => Child,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly [baseline: Side, candidate: Side]> {
  const { timeoutMs, signal } = limits
  const ready = (child: Child) => child.answer(timeoutMs, signal)
  const versions = [baseline, candidate] as const
  if (candidate.scenario.kind === 'micro') {
    const [a, b] = versions.map((version) => start({ ...jobOf(version), kind: 'micro-side' }))
    await Promise.all([ofBaseline(ready(a!)), ready(b!)])
    return [
      remoteSide((request) => ofBaseline(a!.ask(0, request))),
      remoteSide((request) => b!.ask(0, request)),
    ]
  }
  const [a, b] = versions.map((version) => startServer(version, limits, start))
  const ports = [await ofBaseline(a!.ports), await b!.ports]
  const client = start({ ...jobOf(candidate), kind: 'http-sides', ports })
  // A client whose server is gone knows less of the reason than the server does.
  const fromClient = <T>(answer: Promise<T>) =>
    Promise.race([answer, ofBaseline(a!.server.failure()), b!.server.failure()])
  await fromClient(ready(client))
  return [
    remoteSide((request) => fromClient(client.ask(0, request))),
    remoteSide((request) => fromClient(client.ask(1, request))),
  ]
}

/** Says of a failure that it is not the candidate's. */
function ofBaseline<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error) => {
    if (!(error instanceof ChildFailure)) throw error
    throw new ChildFailure(`the version it is compared with: ${error.message}`)
  })
}
