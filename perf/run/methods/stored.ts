// The method of forks on their own, compared with stored ones.
import { availableParallelism } from 'node:os'
import type { ForkMeasurement } from '../../measure/measure.ts'
import type { BaselineRow } from '../../results/baseline.ts'
import { compareStored, storedCounters } from '../../verdict/compare-stored.ts'
import { quietForks, quietLevel } from '../../verdict/disturbance.ts'
import { CONFIRMING_FORKS, type Effort, type Extent, planOf, roundsOf, timeoutOf } from '../durations.ts'
import type { ForkRunner } from './fork.ts'
import type { Method } from './method.ts'

const QUICK_HTTP = 'a quick run does not warm a server up as far as the baseline did'

/** Forks that are only measured, for the table; what they counted is compared with a row's. */
export function tableMethod(
  row: BaselineRow | undefined,
  effort: Parameters<typeof storedMethod>[1],
  runFork: ForkRunner,
): Method<ForkMeasurement> {
  const method = storedMethod(row, effort, runFork, effort.isQuick ? 'quick' : 'table')
  return { ...method, correlation: 0, select: (trials) => trials, compare: () => [] }
}

/** Forks of their own, compared with those that a baseline stores; only measured where there is no row. */
export function storedMethod(
  row: BaselineRow | undefined,
  effort: Effort & { readonly timeoutMs: number | undefined },
  runFork: ForkRunner,
  extent: Extent = effort.isQuick ? 'quick' : 'full',
): Method<ForkMeasurement> {
  const { forks, isQuick, timeoutMs } = effort
  return {
    looks: Array.from({ length: roundsOf(effort) + 1 }, (_, round) => forks * (round + 1)),
    confirmingLooks: [Math.max(CONFIRMING_FORKS, forks)],
    fewest: forks,
    // They start at once, and take turns to be measured: what else runs on the machine would be in their times.
    atOnce: Math.min(2, availableParallelism()),
    startsTogether: true,
    // The baseline's forks are in both looks; it has at least as many as the run.
    correlation: 0.5,
    measure(discovered, _index, signal) {
      const plan = planOf(discovered.scenario.kind, extent, forks)
      return runFork(discovered, plan, timeoutMs ?? timeoutOf(plan), signal)
    },
    forkOf: (fork) => fork,
    baselineForkOf: () => null,
    pairOf: () => null,
    select: (trials, alike, atLeast) => quietForks(trials, quietLevel(alike), atLeast),
    baselineCounters: ({ discovered: { scenario } }) =>
      storedCounters(row?.scenarios[scenario.id], scenario.parameters),
    compare({ discovered: { scenario }, first, confirming }, options) {
      if (row === undefined || first.length === 0) return []
      const candidate = {
        parameters: scenario.parameters,
        isKey: scenario.isKey,
        limits: scenario.limits,
        handicap: isQuick && scenario.kind === 'http' ? QUICK_HTTP : undefined,
        forks: first,
        confirmingForks: confirming,
      }
      return compareStored(row.scenarios[scenario.id], candidate, options)
    },
  }
}
