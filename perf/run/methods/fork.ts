// One fork: a scenario measured once, in fresh processes.
import type { ForkMeasurement, MeasurePlan } from '../../measure/measure.ts'
import { ChildFailure } from '../../process/child.ts'
import { withScenario } from '../../process/scenario-processes.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import type { TrialOutcome } from './method.ts'

/** What came of one fork. */
export type ForkOutcome = TrialOutcome<ForkMeasurement>

/** Measures one scenario once, in fresh processes that are gone when it resolves. Rejects only when aborted. */
export type ForkRunner = (
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<ForkOutcome>

export const runFork: ForkRunner = async (discovered, plan, timeoutMs, signal) => {
  try {
    const answer = await withScenario(
      discovered,
      plan,
      { timeoutMs, signal },
      (processes) => processes.answer,
    )
    if (answer.kind !== 'measured') throw new Error(`the process answered '${answer.kind}' to a measurement`)
    return { kind: 'measured', measurement: answer.measurement }
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    return { kind: 'failed', reason: error.message }
  }
}
