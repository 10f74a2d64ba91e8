// Hot functions in words.
import {
  formatBytes,
  formatCalls,
  formatChange,
  formatPercent,
  formatPlace,
  formatTime,
} from '../../../profile/model/format.ts'
import type { HotFunctionRow, ProfileSummary } from '../../profiling/summary.ts'
import type { Report } from '../../results/report.ts'
import { median } from '../../stats/quantile.ts'
import type { CostKind } from '../../verdict/cost.ts'

/** One function in one line: `38 %  5.91 µs  402 calls  deepClone  packages/nasc-server/src/state.ts:9`. */
export function describeHotFunction(row: HotFunctionRow): string {
  const { functionName, selfShare, selfNsPerOp, callsPerOp, allocatedBytesPerOp } = row
  const calls = callsPerOp === null ? '' : `${formatCalls(callsPerOp)} call${callsPerOp === 1 ? '' : 's'}`
  const bytes = allocatedBytesPerOp ? formatBytes(allocatedBytesPerOp) : ''
  const numbers = [
    formatPercent(selfShare.value).padStart(5),
    formatTime(selfNsPerOp.value).padStart(8),
    calls.padStart(12),
    bytes.padStart(8),
  ]
  return `${numbers.join(' ')}  ${functionName}  ${formatPlace(row)}`
}

/** What an op waits for, as a line below those of its functions. */
export function describeWaiting(waitingNsPerOp: number): string {
  return `${''.padStart(5)} ${formatTime(waitingNsPerOp).padStart(8)} ${''.padStart(12)} ${''.padStart(8)}  (waiting)  for something outside of this thread: timers, files, the network, other threads`
}

/** What profiling costs, where it costs anything: a profiled process may have had the quieter minute. */
export function overheadWords(ratio: number): string {
  return ratio < 1.005
    ? 'ops cost no more under the profiler'
    : `ops cost ${formatChange(ratio - 1)} under the profiler`
}

/** What the profiler itself cost, in the middle over the scenarios; undefined where it is not known. */
export function describeOverhead({ scenarios }: Report): string | undefined {
  const overheads = scenarios.flatMap((result) =>
    result.status === 'measured' && result.profile?.overhead ? [result.profile.overhead.value] : [],
  )
  if (overheads.length === 0) return undefined
  return `taken apart from the numbers above; ${overheadWords(median(overheads))}`
}

/** A scenario that was profiled, with what came of it. */
export interface ProfiledScenario {
  readonly id: string
  /** What its stack samples are samples of. */
  readonly costKind: CostKind
  readonly profile: ProfileSummary
}

/** The scenarios that were profiled, in order. */
export function profiledScenarios({ scenarios }: Report): ProfiledScenario[] {
  return scenarios.flatMap((result) =>
    result.status === 'measured' && result.profile !== null
      ? [{ id: result.id, costKind: result.cost.kind, profile: result.profile }]
      : [],
  )
}
