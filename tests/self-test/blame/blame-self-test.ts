// A self-test of the blame: plan, targets, campaign.
import { FlamegateError } from '../../../perf/errors.ts'
import { type CampaignPlan, type CampaignSeams, runCampaign } from './campaign.ts'
import { knowScenarios } from './packages/known-scenario.ts'
import { type BlameTarget, blameTargets } from './packages/targets.ts'
import type { Decoys } from './plant/candidate.ts'

/** What a self-test of the blame is asked for. */
export interface BlameSelfTestPlan extends Omit<CampaignPlan, 'scenarios'> {
  readonly root: string
  /** Where copies with slow-downs go. */
  readonly folder: string
  /** Default: all that packages to plant in have. */
  readonly scenarioIds: readonly string[] | undefined
  readonly decoys: Decoys
}

/**
 * Gets to know the scenarios, then plants slow-downs and has each investigated. Every trial is told at once.
 * @throws FlamegateError for a scenario that is not there or fails as it is; the signal's reason
 */
export async function runBlameSelfTest(plan: BlameSelfTestPlan, seams: CampaignSeams): Promise<void> {
  const targets = chooseScenarios(blameTargets(plan.root), plan.scenarioIds)
  const scenarios = await knowScenarios(targets, plan, seams.signal, (scenarioId, done, total) =>
    seams.onProgress(`looking at ${scenarioId}`, done, total),
  )
  await runCampaign({ ...plan, scenarios }, seams)
}

function chooseScenarios(
  targets: readonly BlameTarget[],
  wanted: readonly string[] | undefined,
): BlameTarget[] {
  if (wanted === undefined) return [...targets]
  const known = targets.flatMap(({ scenarioIds }) => scenarioIds)
  const unknown = wanted.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    throw new FlamegateError('no-scenario', `slow-downs cannot be planted for '${unknown}'`, {
      hint: `name one of ${known.join(', ')}`,
    })
  }
  return targets.map((target) => ({
    ...target,
    scenarioIds: target.scenarioIds.filter((id) => wanted.includes(id)),
  }))
}
