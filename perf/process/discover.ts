// Discovering the scenarios of a project, each perf file read in a process of its own.
import { basename } from 'node:path'
import { FlamegateError } from '../errors.ts'
import { topOf } from '../git/git.ts'
import { ASKED_SUITE, type AskedCommand, tellAsked } from '../suite/command/asked.ts'
import { readNodeCommand } from '../suite/command/node-command.ts'
import { readConfig } from '../suite/config.ts'
import { type DiscoveredScenario, importsItsTarget } from '../suite/load.ts'
import { findMixUp } from '../suite/mix-up.ts'
import { layOver } from '../suite/overlay.ts'
import { readProject } from '../suite/project.ts'
import { Child, ChildFailure, useNodeArgs } from './child.ts'
import { isInOwnFolder } from './own-folder.ts'
import type { Answer, Job } from './protocol.ts'

const TIMEOUT_MS = 30_000
/** Every scenario is set up, and does one op. */
const PROBE_MS = 30_000
/** The same of one scenario, where another one did not come to its end. */
const PROBE_ONE_MS = 10_000

/**
 * All scenarios of the project, by id, against the suite's own target or the one named.
 * @throws FlamegateError 'no-suite', 'bad-suite', 'bad-target', 'bad-config' or 'mixed-versions'; the signal's reason
 */
export async function discoverScenarios(
  root: string,
  targetDirectory: string | undefined,
  signal?: AbortSignal,
): Promise<DiscoveredScenario[]> {
  useNodeArgs((await readConfig(root)).nodeArgs ?? [])
  return readProject(root, (suiteFile) => discoverSuite(suiteFile, root, targetDirectory, signal))
}

/** The scenarios of a server that is started by a command, without a perf file. @throws as {@link discoverScenarios} does */
export async function discoverCommand(
  root: string,
  asked: AskedCommand,
  signal?: AbortSignal,
): Promise<DiscoveredScenario[]> {
  useNodeArgs((await readConfig(root)).nodeArgs ?? [])
  // What cannot be run is told before anything is.
  readNodeCommand(asked.words, root)
  tellAsked(asked)
  return discoverSuite(ASKED_SUITE, root, undefined, signal)
}

/**
 * The scenarios of one perf file, in its order. It is read in a process of its own: what it imports may print, or end its
 * process. A version that would not run its own code is refused.
 * @param wanted ids of the scenarios that will be measured; default: all
 * @throws FlamegateError 'bad-suite', 'bad-target' or 'mixed-versions'; the signal's reason
 */
export async function discoverSuite(
  suiteFile: string,
  root: string,
  targetDirectory: string | undefined,
  signal = new AbortController().signal,
  wanted?: ReadonlySet<string>,
): Promise<DiscoveredScenario[]> {
  const discovered = await readInChild(suiteFile, { root, targetDirectory, workingFolder: undefined, signal })
  if (targetDirectory === undefined) return discovered
  const version = discovered.some(importsItsTarget)
    ? await readLaidOver(suiteFile, root, targetDirectory, signal)
    : discovered
  const asked = version.filter(({ scenario }) => wanted?.has(scenario.id) ?? true)
  await refuseMixUp(asked, { root, folder: targetDirectory, signal })
  return version
}

async function readLaidOver(
  suiteFile: string,
  root: string,
  folder: string,
  signal: AbortSignal,
): Promise<DiscoveredScenario[]> {
  const laidOver = await layOver(root, suiteFile, folder, isInOwnFolder(folder))
  const discovered = await readInChild(laidOver, {
    root,
    targetDirectory: undefined,
    workingFolder: folder,
    signal,
  })
  return discovered.map((one) => ({ ...one, workingFolder: folder }))
}

async function readInChild(
  suiteFile: string,
  {
    signal,
    ...where
  }: Pick<Extract<Job, { kind: 'discover' }>, 'root' | 'targetDirectory' | 'workingFolder'> & {
    readonly signal: AbortSignal
  },
): Promise<DiscoveredScenario[]> {
  try {
    const answer = await ask({ kind: 'discover', suiteFile, ...where }, 'discovered', TIMEOUT_MS, signal)
    return [...answer.discovered]
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error
    const { code, hint } = error
    const message = code === undefined ? `cannot load ${suiteFile}: ${error.message}` : error.message
    throw new FlamegateError(code ?? 'bad-suite', message, hint === undefined ? {} : { hint })
  }
}

/** Runs an op of every scenario of another version, and looks at whose files that took. */
async function refuseMixUp(
  version: readonly DiscoveredScenario[],
  { root, folder, signal }: { readonly root: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const scenarios = version.filter(({ skipReason }) => skipReason === undefined)
  if (scenarios.length === 0) return
  const urls = await probe(scenarios, signal)
  // Where all of them misbehave none will be measured.
  const reason = urls && findMixUp({ urls, ...(await treesOf(folder, root)) })
  if (reason === undefined) return
  const name = basename(scenarios[0]!.suiteFile)
  throw new FlamegateError('mixed-versions', `${name} cannot compare versions: ${reason}`, {
    hint: importsItsTarget(scenarios[0]!)
      ? 'import the measured code by a path relative to the perf file, or by the name of its package'
      : 'take the measured code from the target that setup() is given, or write it with bench(), which is laid over each version',
  })
}

/** Where a version's files are, and the working tree's: a workspace's packages lie beside the project, in the same checkout. */
async function treesOf(folder: string, root: string): Promise<{ folder: string; root: string }> {
  const [top, rootTop] = [await topOf(folder), await topOf(root)]
  // A copy of a package inside of the working tree has no checkout of its own.
  return top === rootTop ? { folder, root } : { folder: top, root: rootTop }
}

/**
 * The files that an op of these scenarios takes, all together; where one of them misbehaves, which it will be told for when it is
 * measured, those of the others. Undefined where all of them do.
 */
async function probe(
  scenarios: readonly DiscoveredScenario[],
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const askFor = async (some: readonly DiscoveredScenario[], timeoutMs: number) => {
    try {
      const { urls } = await ask({ kind: 'probe', scenarios: some }, 'probed', timeoutMs, signal)
      return urls.length === 0 ? undefined : urls
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error
      return undefined
    }
  }
  const together = await askFor(scenarios, PROBE_MS)
  if (together !== undefined || scenarios.length === 1) return together
  const found: string[][] = []
  for (const one of scenarios) found.push([...((await askFor([one], PROBE_ONE_MS)) ?? [])])
  return found.some(({ length }) => length > 0) ? found.flat() : undefined
}

async function ask<Kind extends Answer['kind']>(
  job: Job,
  kind: Kind,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Extract<Answer, { kind: Kind }>> {
  const child = Child.start(job)
  try {
    const answer = await child.answer(timeoutMs, signal)
    if (answer.kind !== (kind as string))
      throw new Error(`the process answered '${answer.kind}' to '${job.kind}'`)
    return answer as Extract<Answer, { kind: Kind }>
  } finally {
    await child.end()
  }
}
