// A scenario that slow-downs can be planted in.
import { countFork } from '../../../../perf/profiling/fork.ts'
import { profilePlanOf } from '../../../../perf/run/durations.ts'
import type { DiscoveredScenario } from '../../../../perf/suite/load.ts'
import { type CandidateSource, type Decoys, makeCandidate } from '../plant/candidate.ts'
import { measureEffect } from '../plant/effect.ts'
import type { KnownScenario } from '../plant/sites.ts'
import { findInCopy, makeCopy } from '../plant/work-copy.ts'
import { findExecuted } from '../read/executed.ts'
import { type ProbePlace, probeParameters } from '../read/probe.ts'
import type { BlameTarget } from './targets.ts'

/** A scenario that slow-downs can be planted in, and its unplanted copy. */
export interface PlantableScenario extends KnownScenario, CandidateSource {
  readonly baseline: DiscoveredScenario
  /** What an op costs without any plant, ns of CPU time. */
  readonly nsPerOp: number
}

/**
 * Copies the package, counts what the scenario runs, looks at what its functions are called with, and measures it once
 * against a copy with harmless changes.
 * @throws FlamegateError, ChildFailure or Error when the scenario fails as it is; the signal's reason
 */
export async function knowScenario(
  place: ProbePlace & { readonly decoys: Decoys },
  signal: AbortSignal,
): Promise<PlantableScenario> {
  const { root, folder, target, scenarioId } = place
  const copy = await makeCopy(target, folder, 'baseline', [])
  const baseline = await findInCopy(root, target, copy, scenarioId)
  const { plan, timeoutMs } = profilePlanOf(baseline.scenario.kind, 'full')
  const functions = await findExecuted(copy, await countFork(baseline, plan, { timeoutMs, signal }))
  const facts = await probeParameters(place, functions, signal)
  const candidate = await makeCandidate({ ...place, functions }, undefined)
  const { baselineNs } = await measureEffect({ baseline, candidate }, 1, signal)
  return { ...place, targetName: target.name, functions, facts, baseline, nsPerOp: baselineNs }
}

/** All scenarios of some targets, one after the other. @throws as {@link knowScenario} does */
export async function knowScenarios(
  targets: readonly BlameTarget[],
  place: Pick<ProbePlace, 'root' | 'folder'> & { readonly decoys: Decoys },
  signal: AbortSignal,
  onProgress: (scenarioId: string, done: number, total: number) => void,
): Promise<PlantableScenario[]> {
  const all = targets.flatMap((target) => target.scenarioIds.map((scenarioId) => ({ target, scenarioId })))
  const known: PlantableScenario[] = []
  for (const [done, { target, scenarioId }] of all.entries()) {
    onProgress(scenarioId, done, all.length)
    known.push(await knowScenario({ ...place, target, scenarioId }, signal))
  }
  return known
}
