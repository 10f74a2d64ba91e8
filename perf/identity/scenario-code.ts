// The code of a scenario: its print and its exact work, from its count pass.

import { ChildFailure } from '../process/child.ts'
import { type CountedFork, countedSources, countFork } from '../profiling/fork.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { type CodePlaces, type CodePrint, nameOfModule, PrintReader } from './code-print.ts'
import { CountCache } from './count-cache.ts'
import { type ExactWork, readWork } from './exact-work.ts'
import { StaleBuilds } from './stale-builds.ts'

/** What a scenario runs. */
export interface ScenarioCode {
  readonly print: CodePrint
  readonly work: ExactWork
}

/** The same, with the counts that it was read from. */
export interface CountedCode extends ScenarioCode {
  readonly counted: CountedFork
  /** Which of its files was built from another source than what is there; undefined where none was. */
  readonly stale?: string | undefined
}

/** Counts a scenario's code in processes of its own. Rejects only when aborted; a failure is a reason. */
export type CodeReader = (
  discovered: DiscoveredScenario,
  places: Pick<CodePlaces, 'root' | 'folder'>,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<CountedCode | { readonly failure: string }>

/** Counting has no plan of its own: so many ops, whatever they cost. */
const NO_PLAN = {
  warmupMinMs: 0,
  warmupMaxMs: 0,
  measureMinMs: 0,
  measureMaxMs: 0,
  minSamples: 0,
  minBusyMs: 0,
}

/** Files are read once: for one run, in which they do not change. */
export function createCodeReader(): CodeReader {
  const prints = new PrintReader()
  const cache = new CountCache()
  const builds = new StaleBuilds()
  return async (discovered, folders, timeoutMs, signal) => {
    try {
      const count = () => countFork(discovered, NO_PLAN, { timeoutMs, signal })
      // Another version is in a folder that is gone tomorrow.
      const isOwn = folders.folder === folders.root
      const counted = await (isOwn ? cache.recall(discovered, folders.root, count) : count())
      const { observations, ops } = counted
      const places = { ...folders, suiteFile: discovered.suiteFile }
      const ownUrls = observations.ran
        .map(({ url }) => url)
        .filter((url) => nameOfModule(url, places) !== undefined)
      // Another version is built, if at all, from what is checked out.
      const stale = isOwn ? await builds.find(ownUrls, folders.root) : undefined
      return {
        counted,
        stale,
        print: await prints.read(observations, places, stale),
        work: readWork(countedSources(counted), ops.calls, (url) => nameOfModule(url, places)),
      }
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error
      return { failure: error.message }
    }
  }
}
