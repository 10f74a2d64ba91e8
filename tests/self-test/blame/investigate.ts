// What a campaign asks of a blame.
import type { DiscoveredScenario } from '../../../perf/suite/load.ts'
import type { NamedFunction } from './blame-trial.ts'

/** What is said of two versions of one scenario. */
export interface Investigation {
  /** Candidate ÷ baseline of the cost per op. */
  readonly ratio: number
  /** Who made it slower, the likeliest first; nobody where that cannot be said or nothing became slower. */
  readonly suspects: readonly NamedFunction[]
  /** Why nobody is named; null where somebody is. */
  readonly reason: string | null
  /** Of the slow-down, that no suspect accounts for; null where nothing can be said of it. */
  readonly unexplainedShare: number | null
  readonly elapsedMs: number
}

/**
 * Compares two versions and names who made the candidate slower.
 * @throws FlamegateError when they cannot be compared; the signal's reason
 */
export type Investigate = (
  baseline: DiscoveredScenario,
  candidate: DiscoveredScenario,
  signal: AbortSignal,
) => Promise<Investigation>
