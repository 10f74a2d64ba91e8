// The processes of one scenario: the measured one and, for HTTP, the load client.
import type { ObserverKind } from '../../profile/capture/observer.ts'
import type { HttpPorts } from '../measure/http/server.ts'
import type { MeasurePlan } from '../measure/measure.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { Child } from './child.ts'
import type { Answer, Job } from './protocol.ts'

/** How the processes of one scenario are started and waited for. */
export interface ProcessOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly observe?: ObserverKind
  /** Flags of Node's for the measured process, not for its load client. */
  readonly execArgv?: readonly string[]
}

/** The process that runs a scenario's code and, for HTTP, the client that loads it. */
export interface ScenarioProcesses {
  /** The process whose code it is about. */
  readonly measured: Child
  /** The result of the work. Rejects as `Child.answer` does, also when the server ends. */
  readonly answer: Promise<Answer>
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

/** Starts the client that loads an HTTP scenario's server. */
export function startClient(
  discovered: DiscoveredScenario,
  plan: MeasurePlan,
  ports: HttpPorts,
  observe?: ObserverKind,
): Child {
  return Child.start({ ...jobOf(discovered, observe), kind: 'http-client', plan, ports })
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
  const { timeoutMs, signal, observe, execArgv } = options
  if (discovered.scenario.kind === 'micro') {
    const measured = Child.start({ ...jobOf(discovered, observe), kind: 'micro', plan }, execArgv)
    return { measured, answer: measured.answer(timeoutMs, signal), end: () => measured.end() }
  }
  const { server, ports } = startServer(discovered, options, (job) => Child.start(job, execArgv))
  try {
    const client = startClient(discovered, plan, await ports, observe)
    return {
      measured: server,
      answer: Promise.race([client.answer(timeoutMs, signal), server.failure()]),
      end: async () => void (await Promise.all([client.end(), server.end()])),
    }
  } catch (error) {
    await server.end()
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
