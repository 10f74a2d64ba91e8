// The perf files of a project, and all scenarios in them.
import { relative, sep } from 'node:path'
import { FlamegateError } from '../errors.ts'
import { type DiscoveredScenario, isBenchFile, notCollected } from './load.ts'
import { findPerfFiles } from './perf-files.ts'

/**
 * All scenarios of a project, by id.
 * @param read reads one perf file
 * @throws FlamegateError 'no-suite', 'bad-suite' for an id that is there twice, 'bad-config' for Plug'n'Play; whatever `read`
 * throws
 */
export async function readProject(
  root: string,
  read: (suiteFile: string) => Promise<readonly DiscoveredScenario[]>,
): Promise<DiscoveredScenario[]> {
  refuseArchives(process.versions)
  const files: FileOfScenarios[] = []
  for (const suiteFile of await findPerfFiles(root)) {
    const path = relative(root, suiteFile).split(sep).join('/')
    const isBench = isBenchFile(suiteFile)
    const scenarios = await (isBench ? readBenches(suiteFile, path, read) : read(suiteFile))
    files.push({ path, isBench, scenarios })
  }
  const discovered = tellApart(files)
  const ids = discovered.map(({ scenario }) => scenario.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) {
    throw new FlamegateError('bad-suite', `scenario '${twice}' is in two suites`, {
      hint: "name one of them otherwise, or put it into group('…', () => { … })",
    })
  }
  if (discovered.length === 0) {
    throw new FlamegateError('no-suite', `the perf files in ${root} define no scenario`, {
      hint: 'they call bench() or http() while they load',
    })
  }
  return discovered.sort((a, b) => (a.scenario.id < b.scenario.id ? -1 : 1))
}

/**
 * Packages in archives are read by what Yarn puts before every process, which would be measured along.
 * @throws FlamegateError 'bad-config'
 */
export function refuseArchives(versions: Readonly<Record<string, string | undefined>>): void {
  if (versions.pnp === undefined) return
  throw new FlamegateError('bad-config', "this project's packages are in archives, by Yarn's Plug'n'Play", {
    hint: 'write nodeLinker: node-modules (or pnpm) into .yarnrc.yml, and run yarn',
  })
}

interface FileOfScenarios {
  readonly path: string
  /** Whether it is another tool's. */
  readonly isBench: boolean
  readonly scenarios: readonly DiscoveredScenario[]
}

/** Other tools take the same name in two files: there the file stands before it. */
function tellApart(files: readonly FileOfScenarios[]): DiscoveredScenario[] {
  const counts = new Map<string, number>()
  for (const { scenario } of files.flatMap(({ scenarios }) => scenarios))
    counts.set(scenario.id, (counts.get(scenario.id) ?? 0) + 1)
  return files.flatMap(({ path, isBench, scenarios }) =>
    scenarios.map((one) =>
      isBench && counts.get(one.scenario.id)! > 1 ? renamed(one, `${path} › ${one.scenario.id}`) : one,
    ),
  )
}

function renamed(discovered: DiscoveredScenario, id: string): DiscoveredScenario {
  return { ...discovered, scenario: { ...discovered.scenario, id }, idInFile: discovered.scenario.id }
}

/** Scenarios of one file in another version, by the ids that the project has for them; those that it has not are left out. */
export function namedAs(
  wanted: readonly DiscoveredScenario[],
  found: readonly DiscoveredScenario[],
): DiscoveredScenario[] {
  return wanted.flatMap(({ scenario, idInFile }) => {
    const same = found.find((one) => one.scenario.id === (idInFile ?? scenario.id))
    return same === undefined ? [] : idInFile === undefined ? [same] : [renamed(same, scenario.id)]
  })
}

/** Of another tool's file: where it cannot be read it is skipped, and the others are not. */
async function readBenches(
  suiteFile: string,
  path: string,
  read: (suiteFile: string) => Promise<readonly DiscoveredScenario[]>,
): Promise<readonly DiscoveredScenario[]> {
  try {
    return await read(suiteFile)
  } catch (error) {
    if (!(error instanceof FlamegateError)) throw error
    const reason = error.message.replace(`cannot load ${suiteFile}: `, '').replace(suiteFile, 'it')
    return [notCollected(path, suiteFile, reason)]
  }
}
