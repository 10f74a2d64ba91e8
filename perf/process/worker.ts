// The job of a child process: to list a suite, to run a scenario or a side of a pair, or to load a server. What a job does not
// need is not loaded.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Observer, ObserverKind } from '../../profile/capture/observer.ts'
import { FlamegateError, messageOf } from '../errors.ts'
import { clock } from '../measure/clock.ts'
import type { Workload } from '../measure/workload.ts'
import { loadScenario, readSuite } from '../suite/load.ts'
import type { Scenario, Suite } from '../suite/scenario.ts'
import type { Answer, BeginRequest, EndRequest, Job, MeasureJob, TurnRequest } from './protocol.ts'

/** Measured code that speaks to its parent when it has one must not find ours. */
const send = process.send?.bind(process)
delete process.send
/** Before measured code could replace them. */
const exit = process.exit.bind(process)
const kill = process.kill.bind(process)
/** On POSIX this process leads a group of its own; whatever the measured code started belongs to it. */
const isGroupLeader = process.platform !== 'win32'

// The parent alone decides when this process ends. One that is gone can decide nothing any more.
process.on('SIGINT', () => {})
process.on('disconnect', () => {
  if (isGroupLeader) kill(-process.pid, 'SIGKILL')
  exit(1)
})
process.on('message', (message) => {
  const request = message as Job | TurnRequest | BeginRequest | EndRequest
  if (request.kind === 'end') end()
  else if (request.kind === 'begin') begin()
  else if (request.kind === 'turn') takeTurn(request).then(answer, fail)
  else runJob(request).then(answer, fail)
})
process.on('uncaughtException', fail)

let observer: Observer | undefined
let begin = () => {}
let takeTurn = async ({ side }: TurnRequest): Promise<Answer> => {
  throw new Error(`there is no side ${side}`)
}

/** Ends this process by itself: only then does `--cpu-prof` write its file. */
function end(): void {
  send?.({ kind: 'ended', observations: observer?.observations() ?? null } satisfies Answer, () => exit(0))
}

type ScenarioJob = Exclude<Job, { kind: 'discover' | 'probe' }>

async function runJob(job: Job): Promise<Answer> {
  if (job.kind === 'discover') {
    const { suiteFile, root, targetDirectory } = job
    return { kind: 'discovered', discovered: await readSuite(suiteFile, root, targetDirectory) }
  }
  if (job.kind === 'probe') {
    const { probeScripts } = await import('./probe.ts')
    return { kind: 'probed', urls: await probeScripts(job.scenarios) }
  }
  const run = await loadJob(job)
  if (job.observe !== undefined && job.kind !== 'http-client') {
    observer = await (await import('../../profile/capture/observer.ts')).Observer.start(job.observe)
  }
  const { suite, scenario } = await loadScenario(job.suiteFile, job.scenarioId)
  return run(suite, scenario)
}

type RunScenario = (suite: Suite, scenario: Scenario) => Promise<Answer>

/** Loads what a job needs before anything of the user's is: an observer then sees the user's code alone. */
async function loadJob(job: ScenarioJob): Promise<RunScenario> {
  switch (job.kind) {
    case 'micro': {
      const { openMicroWorkload } = await import('../measure/micro-workload.ts')
      const measure = await loadMeasure(job)
      return async ({ target }, scenario) => {
        const code = await target.load(job.targetEntry)
        const workload = await openMicroWorkload(expectKind(scenario, 'micro'), code, observer)
        return measure(workload, () => beginning(job))
      }
    }
    case 'http-server': {
      const { startHttpServers } = await import('../measure/http/server.ts')
      return async ({ target }, scenario) => {
        const code = await target.load(job.targetEntry)
        const ports = await startHttpServers(expectKind(scenario, 'http'), code, observer)
        return { kind: 'listening', ports }
      }
    }
    case 'micro-side': {
      const { openMicroWorkload } = await import('../measure/micro-workload.ts')
      const serve = await loadSides()
      return async ({ target }, scenario) => {
        const code = await target.load(job.targetEntry)
        return serve([await openMicroWorkload(expectKind(scenario, 'micro'), code, undefined)])
      }
    }
    case 'http-sides': {
      const { openHttpWorkload } = await import('../measure/http/load-client.ts')
      const serve = await loadSides()
      return async (_, scenario) => {
        const workloads = job.ports.map((ports) => openHttpWorkload(expectKind(scenario, 'http'), ports))
        return serve(await Promise.all(workloads))
      }
    }
    case 'http-client': {
      const { openHttpWorkload } = await import('../measure/http/load-client.ts')
      const measure = await loadMeasure(job)
      return async (_, scenario) => {
        // Nothing is connected before: a server closes connections on which nobody asks for anything. Nor is anything warm: a
        // server and its client have all cores to do.
        await beginning(job)
        return measure(await openHttpWorkload(expectKind(scenario, 'http'), job.ports))
      }
    }
    default:
      return job satisfies never
  }
}

/** What makes workloads the sides of a pair, which then take turns as they are asked to. */
async function loadSides(): Promise<(workloads: readonly Workload[]) => Answer> {
  const { LocalSide, serveSide } = await import('../measure/side.ts')
  return (workloads) => {
    const sides = workloads.map((workload) => new LocalSide(tellOfSlowOps(workload)))
    takeTurn = async ({ id, side, request }) => {
      const taker = sides[side]
      if (taker === undefined) throw new Error(`there is no side ${side}`)
      return { kind: 'turned', id, value: await serveSide(taker, request) }
    }
    return { kind: 'ready' }
  }
}

/** What measures a workload, or counts what it does. */
async function loadMeasure({
  plan,
  observe,
}: MeasureJob & { readonly observe: ObserverKind | undefined }): Promise<
  (workload: Workload, pause?: () => Promise<void>) => Promise<Answer>
> {
  if (observe === 'counts') {
    const { countOps } = await import('../measure/count.ts')
    return async (workload) => {
      const counted = await countOps(tellOfSlowOps(workload))
      await workload.close()
      return { kind: 'counted', counted }
    }
  }
  const { measureWorkload, observeWorkload } = await import('../measure/measure.ts')
  if (observe !== undefined) {
    return async (workload) => {
      const { cost, slices } = await observeWorkload(tellOfSlowOps(workload), plan)
      const windows = workload.windows().slice(-slices)
      await workload.close()
      return { kind: 'observed', cost, windows }
    }
  }
  return async (workload, pause) => {
    const measurement = await measureWorkload(tellOfSlowOps(workload), plan, pause)
    await workload.close()
    return { kind: 'measured', measurement }
  }
}

/** Where a job waits, says that all is ready, and resolves when it is to begin. */
async function beginning({ waits }: MeasureJob): Promise<void> {
  if (!waits) return
  await new Promise<void>((resolve) => {
    begin = resolve
    answer({ kind: 'ready' })
  })
}

/** What takes longer is told of, so that slow ops are not taken for one that hangs. */
const SLOW_MS = 500

/** The same workload, which gives a sign of life after whatever takes long. */
function tellOfSlowOps(workload: Workload): Workload {
  const telling =
    <T>(work: (count: number) => Promise<T>) =>
    async (count: number): Promise<T> => {
      const start = clock.now()
      const result = await work.call(workload, count)
      if (clock.now() - start > SLOW_MS) answer({ kind: 'working' })
      return result
    }
  return Object.assign(workload, {
    runSlice: telling(workload.runSlice),
    runMemorySlice: telling(workload.runMemorySlice),
    runOps: telling(workload.runOps),
  })
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
    reason: `${messageOf(error).slice(0, LONGEST_REASON)}${place === undefined ? '' : ` (${place})`}`,
    code,
    hint,
  })
}

/** An error of megabytes says no more. */
const LONGEST_REASON = 10_000

/** Where in somebody's own code an error was made: `src/engine.ts:31`, from the working directory. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? String(error.stack ?? '') : ''
  const own = new URL('..', import.meta.url).href
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^)\n]+?):(\d+):\d+/g)) {
    if (url!.startsWith(own) || url!.includes('/node_modules/')) continue
    return `${relative(process.cwd(), fileURLToPath(url!))}:${line}`
  }
  return undefined
}
