// A copy of a package with a plant and decoys in it.
import type { DiscoveredScenario } from '../../../../perf/suite/load.ts'
import type { BlameTarget } from '../packages/targets.ts'
import type { ExecutedFunction } from '../read/executed.ts'
import type { Plant } from './plants.ts'
import { insertDecoy } from './statement.ts'
import { type FileChange, findInCopy, makeCopy } from './work-copy.ts'

/** Which functions are changed beside the one that is made slower, to no effect. */
export type Decoys = 'all' | 'none'

/** Where candidates of one scenario come from. */
export interface CandidateSource {
  readonly root: string
  /** Copies go below it. */
  readonly folder: string
  readonly target: BlameTarget
  readonly scenarioId: string
  /** All that the scenario runs. */
  readonly functions: readonly ExecutedFunction[]
  readonly decoys: Decoys
}

/**
 * What is changed in a package for one plant, or for none: the plant, and with decoys every other function that the scenario
 * runs.
 */
export function changesFor(
  { functions, decoys }: Pick<CandidateSource, 'functions' | 'decoys'>,
  plant: Plant | undefined,
): FileChange[] {
  const changed = functions.filter(({ file }) => decoys === 'all' || file === plant?.file)
  return [...new Set(changed.map(({ file }) => file))].map((file) => ({
    file,
    edits: [
      ...functions
        .filter((other) => decoys === 'all' && other.file === file && !isPlanted(other, plant))
        .map(insertDecoy),
      ...(plant?.file === file ? plant.edits : []),
    ],
    ...(plant?.file === file && plant.appendix !== undefined ? { appendix: plant.appendix } : {}),
  }))
}

function isPlanted({ file, startOffset }: ExecutedFunction, plant: Plant | undefined): boolean {
  return plant?.file === file && plant.startOffset === startOffset
}

/** Makes a copy of the package with a plant or without, in place of the last candidate. @throws as makeCopy does */
export async function makeCandidate(
  source: CandidateSource,
  plant: Plant | undefined,
): Promise<DiscoveredScenario> {
  const { root, folder, target, scenarioId } = source
  const copy = await makeCopy(target, folder, 'candidate', changesFor(source, plant))
  return findInCopy(root, target, copy, scenarioId)
}
