// What a report says, for somebody who has to find the guilty function.
import {
  formatCalls,
  formatChange,
  formatDuration,
  formatPlace,
  formatTime,
} from '../../profile/model/format.ts'
import { describeRevision, type Revision } from '../git/revision.ts'
import { BASELINE_FILE, type RowLookup } from '../results/baseline.ts'
import type { MeasuredResult, Report } from '../results/report.ts'
import { compareStoredFunctions } from '../results/stored-functions.ts'
import { describeRegression } from '../verdict/gate.ts'
import { blameBlock, functionLines } from './parts/blame.ts'
import { withVisibleNames } from './parts/visible.ts'
import { describeRun, onOneLine } from './parts/words.ts'

/** What a report says of the scenarios that are asked about, for somebody who has to find the guilty function. */
export function renderInvestigation(
  report: Report,
  scenarios: readonly MeasuredResult[],
  baseline: RowLookup,
): string {
  const { run, gate } = report
  return [
    `${run.id}: ${describeRun(report)}, ${formatDuration(run.elapsedMs)}`,
    `measured ${nameOf(run.commit, 'no commit')} against ${nameOf(gate.baselineCommit, 'nothing')}: ${gate.outcome}`,
    ...gate.reasons.map((reason) => `  ${onOneLine(reason)}`),
    ...withVisibleNames(scenarios).flatMap((result) => ['', ...investigate(result, baseline)]),
    '',
  ].join('\n')
}

function nameOf(commit: Revision | null, none: string): string {
  return commit === null ? none : describeRevision(commit)
}

function investigate(result: MeasuredResult, baseline: RowLookup): string[] {
  const { id, blame } = result
  if (blame !== null) return blameBlock({ id, blame })
  const [regression = `${id}: no regression`] = describeRegression(result)
  const stored = baseline.kind === 'row' ? baseline.row.scenarios[id] : undefined
  const functions = stored === undefined ? [] : compareStoredFunctions(stored, result)
  const [most] = functions
  if (most === undefined) {
    return [
      regression,
      `  ${result.profile === null ? 'the run has no profiles' : whyNothingStored(baseline)}`,
    ]
  }
  const change = result.cost.ratio
  const by = change === null ? '' : ` (${formatChange(change.value - 1)} an op)`
  return [
    `${regression}${by}`,
    `  most of it shows in ${most.functionName} (${formatPlace(most)}): ${formatTime(most.selfNsPerOp.baseline)} → ${formatTime(most.selfNsPerOp.candidate)} per op, ${formatCalls(most.callsPerOp.baseline)} → ${formatCalls(most.callsPerOp.candidate)} calls`,
    ...functionLines({ functions, suspects: [] }).map((line) => `  ${line}`),
    '  against stored numbers alone, so who was changed is not known: add --reproduce to measure both commits here',
  ]
}

function whyNothingStored(baseline: RowLookup): string {
  const fact =
    baseline.kind === 'none' ? baseline.fact : `the row of ${BASELINE_FILE} has no hot functions of it`
  return `${fact}: add --reproduce to measure both commits here`
}
