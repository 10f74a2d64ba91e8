// A scenario's hot functions beside those that a baseline has stored of it.
import type { BlamedFunction } from '../profiling/blame-summary.ts'
import { type BaselineScenario, LEAST_STORED_SHARE } from './baseline.ts'
import type { MeasuredResult } from './report.ts'

/** Without the other version's profiles nobody can say how far chance went; a fifth is what single runs differ by. */
const ROUGH_NOISE = 0.2

/**
 * A scenario's hot functions against those that the baseline has stored of it, what goes furthest the way of the op first. Without
 * the source of that version nothing is known of who was touched: functions are paired by file, name and place among
 * namesakes. Empty where either has none.
 */
export function compareStoredFunctions(
  { hotFunctions: baseline }: Pick<BaselineScenario, 'hotFunctions'>,
  result: Pick<MeasuredResult, 'profile' | 'cost'>,
): BlamedFunction[] {
  const candidate = (result.profile?.functions ?? []).filter(
    ({ file, functionName, selfShare }) =>
      selfShare.value >= LEAST_STORED_SHARE ||
      baseline?.some((stored) => stored.file === file && stored.functionName === functionName),
  )
  if (baseline === undefined || baseline.length === 0 || candidate.length === 0) return []
  const named = { baseline: byName(baseline), candidate: byName(candidate) }
  const { nsPerOp, ratio } = result.cost
  const total = nsPerOp - nsPerOp / (ratio?.value ?? 1)
  const rows = [...new Set([...named.baseline.keys(), ...named.candidate.keys()])].map(
    (key): BlamedFunction => {
      const [stored, now] = [named.baseline.get(key), named.candidate.get(key)]
      const selfNsPerOp = { baseline: stored?.selfNsPerOp ?? 0, candidate: now?.selfNsPerOp.value ?? 0 }
      const value = selfNsPerOp.candidate - selfNsPerOp.baseline
      const reach = ROUGH_NOISE * Math.max(selfNsPerOp.baseline, selfNsPerOp.candidate)
      const { functionName, file, line, category } = (now ?? stored)!
      return {
        functionName,
        file,
        line,
        category,
        change: stored === undefined ? 'new' : now === undefined ? 'gone' : 'same',
        isTouched: false,
        selfNsPerOp,
        changeNs: { low: value - reach, value, high: value + reach },
        changeShare: total === 0 ? 0 : value / total,
        callsPerOp: { baseline: stored?.callsPerOp ?? null, candidate: now?.callsPerOp ?? null },
        deopts: { baseline: 0, candidate: 0 },
        deoptReason: '',
        allocatedBytesPerOp: {
          baseline: stored?.allocatedBytesPerOp ?? null,
          candidate: now?.allocatedBytesPerOp ?? null,
        },
      }
    },
  )
  // What goes the way of the whole change first.
  const sign = total < 0 ? -1 : 1
  return rows.sort((a, b) => sign * (b.changeNs.value - a.changeNs.value))
}

function byName<T extends { readonly file: string; readonly functionName: string; readonly line: number }>(
  rows: readonly T[],
): Map<string, T> {
  const seen = new Map<string, number>()
  const inOrder = [...rows].sort((a, b) => a.line - b.line)
  return new Map(
    inOrder.map((row) => {
      const name = `${row.file} ${row.functionName}`
      const index = seen.get(name) ?? 0
      seen.set(name, index + 1)
      return [`${name} ${index}`, row]
    }),
  )
}
