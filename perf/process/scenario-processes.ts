// The processes of one scenario: the measured one and, for HTTP, the load client.
import type { ObserverKind } from '../../profile/capture/observer.ts'
import type { HttpPorts } from '../measure/http/server.ts'
import type { MeasurePlan } from '../measure/measure.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { Child } from './child.ts'
import type { Answer } from './protocol.ts'

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

/**
 * Starts a scenario's processes. Whatever happens, none is left when this rejects.
 * @throws as `Child.answer` does, when the server does not start
 */
async function startScenario(
  { suiteFile, scenario, targetEntry }: DiscoveredScenario,
  plan: MeasurePlan,
  { timeoutMs, signal, observe, execArgv }: ProcessOptions,
): Promise<ScenarioProcesses> {
  const job = { suiteFile, scenarioId: scenario.id, targetEntry, observe }
  if (scenario.kind === 'micro') {
    const measured = Child.start({ ...job, kind: 'micro', plan }, execArgv)
    return { measured, answer: measured.answer(timeoutMs, signal), end: () => measured.end() }
  }
  const server = Child.start({ ...job, kind: 'http-server' }, execArgv)
  try {
    const ports = portsOf(await server.answer(timeoutMs, signal))
    const client = Child.start({ ...job, kind: 'http-client', plan, ports })
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

/** Where a server listens, from its answer. */
export function portsOf(answer: Answer): HttpPorts {
  if (answer.kind !== 'listening') throw new Error(`a server answered '${answer.kind}'`)
  return answer.ports
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
