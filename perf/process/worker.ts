import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Observer, type ObserverKind } from '../../profile/capture/observer.ts'
import { FlamegateError, messageOf } from '../errors.ts'
import { countOps } from '../measure/count.ts'
import { startHttpServers } from '../measure/http/server.ts'
import { openHttpWorkload } from '../measure/http/workload.ts'
import { type MeasurePlan, measureWorkload } from '../measure/measure.ts'
import { openMicroWorkload } from '../measure/micro-workload.ts'
import { LocalSide, type Side, serveSide } from '../measure/side.ts'
import type { Workload } from '../measure/workload.ts'
import { loadScenario, readSuite } from '../suite/load.ts'
import type { Scenario } from '../suite/scenario.ts'
import type { Answer, EndRequest, Job, TurnRequest } from './protocol.ts'

/** Measured code that speaks to its parent when it has one must not find ours. */
const send = process.send?.bind(process)
delete process.send
/** On POSIX this process leads a group of its own; whatever the measured code started belongs to it. */
const isGroupLeader = process.platform !== 'win32'

// The parent alone decides when this process ends. One that is gone can decide nothing any more.
process.on('SIGINT', () => {})
process.on('disconnect', () => {
  if (isGroupLeader) process.kill(-process.pid, 'SIGKILL')
  process.exit(1)
})
process.on('message', (message) => {
  const request = message as Job | TurnRequest | EndRequest
  if (request.kind === 'end') end()
  else if (request.kind === 'turn') takeTurn(request).then(answer, fail)
  else runJob(request).then(answer, fail)
})
process.on('uncaughtException', fail)

let observer: Observer | undefined
let sides: readonly Side[] = []

/** Ends this process by itself: only then does `--cpu-prof` write its file. */
function end(): void {
  send?.({ kind: 'ended', observations: observer?.observations() ?? null } satisfies Answer, () =>
    process.exit(0),
  )
}

async function runJob(job: Job): Promise<Answer> {
  if (job.kind === 'discover') {
    const { suiteFile, root, targetDirectory } = job
    return { kind: 'discovered', discovered: await readSuite(suiteFile, root, targetDirectory) }
  }
  if (job.observe !== undefined && job.kind !== 'http-client') observer = await Observer.start(job.observe)
  const { suite, scenario } = await loadScenario(job.suiteFile, job.scenarioId)
  switch (job.kind) {
    case 'micro':
      return measure(
        await openMicroWorkload(
          expectKind(scenario, 'micro'),
          await suite.target.load(job.targetEntry),
          observer,
        ),
        job,
      )
    case 'http-server': {
      const target = await suite.target.load(job.targetEntry)
      return {
        kind: 'listening',
        ports: await startHttpServers(expectKind(scenario, 'http'), target, observer),
      }
    }
    case 'micro-side':
      sides = [
        new LocalSide(
          await openMicroWorkload(
            expectKind(scenario, 'micro'),
            await suite.target.load(job.targetEntry),
            undefined,
          ),
        ),
      ]
      return { kind: 'ready' }
    case 'http-sides': {
      const workloads = job.ports.map((ports) => openHttpWorkload(expectKind(scenario, 'http'), ports))
      sides = (await Promise.all(workloads)).map((workload) => new LocalSide(workload))
      return { kind: 'ready' }
    }
    case 'http-client':
      return measure(await openHttpWorkload(expectKind(scenario, 'http'), job.ports), job)
    default:
      return job satisfies never
  }
}

async function takeTurn({ id, side, request }: TurnRequest): Promise<Answer> {
  const taker = sides[side]
  if (taker === undefined) throw new Error(`there is no side ${side}`)
  return { kind: 'turned', id, value: await serveSide(taker, request) }
}

async function measure(
  workload: Workload,
  { plan, observe }: { readonly plan: MeasurePlan; readonly observe: ObserverKind | undefined },
): Promise<Answer> {
  if (observe === 'counts') {
    const counted = await countOps(workload)
    await workload.close()
    return { kind: 'counted', counted }
  }
  const measurement = await measureWorkload(workload, plan, observe !== undefined)
  const windows = workload.windows().slice(-measurement.slices)
  await workload.close()
  return { kind: 'measured', measurement, windows }
}

function expectKind<Kind extends Scenario['kind']>(
  scenario: Scenario,
  kind: Kind,
): Extract<Scenario, { kind: Kind }> {
  if (scenario.kind !== kind) throw new Error(`'${scenario.id}' is no ${kind} scenario`)
  return scenario as Extract<Scenario, { kind: Kind }>
}

function answer(message: Answer): void {
  send?.(message)
}

function fail(error: unknown): void {
  const { code, hint } = error instanceof FlamegateError ? error : { code: undefined, hint: undefined }
  const place = code === undefined ? placeOf(error) : undefined
  answer({
    kind: 'failed',
    reason: `${messageOf(error)}${place === undefined ? '' : ` (${place})`}`,
    code,
    hint,
  })
}

/** Where in somebody's own code an error was made: `src/engine.ts:31`, from the working directory. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const own = new URL('..', import.meta.url).href
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^)\n]+?):(\d+):\d+/g)) {
    if (url!.startsWith(own) || url!.includes('/node_modules/')) continue
    return `${relative(process.cwd(), fileURLToPath(url!))}:${line}`
  }
  return undefined
}
