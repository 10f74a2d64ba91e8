import { FlamegateError } from '../../perf/errors.ts'
import { blameBlock } from '../../perf/report/blame.ts'
import { compareOneScenario } from '../../perf/run/one-scenario.ts'
import type { ExplainContext, Explanation } from '../bisect.ts'
import { openRefs } from '../compare.ts'
import { LOCKSTEP_BUDGET_MS, TRIALS } from './session.ts'

/**
 * Says which function of a commit made a scenario slower or faster than its parent's.
 * @throws FlamegateError where it cannot be told; the signal's reason
 */
export async function explainCommit(
  parent: string,
  commit: string,
  { root, planned: { scenario }, isQuick, signal }: ExplainContext,
): Promise<Explanation> {
  const { reference, scenarios, target, close } = await openRefs(
    root,
    { before: parent, after: commit },
    [scenario.id],
    signal,
  )
  try {
    const find = <T extends { readonly scenario: { readonly id: string } }>(list: readonly T[]) =>
      list.find((planned) => planned.scenario.id === scenario.id)
    const candidate = find(scenarios)
    const baseline = reference.kind === 'live' ? find(reference.scenarios) : undefined
    if (reference.kind !== 'live' || baseline === undefined || candidate === undefined || target === null) {
      throw new FlamegateError('no-scenario', `one of the two commits has no ${scenario.id}`)
    }
    const { result } = await compareOneScenario(
      {
        root,
        seed: 1,
        baseline,
        candidate,
        folders: { baseline: reference.folder, candidate: target },
        forks: TRIALS.lockstep[isQuick ? 'quick' : 'full'],
        budgetMs: LOCKSTEP_BUDGET_MS,
        isQuick,
        mayAddForks: false,
        isProfiled: true,
      },
      signal,
    )
    if (result.blame === null) {
      throw new FlamegateError('no-scenario', 'beside its parent its cost could not be told from it', {
        hint: `npm run perf:compare -- ${parent.slice(0, 12)}..${commit.slice(0, 12)} ${scenario.id}`,
      })
    }
    return {
      text: blameBlock({ id: scenario.id, blame: result.blame }).join('\n'),
      details: result.blame,
    }
  } finally {
    await close()
  }
}
