// Requests and fakes of runs.
import type { PairMeasurement } from '../../perf/measure/turns.ts'
import type { ForkOutcome, ForkRunner } from '../../perf/run/methods/fork.ts'
import { lockstepMethod } from '../../perf/run/methods/lockstep.ts'
import type { PairRunner } from '../../perf/run/methods/pair.ts'
import type { RunRequest } from '../../perf/run/request.ts'
import { measureTracks, newTrack, type Session, type Track } from '../../perf/run/trials.ts'
import { createRandom } from '../../perf/stats/random.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { toDescription } from '../../perf/suite/scenario.ts'
import { makeFork } from './fork-data.ts'

/** Ids of the scenarios of a made-up run: two of one family, one of another. */
export const IDS = ['a/one.apply', 'a/two.apply', 'b/one.apply']

/** A discovered scenario that nobody runs: where its code would be, there is nothing. */
export const plan = (id: string, more: Partial<DiscoveredScenario> = {}): DiscoveredScenario => ({
  scenario: toDescription({ id, kind: 'micro' }),
  suiteFile: 'none.perf.ts',
  targetEntry: 'none.ts',
  skipReason: undefined,
  ...more,
})

/** What a run of these scenarios is asked for: strict, five forks each, nothing to compare with. */
export const request = (ids: readonly string[], more: Partial<RunRequest> = {}): RunRequest => ({
  id: 'run',
  root: '.',
  target: null,
  filters: [],
  scenarios: ids.map((id) => plan(id)),
  seed: 1,
  forks: 5,
  isQuick: false,
  seeks: 'changes',
  budgetMs: 60_000,
  timeoutMs: undefined,
  isStrict: true,
  reference: { kind: 'none', fact: 'there is no baseline.json', problem: 'there is no baseline.json' },
  mayAddForks: true,
  tableForks: 2,
  measuresUnchanged: true,
  ...more,
})

/** Forks that cost what `cost` says for the n-th fork of a scenario; notes the order in which they ran. */
export function fakeRunner(cost: (id: string, fork: number) => number | ForkOutcome): {
  runFork: ForkRunner
  order: string[]
} {
  const order: string[] = []
  const random = createRandom(7)
  return {
    order,
    runFork: async ({ scenario: { id } }) => {
      const fork = order.filter((other) => other === id).length
      order.push(id)
      const given = cost(id, fork)
      if (typeof given !== 'number') return given
      return { kind: 'measured', measurement: makeFork({ nsPerOp: given * (1 + 0.02 * (random() - 0.5)) }) }
    },
  }
}

/** Pairs whose candidate costs as many times as much as `truth` says; notes scenario and index of each. */
export function fakePairs(truth: (id: string, pair: number) => number): {
  runPair: PairRunner
  order: string[]
} {
  const order: string[] = []
  const random = createRandom(5)
  return {
    order,
    runPair: async ({ candidate: { scenario } }, _plan, index) => {
      order.push(scenario.id)
      const cost = truth(scenario.id, index) * (1 + 0.03 * (random() - 0.5))
      const ratios = { opsPerSecond: 1 / cost, p50Ns: cost, p95Ns: cost, p99Ns: cost, cpuNsPerOp: cost }
      const [baseline, candidate] = [makeFork(), makeFork({ nsPerOp: 10_000 * cost })]
      return { kind: 'measured', measurement: { ratios, baseline, candidate } }
    },
  }
}

/**
 * Runs the first of so many scenarios in lockstep, without a limit of time: looks until nothing is left to do. The others
 * count as failed: they are chances to be wrong, and cost nothing.
 */
export async function decideInLockstep(
  runPair: PairRunner,
  more: Partial<RunRequest> = {},
  scenarios = 1,
): Promise<{ readonly track: Track<PairMeasurement>; readonly session: Session<PairMeasurement> }> {
  const asked = request(
    Array.from({ length: scenarios }, (_, i) => `a/${i}.apply`),
    more,
  )
  const [track, ...others] = asked.scenarios.map((discovered) => newTrack<PairMeasurement>(discovered))
  for (const other of others) other.failure = 'nobody asks for it'
  const session: Session<PairMeasurement> = {
    request: asked,
    seams: {
      runFork: () => Promise.reject(new Error('no fork was asked for')),
      runPair,
      runProfiles: undefined,
      proveGate: undefined,
      signal: new AbortController().signal,
      onProgress() {},
    },
    method: lockstepMethod(asked.scenarios, asked, runPair),
    tracks: [track!, ...others],
    effort: 'full',
    problem: undefined,
    isOver: () => false,
  }
  await measureTracks(session)
  return { track: track!, session }
}
