// Two versions of one scenario, without a report's files.
import { FlamegateError } from '../errors.ts'
import { runProfiles } from '../profiling/pass.ts'
import type { MeasuredResult } from '../results/report.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { runFork } from './methods/fork.ts'
import { runPair } from './methods/pair.ts'
import type { RunRequest } from './request.ts'
import { type RunResult, runSuite } from './run.ts'

/** Two versions of one scenario, and how much is measured of them. */
export interface OneScenario
  extends Pick<RunRequest, 'root' | 'seed' | 'forks' | 'budgetMs' | 'isQuick' | 'mayAddForks'> {
  readonly baseline: DiscoveredScenario
  readonly candidate: DiscoveredScenario
  /** Where the files of both versions are called from. */
  readonly folders: { readonly baseline: string; readonly candidate: string }
  /** Whether both are profiled where the cost changed. */
  readonly isProfiled: boolean
}

/**
 * What `--against` does, for one scenario and without a report's files.
 * @throws FlamegateError 'bad-suite' when it cannot be measured; the signal's reason
 */
export async function compareOneScenario(
  { baseline, candidate, folders, isProfiled, ...effort }: OneScenario,
  signal: AbortSignal,
): Promise<Pick<RunResult, 'blames'> & { readonly result: MeasuredResult }> {
  const { report, blames } = await runSuite(
    {
      ...effort,
      id: 'one-scenario',
      target: folders.candidate,
      filters: [],
      scenarios: [candidate],
      timeoutMs: undefined,
      tableForks: 0,
      measuresUnchanged: false,
      seeks: 'changes',
      isStrict: false,
      reference: {
        kind: 'lockstep',
        name: 'the other version',
        commit: null,
        folder: folders.baseline,
        scenarios: [baseline],
      },
    },
    {
      runFork,
      runPair,
      runProfiles: isProfiled ? runProfiles : undefined,
      proveGate: undefined,
      signal,
      onProgress() {},
    },
  )
  signal.throwIfAborted()
  const [result] = report.scenarios
  if (result?.status === 'measured') return { result, blames }
  const why =
    result?.status === 'failed' || result?.status === 'skipped' ? result.reason : 'it was not reached'
  throw new FlamegateError('bad-suite', `${candidate.scenario.id} could not be measured: ${why}`)
}
