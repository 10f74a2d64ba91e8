// A report of every kind, made by the pipeline from fake forks, pairs and profiles. No process is started.

import type { OpFinding } from '../../perf/diagnosis/finding.ts'
import { FlamegateError } from '../../perf/errors.ts'
import { type BaselineRow, toBaselineRow } from '../../perf/results/baseline.ts'
import type { Report } from '../../perf/results/report.ts'
import { storeCode } from '../../perf/results/stored-code.ts'
import type { RunRequest, RunSeams } from '../../perf/run/request.ts'
import { toDescription } from '../../perf/suite/scenario.ts'
import type { ForkTraits } from './fork-data.ts'
import { fakePairs } from './run-data.ts'
import {
  APPEND,
  BASELINE_COMMIT,
  BASELINE_ENTRY,
  codeOf,
  discovered,
  forks,
  live,
  profiles,
  run,
  type Traits,
  withScenarios,
} from './sample-runs.ts'
import { type SampleVersion, sampleVersions } from './sample-versions.ts'
import { type Cleaner, once } from './shared.ts'

/** By kind, the way to its report; each is made once. */
export type SampleReports = Readonly<Record<string, () => Promise<Report>>>

const TOGGLE = 'arrays/toggle.apply'
const SERVER = 'arrays/append.http'
const PAYLOAD = 'payload/50kb.apply'

/** A row that was taken of the version that clones once. */
const STORED: Readonly<Record<string, ForkTraits>> = {
  [APPEND]: {},
  [TOGGLE]: { nsPerOp: 19_000 },
  [SERVER]: { nsPerOp: 160_000, isHttp: true },
  [PAYLOAD]: { nsPerOp: 42_000 },
}

/** The samples, and the row of baseline.json that the stored ones are compared with. */
export interface Samples {
  readonly reports: SampleReports
  readonly storedRow: () => Promise<BaselineRow>
}

/** @param cleaner takes away what the samples leave on the disk */
export function sampleReports(cleaner: Cleaner): Samples {
  const versions = once(() => sampleVersions(cleaner))
  const storedRow = once(async () => takeRow(await versions()))
  const samples = {
    ...storedSamples(storedRow, versions),
    ...lockstepSamples(versions),
    ...codeSamples(storedRow, versions),
    ...otherSamples(versions),
  }
  const reports = Object.fromEntries(Object.entries(samples).map(([kind, make]) => [kind, once(make)]))
  return { reports, storedRow }
}

type Versions = () => Promise<{ readonly once: SampleVersion; readonly twice: SampleVersion }>

/** With the hot functions of that version. */
async function takeRow({ once: version }: Awaited<ReturnType<Versions>>): Promise<BaselineRow> {
  const report = await run(
    { scenarios: Object.keys(STORED).map(discovered), forks: 6, root: version.folder },
    {
      ...forks(STORED),
      ...profiles(version, version),
      readRevision: async () => BASELINE_COMMIT,
    },
  )
  return toBaselineRow(report)
}

/** Compared with the row of baseline.json. */
function storedSamples(row: () => Promise<BaselineRow>, versions: Versions): SampleReports {
  const compare = async (
    traits: Readonly<Record<string, Traits>>,
    seams: Partial<RunSeams> = {},
    more: Partial<RunRequest> = {},
  ) =>
    run(
      {
        scenarios: Object.keys(traits).map(discovered),
        filters: Object.keys(traits),
        reference: { kind: 'stored', row: await row() },
        ...more,
      },
      { ...forks(traits), ...seams },
    )
  const regressed = { [APPEND]: { nsPerOp: 14_000 } }
  return {
    'stored-pass': () =>
      compare(
        {
          [APPEND]: {},
          [TOGGLE]: { nsPerOp: 9_500, patchBytes: 112 },
          [SERVER]: STORED[SERVER]!,
          [PAYLOAD]: { nsPerOp: 42_000, trend: 0.2 },
        },
        {},
        { filters: [] },
      ),
    'stored-regressed': async () => {
      const { once, twice } = await versions()
      return compare(regressed, profiles(once, twice), { isStrict: false, root: twice.folder })
    },
    'stored-blamed': async () => {
      const { once, twice } = await versions()
      return compare(
        regressed,
        { ...profiles(once, twice), openBaseline: async () => live(once, [APPEND]) },
        { root: twice.folder },
      )
    },
    'stored-inconclusive': () =>
      compare({ [APPEND]: (fork) => ({ nsPerOp: fork % 2 === 0 ? 16_000 : 9_000 }) }, {}, { budgetMs: 0 }),
    'stored-unproven': () =>
      compare(
        { [APPEND]: {}, [TOGGLE]: { nsPerOp: 19_000, isSteady: false }, 'noop/refresh.apply': {} },
        {},
        {
          filters: ['apply'],
          scenarios: [
            discovered(TOGGLE),
            {
              ...discovered(APPEND),
              scenario: toDescription({ id: APPEND, kind: 'micro', parameters: { items: 200 } }),
            },
            discovered('noop/refresh.apply'),
          ],
        },
      ),
    'stored-quick': () =>
      compare(
        { [TOGGLE]: { nsPerOp: 19_000, samples: 150 }, [SERVER]: { ...STORED[SERVER]!, samples: 90 } },
        {},
        { isQuick: true, forks: 3 },
      ),
  }
}

/** Measured in turns with another version. */
function lockstepSamples(versions: Versions): SampleReports {
  const ids = [APPEND, TOGGLE]
  const compare = async (
    truth: (id: string, pair: number) => number,
    seams: Partial<RunSeams> = {},
    more: Partial<RunRequest> = {},
  ) =>
    run(
      { scenarios: ids.map(discovered), reference: live((await versions()).once, ids), forks: 3, ...more },
      { runPair: fakePairs(truth).runPair, ...seams },
    )
  const appendCosts = (ratio: number) => (id: string) => (id === APPEND ? ratio : 1)
  return {
    'lockstep-pass': () => compare(() => 1),
    'lockstep-same-code': async () => {
      const { once } = await versions()
      return compare(appendCosts(1.08), profiles(once, once), { root: once.folder })
    },
    'lockstep-inconclusive': () =>
      compare((id, pair) => (id === APPEND && pair % 2 === 0 ? 1.5 : 1), {}, { budgetMs: 0 }),
    'lockstep-blamed': async () => {
      const { once, twice } = await versions()
      return compare(appendCosts(1.4), profiles(once, twice), { root: twice.folder })
    },
    'lockstep-diagnosed': async () => {
      const { once, twice } = await versions()
      const report = await compare(appendCosts(1.4), profiles(once, twice), { root: twice.folder })
      const scenarios = report.scenarios.map((result) =>
        result.status === 'measured' ? { ...result, findings: FINDINGS } : result,
      )
      return withScenarios(report, scenarios)
    },
    'lockstep-quick-withheld': async () => {
      const { once, twice } = await versions()
      return compare(appendCosts(1.4), profiles(once, twice, 1), { root: twice.folder, isQuick: true })
    },
    'positive-control-failed': () =>
      compare(() => 1, {
        proveGate: async () => ({
          plantedRatio: { low: 0.97, value: 1.02, high: 1.07 },
          sameRatio: { low: 0.98, value: 1, high: 1.02 },
          failure: 'an injected slow-down of 40 % was not seen',
        }),
      }),
    skipped: () =>
      compare(
        () => 1,
        {},
        {
          scenarios: [
            discovered(APPEND),
            { ...discovered(TOGGLE), skipReason: 'express is not installed: npm install express' },
          ],
        },
      ),
    failed: () => {
      const { runPair } = fakePairs(() => 1)
      return compare(() => 1, {
        runPair: async (pair, ...rest) =>
          pair.candidate.scenario.id === TOGGLE
            ? { kind: 'failed', reason: 'no `result` within 17 s: it <hangs>|\nand says so on two lines' }
            : runPair(pair, ...rest),
      })
    },
    interrupted: () => {
      const controller = new AbortController()
      const { runPair, order } = fakePairs(() => 1)
      return compare(() => 1, {
        signal: controller.signal,
        runPair: async (pair, ...rest) => {
          if (order.length > 0 && order[0] !== pair.candidate.scenario.id) {
            controller.abort(new Error('interrupted'))
            throw controller.signal.reason
          }
          return runPair(pair, ...rest)
        },
      })
    },
    'interrupted-regressed': () => {
      const controller = new AbortController()
      return compare(appendCosts(1.4), {
        signal: controller.signal,
        runProfiles: async () => {
          controller.abort(new Error('interrupted'))
          throw controller.signal.reason
        },
      })
    },
  }
}

/** Compared by their code first. */
function codeSamples(row: () => Promise<BaselineRow>, versions: Versions): SampleReports {
  const ids = [APPEND, TOGGLE]
  const stored = storeCode(new Map(ids.map((id) => [id, codeOf(1)])), {
    node: '20.20.2',
    commit: BASELINE_COMMIT,
  })
  const compare = async (
    clones: (id: string) => number,
    seams: Partial<RunSeams> = {},
    more: Partial<RunRequest> = {},
  ) =>
    run(
      {
        scenarios: ids.map(discovered),
        reference: { kind: 'baseline', code: stored, row: await row(), commit: BASELINE_COMMIT, ids },
        forks: 3,
        ...more,
      },
      {
        ...forks({ [APPEND]: { nsPerOp: 11_000 }, [TOGGLE]: { nsPerOp: 20_000 } }),
        runPair: fakePairs((id) => (clones(id) === 2 ? 1.4 : 1)).runPair,
        readCode: async ({ scenario: { id }, targetEntry }) =>
          codeOf(targetEntry === BASELINE_ENTRY ? 1 : clones(id)),
        ...seams,
      },
    )
  const appendTwice = (id: string) => (id === APPEND ? 2 : 1)
  return {
    'same-code': () => compare(() => 1),
    'same-code-not-measured': () => compare(() => 1, {}, { measuresUnchanged: false }),
    'changed-code': async () => {
      const { once, twice } = await versions()
      const openBaseline = async () => ({ ...live(once, ids), name: 'the baseline (cccccccccccc)' })
      return compare(appendTwice, { ...profiles(once, twice), openBaseline }, { root: twice.folder })
    },
    'changed-code-by-exclusion': async () => {
      const { once, twice } = await versions()
      const openBaseline = async () => ({ ...live(once, ids), name: 'the baseline (cccccccccccc)' })
      const thin = { ...profiles(once, twice, 1), openBaseline }
      return compare(appendTwice, thin, { root: twice.folder, isQuick: true })
    },
    'baseline-code-missing': () =>
      compare(appendTwice, {
        openBaseline: async () => {
          throw new FlamegateError('no-commit', 'no commit of this clone has the code', {
            hint: 'fetch the whole history',
          })
        },
      }),
  }
}

/** Compared with nothing. */
function otherSamples(versions: Versions): SampleReports {
  return {
    'no-baseline': async () => {
      const { once } = await versions()
      return run(
        {
          scenarios: [discovered(APPEND)],
          root: once.folder,
          reference: {
            kind: 'none',
            fact: 'there is no baseline.json',
            problem: 'there is no baseline.json: measure one with npm run perf:baseline',
          },
        },
        { ...forks({ [APPEND]: {} }), ...profiles(once, once) },
      )
    },
  }
}

const FINDINGS: readonly OpFinding[] = [
  {
    code: 'json-clone',
    share: 0.62,
    nsPerOp: 9_300,
    functionName: 'deepClone',
    file: 'src/state.ts',
    line: 9,
    message: 'a whole value is copied with JSON.parse(JSON.stringify(…)), 2× per op',
    cure: 'copy only what changes, { ...value, field }, or keep the value unchanged and share it',
  },
  {
    code: 'waiting',
    share: 0.5,
    nsPerOp: 7_500,
    functionName: '',
    file: '',
    line: 0,
    message: 'it waits and does not work',
    cure: 'look for timers, files, the network or another process',
  },
]
