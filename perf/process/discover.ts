// Discovering the scenarios of a project, each perf file read in a process of its own.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FlamegateError } from '../errors.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { Child, ChildFailure } from './child.ts'

const TIMEOUT_MS = 30_000

/**
 * The perf files of a project: `packages/<name>/perf/*.perf.ts`, by path.
 * @throws FlamegateError 'no-suite'
 */
export async function findPerfFiles(root: string): Promise<string[]> {
  const packages = await readdir(join(root, 'packages'), { withFileTypes: true }).catch(() => [])
  const folders = packages
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, 'packages', entry.name, 'perf'))
  const files: string[] = []
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    files.push(...names.filter((name) => name.endsWith('.perf.ts')).map((name) => join(folder, name)))
  }
  if (files.length === 0) {
    throw new FlamegateError('no-suite', `no perf files in ${join(root, 'packages', '*', 'perf')}`, {
      hint: 'a perf file is named *.perf.ts and exports defineSuite({ … }) as its default',
    })
  }
  return files.sort()
}

/**
 * All scenarios of the project, by id, against the suite's own target or the one named.
 * @throws FlamegateError 'no-suite', 'bad-suite' or 'bad-target'; the signal's reason
 */
export async function discoverScenarios(
  root: string,
  targetDirectory: string | undefined,
  signal?: AbortSignal,
): Promise<DiscoveredScenario[]> {
  const discovered: DiscoveredScenario[] = []
  for (const suiteFile of await findPerfFiles(root)) {
    discovered.push(...(await discoverSuite(suiteFile, root, targetDirectory, signal)))
  }
  const ids = discovered.map(({ scenario }) => scenario.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new FlamegateError('bad-suite', `scenario '${twice}' is in two suites`)
  return discovered.sort((a, b) => (a.scenario.id < b.scenario.id ? -1 : 1))
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
