import { join } from 'node:path'
import { Command } from 'commander'
import { type BaselineRow, replaceRow, toBaselineRow, writeBaseline } from '../perf/baseline.ts'
import { fingerprintKey } from '../perf/environment.ts'
import { exitCodeOf } from '../perf/gate.ts'
import { describeAgainstRow } from '../perf/report/baseline-change.ts'
import { renderText } from '../perf/report/text.ts'
import { planScenarios } from '../perf/suite.ts'
import { addMeasureOptions, readMeasureOptions } from './options.ts'
import { BASELINE_FILE, measure, publish, readProjectBaseline } from './session.ts'

/** More than a run has: every later comparison leans on these. */
const BASELINE_FORKS = 10

/** `flamegate baseline`: measure all scenarios and make them this environment's row of baseline.json. */
export function baselineCommand(): Command {
  const command = new Command('baseline').description(
    `measure all scenarios and (re)write this environment's row of ${BASELINE_FILE}`,
  )
  return addMeasureOptions(command).action(rewriteBaseline)
}

async function rewriteBaseline(flags: Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  const path = join(root, BASELINE_FILE)
  const baseline = await readProjectBaseline(root)
  const options = readMeasureOptions(flags)
  const { report, folder } = await measure({
    ...options,
    forks: options.forks ?? BASELINE_FORKS,
    // Whatever it is compared with, a baseline run adds no forks.
    timeMs: 0,
    root,
    target: null,
    filters: [],
    scenarios: await planScenarios(root, undefined),
    isQuick: false,
    isStrict: false,
    baseline,
  })
  await publish(report, folder, `${renderText(report)}report: ${folder.markdown}\n`)
  if (!report.run.isComplete) {
    process.exitCode = exitCodeOf(report.gate, false, report.scenarios)
    return
  }
  const row: BaselineRow = toBaselineRow(report)
  await writeBaseline(path, replaceRow(baseline, row))
  process.stdout.write(
    `${describeAgainstRow(report, baseline)}${path}: row for ${fingerprintKey(row.fingerprint)}\n`,
  )
}
