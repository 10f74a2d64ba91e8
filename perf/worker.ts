import { messageOf } from './errors.ts'
import { startHttpServers } from './http/server.ts'
import { openHttpWorkload } from './http/workload.ts'
import type { Answer, Job } from './job.ts'
import { type MeasurePlan, measureWorkload } from './measure.ts'
import { openMicroWorkload } from './micro-workload.ts'
import type { Scenario } from './scenario.ts'
import { loadSuite } from './suite.ts'
import type { Workload } from './workload.ts'

// The parent decides when this process ends: a Ctrl-C in the terminal reaches both, and the parent keeps what was
// measured. A parent that is gone can decide nothing any more.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(1))
process.once('message', (job) => {
  runJob(job as Job).then(answer, fail)
})
process.on('uncaughtException', fail)

async function runJob(job: Job): Promise<Answer> {
  const suite = await loadSuite(job.suiteFile)
  const scenario = suite.scenarios.find(({ id }) => id === job.scenarioId)
  if (scenario === undefined) throw new Error(`${job.suiteFile} has no scenario '${job.scenarioId}'`)
  switch (job.kind) {
    case 'micro':
      return measure(
        await openMicroWorkload(expectKind(scenario, 'micro'), await suite.target.load(job.targetEntry)),
        job.plan,
      )
    case 'http-server': {
      const target = await suite.target.load(job.targetEntry)
      return { kind: 'listening', ports: await startHttpServers(expectKind(scenario, 'http'), target) }
    }
    case 'http-client':
      return measure(await openHttpWorkload(expectKind(scenario, 'http'), job.ports), job.plan)
    default:
      return job satisfies never
  }
}

async function measure(workload: Workload, plan: MeasurePlan): Promise<Answer> {
  const measurement = await measureWorkload(workload, plan)
  await workload.close()
  return { kind: 'measured', measurement }
}

function expectKind<Kind extends Scenario['kind']>(
  scenario: Scenario,
  kind: Kind,
): Extract<Scenario, { kind: Kind }> {
  if (scenario.kind !== kind) throw new Error(`'${scenario.id}' is no ${kind} scenario`)
  return scenario as Extract<Scenario, { kind: Kind }>
}

function answer(message: Answer): void {
  process.send?.(message)
}

function fail(error: unknown): void {
  answer({
    kind: 'failed',
    reason: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  })
}
