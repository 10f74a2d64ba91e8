// Until when a command begins more trials for narrower intervals.
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import type { Scenario } from '../../perf/suite/scenario.ts'

/** How long a run of scenarios takes, before it begins no more of them. */
export interface Budget {
  /** For people who ask for help: seconds. */
  readonly text: string
  /** From the start of the run. */
  msOf(scenarios: readonly DiscoveredScenario[]): number
  /** Whether more trials have as long as the first ones in any case. */
  readonly isPatient: boolean
}

/** The same for any scenarios. */
export function patientBudget(ms: number): Budget {
  return {
    text: `${ms / 1000}, and on a slow machine as long again as the first ones took`,
    msOf: () => ms,
    isPatient: true,
  }
}

/** Of a gate that compares in lockstep alone: it measures everything twice. */
export const LOCKSTEP_BUDGET = patientBudget(900_000)

/** Of one, at most half of what a comparison may take: the rest is for code, counts and blame. */
const COMPARISON_MS: Readonly<Record<Scenario['kind'], number>> = { micro: 15_000, http: 25_000 }

/** Of a comparison: who waits for it asks what changed, which its first pairs say, and not on which side of a limit it lies. */
export const COMPARISON_BUDGET: Budget = {
  text: `${COMPARISON_MS.micro / 1000} for each scenario, ${COMPARISON_MS.http / 1000} for one of a server`,
  msOf: (scenarios) => scenarios.reduce((sum, { scenario }) => sum + COMPARISON_MS[scenario.kind], 0),
  isPatient: false,
}
