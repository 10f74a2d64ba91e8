// Reading a perf file, in the process that may run it.
import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlamegateError, messageOf } from '../errors.ts'
import { collectScenarios } from './bench.ts'
// A perf file of CommonJS requires 'flamegate', and can only have what was imported before it: all of perf/index.ts is.
import { readConfig } from './config.ts'
import { isInstalled } from './installed.ts'
import {
  checkSuite,
  defineSuite,
  type Scenario,
  type ScenarioDescription,
  type Suite,
  type TargetLoader,
  toDescription,
} from './scenario.ts'
import type { Uncollected } from './stand-ins/recording.ts'

/** A scenario with all that a process of its own needs to find it again. Plain data. */
export interface DiscoveredScenario {
  readonly scenario: ScenarioDescription
  readonly suiteFile: string
  /** What its file calls it, where the project has another id for it. */
  readonly idInFile?: string
  /** The file that stands for the measured package. */
  readonly targetEntry: string
  /** Why it cannot run here, where it cannot. */
  readonly skipReason: string | undefined
  /** Of another version that imports what it measures: its own folder. Default: the command's. */
  readonly workingFolder?: string
}

/** What a file defines, and what of it could not be had. */
interface LoadedSuite extends Suite {
  readonly uncollected?: readonly Uncollected[]
}

const PERF_FILE = /\.perf\.[mc]?[jt]s$/

/**
 * Whether a file is read as one for vitest, tinybench, mitata or node:bench: whatever is not named as ours. It may be anybody's; where
 * it cannot be read the others are all the same.
 */
export function isBenchFile(path: string): boolean {
  return !PERF_FILE.test(basename(path))
}

const loaded = new Map<string, Promise<LoadedSuite>>()

/**
 * A file is run once a process.
 * @param wanted the scenario that will be run, where it is one alone: a bench file of another tool stays where that would run it
 * @throws FlamegateError 'bad-suite' when the file cannot be loaded or defines no scenario
 */
export function loadSuite(file: string, wanted?: string): Promise<LoadedSuite> {
  const known = loaded.get(file) ?? (isBenchFile(file) ? loadBenches(file, wanted) : loadFresh(file))
  loaded.set(file, known)
  return known
}

async function loadFresh(file: string): Promise<LoadedSuite> {
  const { loaded, scenarios } = await collectScenarios(() => importFile(file))
  return suiteFrom(file, loaded, scenarios)
}

/** Of a bench file of another tool, which may be written with ours as well. */
async function loadBenches(file: string, wanted: string | undefined): Promise<LoadedSuite> {
  const { giveNamesToStandIns } = await import('./stand-ins/register.mjs')
  const { recordBenches } = await import('./stand-ins/recording.ts')
  await giveNamesToStandIns()
  const { loaded: recorded, scenarios } = await collectScenarios((own) =>
    recordBenches(
      () => importFile(file),
      wanted,
      (loaded) => own.length > 0 || suiteOf(loaded) !== undefined,
    ),
  )
  const { loaded = {}, uncollected } = recorded
  return suiteFrom(file, loaded, [...scenarios, ...recorded.scenarios], uncollected)
}

/** @throws FlamegateError 'bad-suite' where there is nothing, or two things */
function suiteFrom(
  file: string,
  loaded: { default?: unknown },
  scenarios: readonly Scenario[],
  uncollected: readonly Uncollected[] = [],
): LoadedSuite {
  const suite = suiteOf(loaded)
  if (suite !== undefined && scenarios.length > 0) {
    throw new FlamegateError('bad-suite', `${file} has both a suite and scenarios by bench() or http()`, {
      hint: 'put them into two files',
    })
  }
  if (suite !== undefined) return defineSuite(suite)
  if (scenarios.length + uncollected.length > 0)
    return { ...checkSuite({ name: basename(file), target: importedTarget(file), scenarios }), uncollected }
  throw new FlamegateError('bad-suite', `${file} defines no scenario`, {
    hint: isBenchFile(file)
      ? 'benches of vitest, tinybench, mitata and node:bench are collected, and those by bench() of flamegate'
      : "bench('price a cart', () => priceCart(cart)), imported from 'flamegate'; or export default defineSuite({ … })",
  })
}

async function importFile(file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown }
  } catch (cause) {
    if (cause instanceof FlamegateError) throw cause
    throw new FlamegateError('bad-suite', `cannot load ${file}: ${messageOf(cause)}`, { cause })
  }
}

function suiteOf(loaded: { default?: unknown }): Suite | undefined {
  const suite = loaded.default as Partial<Suite> | undefined
  return Array.isArray(suite?.scenarios) && suite.target !== undefined ? (suite as Suite) : undefined
}

/** The file imports what it measures: it stands for that itself. */
function importedTarget(file: string): TargetLoader<undefined> {
  return { directory: dirname(file), resolveEntry: () => file, load: () => undefined }
}

/** Whether a perf file imports what it measures, so that another version is measured by the file laid over it. */
export function importsItsTarget({ suiteFile, targetEntry }: DiscoveredScenario): boolean {
  return suiteFile === targetEntry
}

/**
 * What a perf file of the project in `root` holds, against its own target or the one named: a folder that holds the
 * package, or a checkout of the project that has it in the same place. It runs that file, and is called where that harms
 * nobody: in a process of its own.
 * @throws FlamegateError 'bad-suite' or 'bad-target'
 */
export async function readSuite(
  suiteFile: string,
  root: string,
  targetDirectory: string | undefined,
): Promise<DiscoveredScenario[]> {
  const suite = await loadSuite(suiteFile)
  const { limits } = await readConfig(root)
  const targetEntry = resolveTarget(suite, root, targetDirectory)
  const collected = suite.scenarios.map((scenario) => ({
    scenario: toDescription(scenario, limits),
    suiteFile,
    targetEntry,
    skipReason: missingPackage(scenario, targetEntry),
  }))
  const { uncollected = [] } = suite
  return [...collected, ...uncollected.map(({ id, reason }) => notCollected(id, suiteFile, reason))]
}

/** What stands for benches that could not be had: it is skipped, with the reason. */
export function notCollected(id: string, suiteFile: string, skipReason: string): DiscoveredScenario {
  const scenario = { ...toDescription({ id, kind: 'micro' }), isKey: false }
  return { scenario, suiteFile, targetEntry: suiteFile, skipReason }
}

/**
 * One scenario of a perf file, with the suite it is in. It runs that file.
 * @throws FlamegateError 'bad-suite'; Error where the file has no such scenario
 */
export async function loadScenario(
  suiteFile: string,
  scenarioId: string,
): Promise<{ readonly suite: Suite; readonly scenario: Scenario }> {
  const suite = await loadSuite(suiteFile, scenarioId)
  const scenario = suite.scenarios.find(({ id }) => id === scenarioId)
  if (scenario === undefined) throw new Error(`${suiteFile} has no scenario '${scenarioId}'`)
  return { suite, scenario }
}

function resolveTarget(suite: Suite, root: string, directory: string | undefined): string {
  const folder = resolve(
    directory === undefined ? suite.target.directory : inCheckout(suite, root, directory),
  )
  if (!existsSync(folder)) throw new FlamegateError('bad-target', `target folder ${folder} does not exist`)
  let entry: string
  try {
    entry = suite.target.resolveEntry(folder)
  } catch (cause) {
    const message = `${folder} is no target for suite '${suite.name}': ${messageOf(cause)}`
    throw new FlamegateError('bad-target', message, { cause })
  }
  if (existsSync(entry)) return entry
  throw new FlamegateError('bad-target', `${folder} is no target for suite '${suite.name}': no ${entry}`)
}

/** The place in a checkout that the suite's own package has in the project; the folder itself where it is no checkout. */
function inCheckout({ target }: Suite, root: string, folder: string): string {
  const place = relative(root, target.directory)
  const found = join(folder, place)
  return place !== '' && !place.startsWith('..') && existsSync(found) ? found : folder
}

function missingPackage(scenario: Scenario, targetEntry: string): string | undefined {
  const missing = scenario.requires?.find((name) => !isInstalled(name, targetEntry))
  return missing && `${missing} is not installed for ${targetEntry} (npm install ${missing})`
}
