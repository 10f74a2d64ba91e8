// Both versions' ops in one process.
import { openHttpWorkload } from '../../../perf/measure/http/load-client.ts'
import { openMicroWorkload } from '../../../perf/measure/micro-workload.ts'
import type { Workload } from '../../../perf/measure/workload.ts'
import { loadScenario } from '../../../perf/suite/load.ts'
import type { Scenario } from '../../../perf/suite/scenario.ts'
import type { PeerJob } from './job.ts'

/** One op of each version as a function, in this process: how people give code to a benchmark library. */
export async function openOps(job: PeerJob): Promise<readonly [() => Promise<void>, () => Promise<void>]> {
  const { suite, scenario } = await loadScenario(job.suiteFile, job.scenarioId)
  const open = async (side: 0 | 1) => {
    const workload = await openWorkload(scenario, job, side, (entry) => suite.target.load(entry))
    return () => workload.runOps(1)
  }
  return [await open(0), await open(1)]
}

async function openWorkload(
  scenario: Scenario,
  { entries, ports }: PeerJob,
  side: 0 | 1,
  load: (entry: string) => unknown,
): Promise<Workload> {
  if (scenario.kind === 'http') return openHttpWorkload(scenario, ports![side]!)
  return openMicroWorkload(scenario, await load(entries[side]), undefined)
}
