// The perf files of a project, and all scenarios in them.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FlamegateError } from '../errors.ts'
import type { DiscoveredScenario } from './load.ts'

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
  if (twice !== undefined) throw new FlamegateError('bad-suite', `scenario '${twice}' is in two suites`)
  return discovered.sort((a, b) => (a.scenario.id < b.scenario.id ? -1 : 1))
}

/** `packages/<name>/perf/*.perf.ts`, by path. */
async function findPerfFiles(root: string): Promise<string[]> {
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
