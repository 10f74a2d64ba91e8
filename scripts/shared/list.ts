// `--list`: what there is to measure, read in this process, which costs half of what a process for the perf files costs.
import { readConfig } from '../../perf/suite/config.ts'
import { selectScenarios } from '../../perf/suite/filter.ts'
import { type DiscoveredScenario, isBenchFile, readSuite } from '../../perf/suite/load.ts'
import { readProject } from '../../perf/suite/project.ts'
import { releaseSignals } from './interruption.mjs'

const LONGEST_READ_MS = 30_000

/**
 * Prints the scenarios that the filters match, and ends this process: perf files may have left it something to do.
 * @throws FlamegateError as `readProject`, `readSuite` and `selectScenarios` do
 */
export async function listScenarios(
  root: string,
  filters: readonly string[],
  { target, isJson }: { readonly target: string | undefined; readonly isJson: boolean },
): Promise<void> {
  releaseSignals()
  const scenarios = selectScenarios(await readAll(root, target).catch(endSoon), filters)
  const text = isJson ? `${JSON.stringify(scenarios.map(toPlain), null, 2)}\n` : renderList(scenarios)
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
  process.exit()
}

/** What a perf file has left to do is nobody's affair once it is told what is wrong with it. @throws the error, first of all */
function endSoon(error: unknown): never {
  setImmediate(() => process.exit())
  throw error
}

/** What needs flags of Node's, or belongs to another tool, cannot be read in this process. */
async function readAll(root: string, target: string | undefined): Promise<DiscoveredScenario[]> {
  const { nodeArgs = [] } = await readConfig(root)
  if (nodeArgs.length > 0)
    return (await import('../../perf/process/discover.ts')).discoverScenarios(root, target)
  return readProject(root, async (suiteFile) =>
    isBenchFile(suiteFile)
      ? (await import('../../perf/process/discover.ts')).discoverSuite(suiteFile, root, target)
      : readGuarded(suiteFile, root, target),
  )
}

/** Reads a perf file: what it prints is no part of the list, and where it ends this process, that is told as its fault. */
async function readGuarded(
  suiteFile: string,
  root: string,
  target: string | undefined,
): Promise<readonly DiscoveredScenario[]> {
  const { write } = process.stdout
  const { abort } = process
  const tell = (how: string) => {
    process.stderr.write(`error: cannot load ${suiteFile}: ${how}\n`)
    process.exitCode = 2
  }
  const onExit = (code: number) => tell(`it ended the process with exit code ${code}`)
  const fail = (how: string): never => {
    process.off('exit', onExit)
    tell(how)
    process.exit()
  }
  const onUncaught = (error: unknown) => fail(error instanceof Error ? error.message : String(error))
  const timer = setTimeout(() => fail(`not read within ${LONGEST_READ_MS / 1000} s`), LONGEST_READ_MS).unref()
  process.on('exit', onExit)
  process.prependListener('uncaughtException', onUncaught)
  process.stdout.write = () => true
  process.abort = () => fail('it aborted the process')
  try {
    return await readSuite(suiteFile, root, target)
  } finally {
    process.stdout.write = write
    process.abort = abort
    process.off('uncaughtException', onUncaught)
    process.off('exit', onExit)
    clearTimeout(timer)
  }
}

function toPlain({ scenario, suiteFile, skipReason }: DiscoveredScenario): object {
  const { id, kind, parameters, isKey, tags } = scenario
  return { id, kind, parameters, isKey, tags, file: suiteFile, skipReason: skipReason ?? null }
}

function renderList(scenarios: readonly DiscoveredScenario[]): string {
  const width = Math.max(...scenarios.map(({ scenario }) => scenario.id.length))
  const lines = scenarios.map(({ scenario, skipReason }) => {
    const parameters = Object.entries(scenario.parameters).map(([name, value]) => `${name} ${value}`)
    const notes = [...parameters, ...(skipReason === undefined ? [] : [`skipped: ${skipReason}`])]
    return `${scenario.id.padEnd(width)}  ${notes.join(', ')}`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}
