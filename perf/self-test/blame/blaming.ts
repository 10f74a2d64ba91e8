import { nameInPackage } from '../../../profile/packages.ts'
import { costRatio } from '../../cost-ratio.ts'
import { FlamegateError } from '../../errors.ts'
import { runFork } from '../../fork.ts'
import { runPair } from '../../pair.ts'
import { runProfiles } from '../../profile-pass.ts'
import { runSuite } from '../../run.ts'
import type { RunRequest } from '../../run-request.ts'
import type { Investigate } from './investigate.ts'

/** As many as a comparison by `--against` starts with, a little fewer: sizes are known well enough. */
const FORKS = 4

/** What `flamegate compare` does for one scenario, without more pairs for clearer verdicts: measures both versions and blames. */
export function blaming(root: string, seed: number): Investigate {
  return async (baseline, candidate, signal) => {
    const start = performance.now()
    const request: RunRequest = {
      id: 'self-test',
      root,
      target: null,
      filters: [],
      scenarios: [candidate],
      seed,
      forks: FORKS,
      budgetMs: 0,
      isQuick: false,
      timeoutMs: undefined,
      isStrict: false,
      reference: { kind: 'live', name: 'a copy', commit: null, folder: root, scenarios: [baseline] },
      mayAddForks: false,
    }
    const seams = { runFork, runPair, runProfiles, proveGate: undefined, signal, onProgress() {} }
    const { report, blames } = await runSuite(request, seams)
    signal.throwIfAborted()
    const [result] = report.scenarios
    if (result?.status !== 'measured') {
      const reason = result !== undefined && 'reason' in result ? result.reason : 'it was not reached'
      throw new FlamegateError('bad-suite', reason)
    }
    const blame = result.blame?.outcome === 'blamed' ? blames[0]?.blame : undefined
    const total = blame === undefined ? 0 : blame.nsPerOp.after - blame.nsPerOp.before
    return {
      ratio: costRatio(result)?.value ?? Number.NaN,
      reason: result.blame === null ? 'no change was seen' : result.blame.reason,
      suspects: (blame?.suspects ?? []).map(({ fn: { name, source } }) => {
        const { url, startLine } = (source.after ?? source.before)!
        return { functionName: name, file: nameInPackage(url), line: startLine }
      }),
      unexplainedShare: blame === undefined ? null : Math.abs(blame.unexplainedNs / total),
      elapsedMs: performance.now() - start,
    }
  }
}
