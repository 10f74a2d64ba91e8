// The processes of one scenario: the measured one and, for HTTP, the load client.
import type { ObserverKind } from '../../profile/capture/observer.ts'
import type { HttpPorts } from '../measure/http/server.ts'
import type { MeasurePlan } from '../measure/measure.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { Child } from './child.ts'
import type { Answer, Job, MeasureJob } from './protocol.ts'

/** How the processes of one scenario are started and waited for. */
export interface ProcessOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly observe?: ObserverKind
  /** Flags of Node's for the measured process, not for its load client. */
  readonly execArgv?: readonly string[]
  /** Whether they wait to begin once all is loaded. */
  readonly waits?: boolean
}

/** The process that runs a scenario's code and, for HTTP, the client that loads it. */
export interface ScenarioProcesses {
  /** The process whose code it is about. */
  readonly measured: Child
  /** The result of the work, or that it is ready where it waits. Rejects as `Child.answer` does, also when the server ends. */
  readonly answer: Promise<Answer>
  /** Lets what waits begin: the result of the work. Rejects as `answer` does. */
  begin(): Promise<Answer>
  /** Ends all of them; resolves when they are gone. */
  end(): Promise<void>
}

/** What every process of a scenario is told, whatever its part in it. */
export function jobOf(
  { suiteFile, scenario, idInFile, targetEntry, workingFolder }: DiscoveredScenario,
  observe?: ObserverKind,
): Omit<Extract<Job, { kind: 'http-server' }>, 'kind'> {
  return { suiteFile, scenarioId: idInFile ?? scenario.id, targetEntry, workingFolder, observe }
}

/** A server that was started, and the ports that it will listen on. */
export interface StartingServer {
  readonly server: Child
  /** Rejects as `Child.answer` does. */
  readonly ports: Promise<HttpPorts>
}

/** Starts an HTTP scenario's server, which is the measured process. */
export function startServer(
  discovered: DiscoveredScenario,
  { timeoutMs, signal, observe }: Omit<ProcessOptions, 'execArgv'>,
  start: (job: Job) => Child,
): StartingServer {
  const server = start({ ...jobOf(discovered, observe), kind: 'http-server' })
  const ports = server.answer(timeoutMs, signal).then((answer) => {
    if (answer.kind !== 'listening') throw new Error(`a server answered '${answer.kind}'`)
    return answer.ports
  })
  // Whoever starts several asks for one after the other.
  ports.catch(() => {})
  return { server, ports }
}

/** Starts the client that loads an HTTP scenario's server, once that says where. Its answer rejects as `ports` does. */
export function startClient(
  discovered: DiscoveredScenario,
  job: MeasureJob,
  ports: Promise<HttpPorts>,
  observe?: ObserverKind,
): Child {
  const common = jobOf(discovered, observe)
  return Child.startEarly(
    { name: common.scenarioId, workingFolder: common.workingFolder },
    ports.then((ports) => ({ ...common, ...job, kind: 'http-client', ports })),
  )
}

/**
 * Starts a scenario's processes. Whatever happens, none is left when this rejects.
 * @throws as `Child.answer` does, when the server does not start
 */
async function startScenario(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ProcessOptions,
): Promise<ScenarioProcesses> {
  const { timeoutMs, signal, observe, execArgv, waits = false } = options
  const job = { plan, waits }
  if (discovered.scenario.kind === 'micro') {
    const measured = Child.start({ ...jobOf(discovered, observe), ...job, kind: 'micro' }, execArgv)
    return {
      measured,
      answer: measured.answer(timeoutMs, signal),
      begin: () => measured.begin(timeoutMs, signal),
      end: () => measured.end(),
    }
  }
  const { server, ports } = startServer(discovered, options, (job) => Child.start(job, execArgv))
  const client = startClient(discovered, job, ports, observe)
  const end = async () => void (await Promise.all([client.end(), server.end()]))
  try {
    await ports
    const whileServed = (answer: Promise<Answer>) => Promise.race([answer, server.failure()])
    return {
      measured: server,
      answer: whileServed(client.answer(timeoutMs, signal)),
      begin: () => whileServed(client.begin(timeoutMs, signal)),
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/**
 * Runs a scenario's processes for as long as `use` takes; none is left then, whatever happens.
 * @throws as {@link startScenario} and `use` do
 */
export async function withScenario<T>(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  options: ProcessOptions,
  use: (processes: ScenarioProcesses) => Promise<T>,
): Promise<T> {
  const processes = await startScenario(discovered, plan, options)
  try {
    return await use(processes)
  } finally {
    await processes.end()
  }
}
