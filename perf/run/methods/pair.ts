// One pair: both versions of a scenario in fresh processes, in turns.
import { remoteSide, type Side } from '../../measure/side.ts'
import { type PairMeasurement, ratiosOf, type TurnsPlan, takeTurns, warmSides } from '../../measure/turns.ts'
import { Child, ChildFailure, within } from '../../process/child.ts'
import { type Core, measuringCores } from '../../process/cores/core-pool.ts'
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
 * Any number may be started at once: each waits for a core of its own. @param index of the pair among those of its
 * scenario: half of them begin with the candidate, on either of two cores
 */
export type PairRunner = (
  discovered: ScenarioPair,
  plan: TurnsPlan,
  index: number,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<PairOutcome>

export const runPair: PairRunner = (discovered, plan, index, timeoutMs, signal) =>
  measuringCores().use(signal, async (core) => {
    try {
      const limits = { timeoutMs, signal, core }
      const measurement = await withSides(discovered, limits, (sides) => measurePair(sides, plan, index))
      return { kind: 'measured', measurement }
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error
      return { kind: 'failed', reason: error.message }
    }
  })

async function measurePair(
  [baseline, candidate]: Sides,
  plan: TurnsPlan,
  index: number,
): Promise<PairMeasurement> {
  await warmSides(baseline, candidate, plan)
  // Two cores in turns have the pairs 0, 2, 4 … and 1, 3, 5 …: each of them begins with either version.
  const isCandidateFirst = ((index + 1) >> 1) % 2 === 1
  const blocks = await takeTurns(baseline, candidate, plan.turnsMs, isCandidateFirst)
  return {
    ratios: ratiosOf(blocks),
    baseline: await baseline.finish(),
    candidate: await candidate.finish(),
  }
}

/** Both versions of a scenario, ready to be measured. */
type Sides = readonly [baseline: Side, candidate: Side]

/**
 * What is done with both versions of a scenario while their processes live: the baseline's, the candidate's, and for HTTP
 * the client's.
 */
export type PairWork<T> = (sides: Sides, children: readonly Child[]) => Promise<T>

/** How long both versions may take, and the core that all their processes are bound to from their start. */
export interface PairLimits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly core: Core
}

/**
 * Opens both versions in fresh processes for as long as `work` takes; none is left when this resolves or rejects.
 * @throws ChildFailure when a process fails or the time is up; the signal's reason; what `work` rejects with
 */
export async function withSides<T>(
  discovered: ScenarioPair,
  { timeoutMs, signal, core }: PairLimits,
  work: PairWork<T>,
): Promise<T> {
  const children: Child[] = []
  let isOver = false
  const start = (job: Job) => {
    // What was under way when the time was up must not start anything that nobody would end.
    if (isOver) throw new ChildFailure('the pair has ended')
    const child = Child.start(job)
    children.push(child)
    // Neighbours of a shared machine slow one core for seconds and not the other: no turns on two cores can even that out. Bound
    // from the start, both heaps grow alike, too.
    if (core !== undefined) void child.bind(core)
    return child
  }
  try {
    const opened = openSides(discovered, start, { timeoutMs, signal })
    return await within(
      opened.then((sides) => work(sides, children)),
      timeoutMs,
      signal,
      () => Math.max(...children.map(({ workedAt }) => workedAt)),
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
): Promise<Sides> {
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
