import { Child, ChildFailure } from './child.ts'
import type { Answer } from './job.ts'
import type { ForkMeasurement, MeasurePlan } from './measure.ts'
import type { PlannedScenario } from './suite.ts'

/** What came of one fork. */
export type ForkOutcome =
  | { readonly kind: 'measured'; readonly measurement: ForkMeasurement }
  | { readonly kind: 'failed'; readonly reason: string }

/** Measures one scenario once, in fresh processes that are gone when it resolves. Rejects only when aborted. */
export type ForkRunner = (
  planned: PlannedScenario,
  plan: MeasurePlan,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<ForkOutcome>

export const runFork: ForkRunner = async (planned, plan, timeoutMs, signal) => {
  const children: Child[] = []
  const start = (job: Parameters<typeof Child.start>[0]) => {
    const child = Child.start(job)
    children.push(child)
    return child
  }
  const job = {
    suiteFile: planned.suiteFile,
    scenarioId: planned.scenario.id,
    targetEntry: planned.targetEntry,
  }
  try {
    if (planned.scenario.kind === 'micro') {
      return toOutcome(await start({ ...job, kind: 'micro', plan }).answer(timeoutMs, signal))
    }
    const server = start({ ...job, kind: 'http-server' })
    const listening = await server.answer(timeoutMs, signal)
    if (listening.kind !== 'listening') throw new Error(`the server answered '${listening.kind}'`)
    const client = start({ ...job, kind: 'http-client', plan, ports: listening.ports })
    return toOutcome(await Promise.race([client.answer(timeoutMs, signal), server.failure()]))
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    return { kind: 'failed', reason: error.message }
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}

function toOutcome(answer: Exclude<Answer, { kind: 'failed' }>): ForkOutcome {
  if (answer.kind !== 'measured') throw new Error(`the process answered '${answer.kind}' to a measurement`)
  return answer
}
