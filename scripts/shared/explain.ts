// Why a commit costs what it does, measured beside its parent.
import { FlamegateError } from '../../perf/errors.ts'
import { shortHash } from '../../perf/git/commit.ts'
import { blameBlock } from '../../perf/report/parts/blame.ts'
import { compareOneScenario } from '../../perf/run/one-scenario.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { openRefs } from './open-refs.ts'
import { TRIALS } from './session.ts'

/** Why a commit costs what it does, against its parent. */
export interface Explanation {
  /** For people, lines without the last line break. */
  readonly text: string
  /** For programs: plain data, printed by --json. */
  readonly details: unknown
}

/** What the explanation is of, beside the two commits. */
export interface ExplainContext {
  readonly root: string
  /** As the working tree has it. */
  readonly discovered: DiscoveredScenario
  readonly isQuick: boolean
  readonly signal: AbortSignal
}

/**
 * Says which function of a commit made a scenario slower or faster than its parent's.
 * @throws FlamegateError where it cannot be told; the signal's reason
 */
export async function explainCommit(
  parent: string,
  commit: string,
  { root, discovered, isQuick, signal }: ExplainContext,
): Promise<Explanation> {
  const { reference, scenarios, target, close } = await openRefs(
    root,
    { baseline: parent, candidate: commit },
    [discovered],
    signal,
  )
  const { scenario } = discovered
  try {
    const find = <T extends { readonly scenario: { readonly id: string } }>(list: readonly T[]) =>
      list.find((one) => one.scenario.id === scenario.id)
    const candidate = find(scenarios)
    const baseline = reference.kind === 'lockstep' ? find(reference.scenarios) : undefined
    if (
      reference.kind !== 'lockstep' ||
      baseline === undefined ||
      candidate === undefined ||
      target === null
    ) {
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
        budgetMs: 0,
        isQuick,
        mayAddForks: false,
        isProfiled: true,
      },
      signal,
    )
    if (result.blame === null) {
      throw new FlamegateError('no-scenario', 'beside its parent its cost could not be told from it', {
        hint: `npm run perf:compare -- ${shortHash(parent)}..${shortHash(commit)} ${scenario.id}`,
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
