// The perf files of a project, and all scenarios in them.
import { FlamegateError } from '../errors.ts'
import type { DiscoveredScenario } from './load.ts'
import { findPerfFiles } from './perf-files.ts'

/**
 * All scenarios of a project, by id.
 * @param read reads one perf file
 * @throws FlamegateError 'no-suite', or 'bad-suite' for an id that is there twice; whatever `read` throws
 */
export async function readProject(
  root: string,
  read: (suiteFile: string) => Promise<readonly DiscoveredScenario[]>,
): Promise<DiscoveredScenario[]> {
  const discovered: DiscoveredScenario[] = []
  for (const suiteFile of await findPerfFiles(root)) discovered.push(...(await read(suiteFile)))
  const ids = discovered.map(({ scenario }) => scenario.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) {
    throw new FlamegateError('bad-suite', `scenario '${twice}' is in two suites`, {
      hint: "name one of them otherwise, or put it into group('…', () => { … })",
    })
  }
  return discovered.sort((a, b) => (a.scenario.id < b.scenario.id ? -1 : 1))
}
