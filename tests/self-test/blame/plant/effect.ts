// How much a plant costs, quickly.
import { FlamegateError } from '../../../../perf/errors.ts'
import type { PairMeasurement, TurnsPlan } from '../../../../perf/measure/turns.ts'
import { pairTimeoutOf } from '../../../../perf/run/durations.ts'
import { runPair, type ScenarioPair } from '../../../../perf/run/methods/pair.ts'
import { median } from '../../../../perf/stats/quantile.ts'

/** Short: sizes are searched for with it, and what was found is measured again by the trial. */
const SEARCH_PLAN: TurnsPlan = { warmupMinMs: 150, warmupMaxMs: 400, turnsMs: 200 }
/** Two versions as some pairs of processes have them. */
export interface Effect {
  /** Median of candidate ÷ baseline, CPU time per op. */
  readonly ratio: number
  /** What an op of the baseline costs, ns of CPU time. */
  readonly baselineNs: number
}

/** @throws FlamegateError 'bad-suite' when a version fails; the signal's reason */
export async function measureEffect(
  discovered: ScenarioPair,
  pairs: number,
  signal: AbortSignal,
): Promise<Effect> {
  const measured: PairMeasurement[] = []
  for (let i = 0; i < pairs; i++) {
    const outcome = await runPair(discovered, SEARCH_PLAN, i, pairTimeoutOf(SEARCH_PLAN), signal)
    if (outcome.kind === 'failed') throw new FlamegateError('bad-suite', outcome.reason)
    measured.push(outcome.measurement)
  }
  return {
    ratio: median(measured.map(({ ratios }) => ratios.cpuNsPerOp ?? Number.NaN)),
    baselineNs: median(measured.map(({ baseline }) => baseline.raw.cpuNsPerOp)),
  }
}
