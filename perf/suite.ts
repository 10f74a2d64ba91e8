import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { closest, distance } from 'fastest-levenshtein'
import picomatch from 'picomatch'
import { FlamegateError, messageOf } from './errors.ts'
import type { Scenario, Suite } from './scenario.ts'

/** A scenario with all that a process of its own needs to find it again. */
export interface PlannedScenario {
  readonly scenario: Scenario
  readonly suiteFile: string
  /** The file that stands for the measured package. */
  readonly targetEntry: string
  /** Why it cannot run here, where it cannot. */
  readonly skipReason: string | undefined
}

/**
 * The perf files of a project: `packages/<name>/perf/*.perf.ts`, by path.
 * @throws FlamegateError 'no-suite'
 */
export async function findSuiteFiles(root: string): Promise<string[]> {
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

/** @throws FlamegateError 'bad-suite' when the file cannot be loaded or exports no suite */
export async function loadSuite(file: string): Promise<Suite> {
  let loaded: { default?: Partial<Suite> }
  try {
    loaded = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new FlamegateError('bad-suite', `cannot load ${file}: ${messageOf(cause)}`, { cause })
  }
  if (!Array.isArray(loaded.default?.scenarios)) {
    throw new FlamegateError('bad-suite', `${file} has no suite as its default export`, {
      hint: 'export default defineSuite({ name, target, scenarios })',
    })
  }
  return loaded.default as Suite
}

/**
 * All scenarios of the project, by id, against the suite's own target or the one named.
 * @throws FlamegateError 'no-suite', 'bad-suite' or 'bad-target'
 */
export async function planScenarios(
  root: string,
  targetDirectory: string | undefined,
): Promise<PlannedScenario[]> {
  const planned: PlannedScenario[] = []
  for (const suiteFile of await findSuiteFiles(root)) {
    const suite = await loadSuite(suiteFile)
    const targetEntry = resolveTarget(suite, targetDirectory)
    for (const scenario of suite.scenarios) {
      planned.push({ scenario, suiteFile, targetEntry, skipReason: missingPackage(scenario, targetEntry) })
    }
  }
  const ids = planned.map(({ scenario }) => scenario.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new FlamegateError('bad-suite', `scenario '${twice}' is in two suites`)
  return planned.sort((a, b) => (a.scenario.id < b.scenario.id ? -1 : 1))
}

/**
 * The scenarios that one of the filters matches (all for no filter): a substring of the id, or a glob on all of it.
 * @throws FlamegateError 'no-scenario' for a filter that matches none, with the nearest id
 */
export function selectScenarios(
  planned: readonly PlannedScenario[],
  filters: readonly string[],
): PlannedScenario[] {
  const ids = planned.map(({ scenario }) => scenario.id)
  for (const filter of filters) {
    if (!ids.some((id) => matchesFilter(id, filter))) throw noMatch(filter, ids)
  }
  if (filters.length === 0) return [...planned]
  return planned.filter(({ scenario }) => filters.some((filter) => matchesFilter(scenario.id, filter)))
}

export function matchesFilter(id: string, filter: string): boolean {
  return id.includes(filter) || picomatch.isMatch(id, filter, { bash: true })
}

function noMatch(filter: string, ids: readonly string[]): FlamegateError {
  const names = [...new Set(ids.flatMap((id) => [id, ...id.split(/[/.]/), id.split('.')[0]!]))]
  const nearest = closest(filter, names)
  const isNear = distance(filter, nearest) <= Math.max(2, filter.length / 2)
  return new FlamegateError('no-scenario', `no scenario matches '${filter}'`, {
    hint: `${isNear ? `did you mean '${nearest}'? ` : ''}--list shows all ${ids.length} scenarios`,
  })
}

function resolveTarget(suite: Suite, directory: string | undefined): string {
  const folder = resolve(directory ?? suite.target.directory)
  if (!existsSync(folder)) throw new FlamegateError('bad-target', `target folder ${folder} does not exist`)
  try {
    return suite.target.resolveEntry(folder)
  } catch (cause) {
    throw new FlamegateError(
      'bad-target',
      `${folder} is no target for suite '${suite.name}': ${messageOf(cause)}`,
      {
        cause,
      },
    )
  }
}

function missingPackage(scenario: Scenario, targetEntry: string): string | undefined {
  const { resolve } = createRequire(targetEntry)
  for (const name of scenario.requires ?? []) {
    try {
      resolve(name)
    } catch {
      return `${name} is not installed for ${targetEntry} (npm install ${name})`
    }
  }
  return undefined
}
