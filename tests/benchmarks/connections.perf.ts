// The HTTP scenarios under more and fewer connections.

import { defineSuite, type Scenario } from 'flamegate'
import suite from '../../packages/nasc-server/perf/nasc-server.perf.ts'

/** Loads an HTTP scenario is asked under, beside its own: requests that are under way at a time. */
export const CONNECTIONS = [1, 2, 8, 32] as const

/** The id of an HTTP scenario of the measured system under another load. */
export function withConnections(id: string, connections: number): string {
  return `${id}-${connections}`
}

/** The measured system's HTTP scenarios, each with more and fewer connections than it has in runs. */
export default defineSuite({
  ...suite,
  scenarios: suite.scenarios.flatMap((scenario): Scenario[] =>
    scenario.kind === 'micro'
      ? []
      : CONNECTIONS.map((connections) => ({
          ...scenario,
          id: withConnections(scenario.id, connections),
          connections,
        })),
  ),
})
