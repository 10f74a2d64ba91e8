// `flamegate baseline`.
import { join } from 'node:path'
import type { Command } from 'commander'
import { discoverScenarios } from '../perf/process/discover.ts'
import { describeAgainstRow } from '../perf/report/baseline-change.ts'
import { renderText } from '../perf/report/text.ts'
import { BASELINE_FILE, replaceRow, toBaselineRow, writeBaseline } from '../perf/results/baseline.ts'
import { fingerprintKey } from '../perf/results/environment.ts'
import { storeCode } from '../perf/results/stored-code.ts'
import { exitCodeOf } from '../perf/verdict/gate.ts'
import { addMeasureOptions, readMeasureOptions } from './shared/options.ts'
import { storedReference } from './shared/reference.ts'
import { measure, publish, readProjectBaseline, startSession } from './shared/session.ts'

/** More than a run has: every later comparison leans on these. */
const BASELINE_FORKS = 10
/** Forks of disturbed moments are repeated for this long at the most. */
const BASELINE_BUDGET_MS = 900_000

/** `flamegate baseline`: measure all scenarios and make them this environment's row of baseline.json. */
export function defineBaseline(command: Command): Command {
  return addMeasureOptions(command, BASELINE_BUDGET_MS).action(rewriteBaseline)
}

async function rewriteBaseline(flags: Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  const path = join(root, BASELINE_FILE)
  const options = readMeasureOptions(flags, BASELINE_BUDGET_MS)
  const { folder, codes, ...result } = await measure(
    {
      ...options,
      forks: options.forks ?? BASELINE_FORKS,
      root,
      target: null,
      filters: [],
      scenarios: await discoverScenarios(root, undefined),
      isQuick: false,
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
  await publish({ ...result, codes }, folder, `${renderText(report)}report: ${folder.markdown}\n`)
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
  process.stdout.write(
    `${describeAgainstRow(report, baseline)}${path}: row for ${fingerprintKey(row.fingerprint)}\n`,
  )
}
