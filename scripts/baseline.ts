// `flamegate baseline`.
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { readRevision } from '../perf/git/revision.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { describeAgainstRow } from '../perf/report/baseline-change.ts'
import { renderText } from '../perf/report/text.ts'
import {
  BASELINE_FILE,
  BASELINE_VERSION,
  replaceRow,
  toBaselineRow,
  writeBaseline,
} from '../perf/results/baseline.ts'
import { fingerprintKey } from '../perf/results/environment.ts'
import { storeCode } from '../perf/results/stored-code.ts'
import { exitCodeOf } from '../perf/verdict/gate.ts'
import { patientBudget } from './shared/budget.ts'
import { countProject } from './shared/exact-run.ts'
import { addMeasureOptions, readMeasureOptions } from './shared/options.ts'
import { storedReference } from './shared/reference.ts'
import { measure, publish, readProjectBaseline, startSession } from './shared/session.ts'
import { tellGitHub } from './shared/tell-github.ts'

/** More than a run has: every later comparison leans on these. */
const BASELINE_FORKS = 10
/** Forks of disturbed moments are repeated for this long at the most. */
const BASELINE_BUDGET = patientBudget(900_000)

/** `flamegate baseline`: measure all scenarios and make them this environment's row of baseline.json. */
export function defineBaseline(command: Command): Command {
  return addMeasureOptions(command, BASELINE_BUDGET)
    .addOption(
      new Option(
        '--exact',
        'rewrite what is valid on every machine: code, exact calls, work; time nothing',
      ).conflicts([...['forks', 'time', 'seed', 'timeout']]),
    )
    .option('--json', 'print what was measured as JSON on stdout, and nothing else')
    .action((flags) => (flags.exact ? rewriteCode(flags) : rewriteBaseline(flags)))
}

/** The rows stay: their numbers inform, and the code that they are of is not asked for. */
async function rewriteCode({ json }: { readonly json?: true }): Promise<void> {
  const root = process.cwd()
  const path = join(root, BASELINE_FILE)
  const scenarios = await discoverScenarios(root, undefined)
  const codes = await countProject(root, scenarios)
  if (codes === undefined) return
  const lost = scenarios.find(
    ({ scenario, skipReason }) => skipReason !== undefined || !codes.has(scenario.id),
  )
  if (lost !== undefined) {
    const reason = lost.skipReason ?? 'its code could not be counted'
    throw new FlamegateError('unfit-baseline', `this is no baseline: ${lost.scenario.id}: ${reason}`, {
      hint: `baseline.json is unchanged; see npm run perf -- ${lost.scenario.id}`,
    })
  }
  const candidates = new Map([...codes].map(([id, { candidate }]) => [id, candidate]))
  const code = storeCode(candidates, { node: process.versions.node, commit: await readRevision(root) })
  const { rows = [] } = (await readProjectBaseline(root)) ?? {}
  await writeBaseline(path, { schemaVersion: BASELINE_VERSION, code, rows })
  process.stdout.write(
    json ? `${JSON.stringify(code, null, 2)}\n` : `${path}: the code of ${codes.size} scenarios\n`,
  )
}

async function rewriteBaseline(flags: Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  const path = join(root, BASELINE_FILE)
  const scenarios = await discoverScenarios(root, undefined)
  const options = readMeasureOptions(flags, BASELINE_BUDGET, scenarios)
  const { folder, codes, ...result } = await measure(
    {
      ...options,
      forks: options.forks ?? BASELINE_FORKS,
      root,
      target: null,
      filters: [],
      scenarios,
      isQuick: false,
      seeks: 'regressions',
      isStrict: false,
      reference: storedReference(await readProjectBaseline(root)),
      measuresUnchanged: true,
      mayAddForks: false,
      isProfiled: true,
    },
    undefined,
    await startSession(root),
  )
  const { report } = result
  const text = flags.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : `${renderText(report)}report: ${folder.markdown}\n`
  await publish({ ...result, codes }, folder, text)
  await tellGitHub(report)
  if (!report.run.isComplete) {
    process.exitCode = exitCodeOf(report)
    return
  }
  const row = toBaselineRow(report)
  // Read again: another run may have written its row in the meantime.
  const baseline = await readProjectBaseline(root)
  const { environment, run } = report
  const code = storeCode(codes, { node: environment.nodeVersion, commit: run.commit })
  await writeBaseline(path, replaceRow(baseline, row, code))
  if (flags.json) return
  process.stdout.write(
    `${describeAgainstRow(report, baseline)}${path}: row for ${fingerprintKey(row.fingerprint)}\n`,
  )
}
