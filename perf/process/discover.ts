// Discovering the scenarios of a project, each perf file read in a process of its own.
import { FlamegateError } from '../errors.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { readProject } from '../suite/project.ts'
import { Child, ChildFailure } from './child.ts'

const TIMEOUT_MS = 30_000

/**
 * All scenarios of the project, by id, against the suite's own target or the one named.
 * @throws FlamegateError 'no-suite', 'bad-suite' or 'bad-target'; the signal's reason
 */
export function discoverScenarios(
  root: string,
  targetDirectory: string | undefined,
  signal?: AbortSignal,
): Promise<DiscoveredScenario[]> {
  return readProject(root, (suiteFile) => discoverSuite(suiteFile, root, targetDirectory, signal))
}

/**
 * The scenarios of one perf file, in its order. It is read in a process of its own: what it imports may print, or end its
 * process.
 * @throws FlamegateError 'bad-suite' or 'bad-target'; the signal's reason
 */
export async function discoverSuite(
  suiteFile: string,
  root: string,
  targetDirectory: string | undefined,
  signal = new AbortController().signal,
): Promise<DiscoveredScenario[]> {
  const child = Child.start({ kind: 'discover', suiteFile, root, targetDirectory })
  try {
    const answer = await child.answer(TIMEOUT_MS, signal)
    if (answer.kind !== 'discovered') throw new Error(`the process answered '${answer.kind}' to 'discover'`)
    return [...answer.discovered]
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    const { code, hint } = error
    const message = code === undefined ? `cannot load ${suiteFile}: ${error.message}` : error.message
    throw new FlamegateError(code ?? 'bad-suite', message, hint === undefined ? {} : { hint })
  } finally {
    await child.end()
  }
}
