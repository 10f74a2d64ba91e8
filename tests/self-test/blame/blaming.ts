// How a trial asks for a blame: as the product does.
import { compareOneScenario } from '../../../perf/run/one-scenario.ts'
import { nameInPackage } from '../../../profile/source/packages.ts'
import type { Investigate } from './investigate.ts'

/** In a full comparison a little fewer than it starts with: sizes are known well enough. */
const FORKS = { full: 4, quick: 3 }

/**
 * What `flamegate compare` does for one scenario, without more pairs for clearer verdicts: measures both versions and blames.
 * @param isQuick whether as `compare --quick` does
 */
export function blaming(root: string, seed: number, isQuick: boolean): Investigate {
  return async (baseline, candidate, signal) => {
    const start = performance.now()
    const { result, blames } = await compareOneScenario(
      {
        root,
        seed,
        baseline,
        candidate,
        folders: { baseline: root, candidate: root },
        forks: FORKS[isQuick ? 'quick' : 'full'],
        budgetMs: 0,
        isQuick,
        mayAddForks: false,
        isProfiled: true,
      },
      signal,
    )
    const blame = result.blame?.outcome === 'blamed' ? blames[0]?.blame : undefined
    const total = blame === undefined ? 0 : blame.nsPerOp.candidate - blame.nsPerOp.baseline
    return {
      ratio: result.cost.ratio?.value ?? Number.NaN,
      reason: result.blame === null ? 'no change was seen' : result.blame.reason,
      suspects: (blame?.suspects ?? []).map(({ fn: { name, source } }) => {
        const { url, startLine } = (source.candidate ?? source.baseline)!
        return { functionName: name, file: nameInPackage(url), line: startLine }
      }),
      unexplainedShare: blame === undefined ? null : Math.abs(blame.unexplainedNs / total),
      elapsedMs: performance.now() - start,
    }
  }
}
