// One op of each of some scenarios, and the scripts that it took. Runs in a process of its own, where nothing is timed.
import { Session } from 'node:inspector'
import { type DiscoveredScenario, loadSuite } from '../suite/load.ts'
import { stepThrough } from './in-process.ts'

/**
 * URLs of all scripts that were loaded when every scenario has done an op. One that fails says so when it is measured; where all of
 * them do there is nothing to look at.
 */
export async function probeScripts(scenarios: readonly DiscoveredScenario[]): Promise<string[]> {
  const urls = new Set<string>()
  let done = 0
  const session = new Session()
  session.connect()
  session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url))
  for (const scenario of scenarios) {
    try {
      // As a whole: what is wanted is more than one.
      await loadSuite(scenario.suiteFile)
      for await (const _ of stepThrough(scenario, 1));
      done += 1
    } catch {}
  }
  // Lists what was loaded so far; until now nothing was slowed down by it.
  await new Promise<void>((resolve) => session.post('Debugger.enable', () => resolve()))
  session.disconnect()
  return done === 0 ? [] : [...urls]
}
