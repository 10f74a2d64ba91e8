// The runs that sample reports are of: the pipeline with fake forks, profiles and code, on one machine at one time.
import type { CountedCode } from '../../perf/identity/scenario-code.ts'
import type { Report } from '../../perf/results/report.ts'
import type { ForkOutcome } from '../../perf/run/methods/fork.ts'
import type { LockstepReference } from '../../perf/run/reference.ts'
import type { RunRequest, RunSeams } from '../../perf/run/request.ts'
import { type RunResult, runSuite } from '../../perf/run/run.ts'
import { createRandom } from '../../perf/stats/random.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { toDescription } from '../../perf/suite/scenario.ts'
import { type ForkTraits, makeFork } from './fork-data.ts'
import { fakeRunner, plan, request } from './run-data.ts'
import { type SampleVersion, sampleCounts } from './sample-versions.ts'

/** The scenario that has parameters, and can be profiled. */
export const APPEND = 'arrays/append.apply'
export const BASELINE_COMMIT = { hash: 'c'.repeat(40), isDirty: false }
const CANDIDATE_COMMIT = { hash: 'a'.repeat(40), isDirty: true }
/** The entry of the version that is compared with. */
export const BASELINE_ENTRY = 'baseline.ts'

const results = new WeakMap<Report, RunResult>()

/** A sample report's run, with the profiles behind it. */
export function resultOf(report: Report): RunResult {
  return results.get(report)!
}

/** The same run with other scenarios in its report. */
export function withScenarios(report: Report, scenarios: Report['scenarios']): Report {
  const changed = { ...report, scenarios }
  results.set(changed, { ...resultOf(report), report: changed })
  return changed
}

export async function run(more: Partial<RunRequest>, seams: Partial<RunSeams>): Promise<Report> {
  const result = await runSuite(request([], { id: '20260101-120000-abcd', seed: 7, ...more }), {
    runFork: () => Promise.reject(new Error('no fork was asked for')),
    runPair: () => Promise.reject(new Error('no pair was asked for')),
    runProfiles: undefined,
    proveGate: undefined,
    signal: new AbortController().signal,
    onProgress() {},
    readRevision: async () => CANDIDATE_COMMIT,
    ...seams,
  })
  const report = onSampleMachine(result.report)
  results.set(report, { ...result, report })
  return report
}

/** What is another in every run: the machine and the time. */
function onSampleMachine(report: Report): Report {
  const fingerprint = {
    cpuModel: 'Example CPU',
    coreCount: 2,
    os: 'linux-x64',
    nodeMajor: 20,
    nodeOptions: '',
  }
  return {
    ...report,
    environment: {
      fingerprint,
      nodeVersion: '20.20.2',
      v8Version: '11.3',
      osRelease: '6.1',
      memoryBytes: 24 * 1024 ** 3,
      isCi: false,
    },
    run: { ...report.run, startedAt: '2026-01-01T12:00:00Z', elapsedMs: 200_000 },
  }
}

export const discovered = (id: string): DiscoveredScenario =>
  plan(id, {
    scenario: toDescription({
      id,
      kind: id.endsWith('.http') ? 'http' : 'micro',
      parameters: id === APPEND ? { items: 100 } : {},
    }),
  })

/** Of a scenario's forks, or of each of them. */
export type Traits = ForkTraits | ((fork: number) => ForkTraits)

/** Forks with these traits, by scenario, that scatter by up to 1.5 %. */
export function forks(traits: Readonly<Record<string, Traits>>): Pick<RunSeams, 'runFork'> {
  const random = createRandom(1)
  return fakeRunner((id, fork): ForkOutcome => {
    const given = traits[id]!
    const { nsPerOp = 10_000, ...others } = typeof given === 'function' ? given(fork) : given
    const scattered = nsPerOp * (1 + 0.03 * (random() - 0.5))
    return { kind: 'measured', measurement: makeFork({ ...others, nsPerOp: scattered }) }
  })
}

export function live({ folder }: SampleVersion, ids: readonly string[]): LockstepReference {
  const scenarios = ids.map((id) => ({ ...discovered(id), targetEntry: BASELINE_ENTRY }))
  return { kind: 'lockstep', name: 'main', commit: BASELINE_COMMIT, folder, scenarios }
}

/** Profiles of both versions, `count` each; of one scenario alone. */
export function profiles(
  baseline: SampleVersion,
  candidate: SampleVersion,
  count?: number,
): Pick<RunSeams, 'runProfiles'> {
  return {
    runProfiles: async ({ scenario: { id }, targetEntry }) =>
      id === APPEND
        ? (targetEntry === BASELINE_ENTRY ? baseline : candidate).profile(id, count)
        : { failure: 'no stack sample fell into the measured ops' },
  }
}

/** The code of a scenario that clones so many times per op. */
export function codeOf(clones: number): CountedCode {
  const functions = [
    { name: 'applyEvent', hash: `calls-it-${clones}x` },
    { name: 'deepClone', hash: 'same' },
  ]
  return {
    print: {
      unknown: null,
      modules: {
        'demo/src/engine.mjs': { path: 'src/engine.mjs', whole: `whole-${clones}`, top: 'top', functions },
      },
      packages: {},
      files: {},
    },
    work: {
      tokensPerOp: 100 + 400 * clones,
      callsPerOp: { 'demo/src/engine.mjs': { applyEvent: 1, deepClone: clones } },
    },
    counted: sampleCounts(240, null),
  }
}
