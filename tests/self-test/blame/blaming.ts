// How a trial asks for a blame: as the product does.
import { compareOneScenario } from '../../../perf/run/one-scenario.ts'
import { nameInPackage } from '../../../profile/source/packages.ts'
import type { Investigate } from './investigate.ts'

/**
 * What `flamegate compare` does for one scenario, without more pairs for clearer verdicts: measures both versions and blames.
 * @param forks half as many as the pairs that are measured
 */
export function blaming(root: string, seed: number, forks: number): Investigate {
  return async (baseline, candidate, signal) => {
    const start = performance.now()
    const { result, blames } = await compareOneScenario(
      {
        root,
        seed,
        baseline,
        candidate,
        folders: { baseline: root, candidate: root },
        forks,
        budgetMs: 0,
        isQuick: false,
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
