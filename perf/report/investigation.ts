import {
  formatCalls,
  formatChange,
  formatDuration,
  formatPlace,
  formatTime,
} from '../../profile/model/format.ts'
import { compareStoredFunctions } from '../profiling/stored-functions.ts'
import type { BaselineRow } from '../results/baseline.ts'
import type { MeasuredResult, Report } from '../results/report.ts'
import { costRatio } from '../verdict/cost.ts'
import { describeRegression } from '../verdict/gate.ts'
import { blameBlock, functionLines } from './blame.ts'
import { describeRun } from './words.ts'

/** What a report says of the scenarios that are asked about, for somebody who has to find the guilty function. */
export function renderInvestigation(
  report: Report,
  scenarios: readonly MeasuredResult[],
  row: BaselineRow | undefined,
): string {
  const { run, gate } = report
  return [
    `${run.id}: ${describeRun(report)}, ${formatDuration(run.elapsedMs)}`,
    `measured ${run.commit?.slice(0, 12) ?? 'no commit'} against ${gate.baselineCommit?.slice(0, 12) ?? 'nothing'}: ${gate.outcome}`,
    ...gate.reasons.map((reason) => `  ${reason}`),
    ...scenarios.flatMap((result) => ['', ...investigate(result, row)]),
    '',
  ].join('\n')
}

function investigate(result: MeasuredResult, row: BaselineRow | undefined): string[] {
  const { id, blame } = result
  if (blame !== null) return blameBlock({ id, blame })
  const [regression = `${id}: no regression`] = describeRegression(result)
  const stored = row?.scenarios[id]
  const functions = stored === undefined ? [] : compareStoredFunctions(stored, result)
  const [most] = functions
  if (most === undefined) {
    return [regression, `  ${result.profile === null ? 'the run has no profiles' : whyNothingStored(row)}`]
  }
  const change = costRatio(result)
  const by = change === null ? '' : ` (${formatChange(change.value - 1)} an op)`
  return [
    `${regression}${by}`,
    `  most of it shows in ${most.functionName} (${formatPlace(most)}): ${formatTime(most.selfNsPerOp.baseline)} → ${formatTime(most.selfNsPerOp.candidate)} per op, ${formatCalls(most.callsPerOp.baseline)} → ${formatCalls(most.callsPerOp.candidate)} calls`,
    ...functionLines(functions).map((line) => `  ${line}`),
    '  against stored numbers alone, so who was changed is not known: add --reproduce to measure both commits here',
  ]
}

function whyNothingStored(row: BaselineRow | undefined): string {
  return row === undefined
    ? 'baseline.json has no row for the environment of this run: add --reproduce to measure both commits here'
    : 'the row of baseline.json has no hot functions of it: add --reproduce to measure both commits here'
}
