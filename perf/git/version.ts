// One scenario with the code of another commit.
import { FlamegateError } from '../errors.ts'
import { discoverSuite } from '../process/discover.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { namedAs } from '../suite/project.ts'
import { addWorktree } from './worktree.ts'

/** A scenario with the code of one commit, for as long as it is open. */
export interface OpenVersion {
  readonly discovered: DiscoveredScenario
  /** Where its files are. */
  readonly folder: string
  /** Leaves nothing behind. */
  close(): Promise<void>
}

/** As {@link openVersion}. */
export type VersionOpener = typeof openVersion

/**
 * Checks a commit out, with its dependencies, and points a scenario of the working tree's at it.
 * @param commit its hash
 * @throws FlamegateError where the commit has no such package, or lacks what the scenario needs; what `addWorktree` throws
 */
export async function openVersion(
  root: string,
  wanted: DiscoveredScenario,
  commit: string,
  signal: AbortSignal,
): Promise<OpenVersion> {
  const { scenario, suiteFile, idInFile } = wanted
  const { folder, remove } = await addWorktree(root, commit, signal)
  try {
    // The one file: a package that came later is no hindrance.
    const all = await discoverSuite(suiteFile, root, folder, signal, new Set([idInFile ?? scenario.id]))
    const [discovered] = namedAs([wanted], all)
    if (discovered === undefined)
      throw new FlamegateError('no-scenario', `${suiteFile} has no scenario '${scenario.id}' any more`)
    if (discovered.skipReason !== undefined) throw new FlamegateError('no-scenario', discovered.skipReason)
    return { discovered, folder, close: remove }
  } catch (error) {
    await remove()
    throw error
  }
}
