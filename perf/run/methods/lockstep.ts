// The method of interleaved pairs: two versions take turns on one core.
import { FlamegateError } from '../../errors.ts'
import type { PairMeasurement } from '../../measure/turns.ts'
import { measuringCores } from '../../process/cores/core-pool.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import { comparePairs } from '../../verdict/compare-pairs.ts'
import {
  confirmingLooksOf,
  type Effort,
  fewestPairsOf,
  pairLooksOf,
  pairTimeoutOf,
  turnsPlanOf,
} from '../durations.ts'
import type { Method } from './method.ts'
import type { PairRunner } from './pair.ts'

/**
 * Pairs of fresh processes, one of each version, that take turns on the same core.
 * @param baseline the other version's scenarios, those that are measured
 */
export function lockstepMethod(
  baseline: readonly DiscoveredScenario[],
  effort: Effort & { readonly timeoutMs: number | undefined },
  runPair: PairRunner,
): Method<PairMeasurement> {
  const byId = new Map(baseline.map((discovered) => [discovered.scenario.id, discovered]))
  const looks = pairLooksOf(effort, fewestAlike(baseline))
  return {
    looks,
    confirmingLooks: confirmingLooksOf(looks),
    fewest: fewestPairsOf(effort),
    atOnce: measuringCores().size,
    startsTogether: false,
    correlation: 0,
    measure(candidate, index, signal) {
      const { id, kind } = candidate.scenario
      const other = byId.get(id)
      if (other === undefined) throw new FlamegateError('no-scenario', `the baseline has no scenario '${id}'`)
      const plan = turnsPlanOf(kind, effort)
      return runPair(
        { baseline: other, candidate },
        plan,
        index,
        effort.timeoutMs ?? pairTimeoutOf(plan),
        signal,
      )
    },
    forkOf: ({ candidate }) => candidate,
    baselineForkOf: ({ baseline }) => baseline,
    pairOf: ({ ratios }) => ratios,
    baselineCounters: ({ first }) => first[0]?.baseline.counters ?? null,
    // What slows the machine slows both sides: there is nothing to set aside.
    select: (trials) => trials,
    compare({ discovered: { scenario }, first, confirming }, options, alike) {
      if (first.length === 0) return []
      const { isKey, limits } = scenario
      return comparePairs({ isKey, limits, pairs: first, confirmingPairs: confirming }, options, alike)
    },
  }
}

/** How many scenarios there are of the kind that has the fewest; 0 for none at all. */
function fewestAlike(scenarios: readonly DiscoveredScenario[]): number {
  const counts = new Map<string, number>()
  for (const { scenario } of scenarios) counts.set(scenario.kind, (counts.get(scenario.kind) ?? 0) + 1)
  return counts.size === 0 ? 0 : Math.min(...counts.values())
}
