// One fork: a scenario measured once, in fresh processes.
import type { ForkMeasurement, MeasurePlan } from '../../measure/measure.ts'
import { ChildFailure } from '../../process/child.ts'
import { QuietTurns } from '../../process/cores/quiet-turns.ts'
import { withScenario } from '../../process/scenario-processes.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import type { TrialOutcome } from './method.ts'

/** What came of one fork. */
export type ForkOutcome = TrialOutcome<ForkMeasurement>

/**
 * Measures one scenario once, in fresh processes that are gone when it resolves. Rejects only when aborted. Any number may be
 * started at once: their code is loaded side by side, and each is measured while nothing else of ours runs.
 */
export type ForkRunner = (
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<ForkOutcome>

const turns = new QuietTurns()

export const runFork: ForkRunner = async (discovered, plan, timeoutMs, signal) => {
  const started = await turns.start()
  try {
    signal.throwIfAborted()
    const options = { timeoutMs, signal, waits: true }
    const answer = await withScenario(discovered, plan, options, async (processes) => {
      await processes.answer
      started()
      return turns.measure(() => processes.begin())
    })
    if (answer.kind !== 'measured') throw new Error(`the process answered '${answer.kind}' to a measurement`)
    return { kind: 'measured', measurement: answer.measurement }
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    return { kind: 'failed', reason: error.message }
  } finally {
    started()
  }
}
