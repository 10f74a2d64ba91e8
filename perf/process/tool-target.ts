// A scenario as a program of its own, for profilers that start programs.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { endProcess } from '../measure/end-this-process.ts'
import { startHttpServers } from '../measure/http/server.ts'
import { openMicroWorkload } from '../measure/micro-workload.ts'
import { loadScenario } from '../suite/load.ts'

/** What a target program is told, in a JSON file. */
export interface TargetJob {
  readonly suiteFile: string
  readonly scenarioId: string
  readonly targetEntry: string
  /** How long a micro scenario's ops run, ms; a server runs until it is told to end. */
  readonly runMs: number
  /** Where a server writes its ports, as JSON. */
  readonly portsFile: string
}

const BATCH = 16

/** Runs one job and ends the process. @throws whatever the scenario throws */
export async function runTarget(jobFile: string): Promise<void> {
  const job = JSON.parse(await readFile(jobFile, 'utf8')) as TargetJob
  const { suite, scenario } = await loadScenario(job.suiteFile, job.scenarioId)
  const target = await suite.target.load(job.targetEntry)
  if (scenario.kind === 'http') {
    const ports = await startHttpServers(scenario, target, undefined)
    // Whole or not at all: somebody waits for this file.
    await writeFile(`${job.portsFile}.unfinished`, JSON.stringify(ports))
    await rename(`${job.portsFile}.unfinished`, job.portsFile)
    return
  }
  const workload = await openMicroWorkload(scenario, target, undefined)
  const end = performance.now() + job.runMs
  while (performance.now() < end) {
    await workload.runOps(BATCH)
    // Profilers that watch the event loop need it to turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await workload.close()
  endProcess()
}
