import { type BaselineScenario, LEAST_STORED_SHARE } from '../results/baseline.ts'
import type { BlamedFunction, MeasuredResult } from '../results/report.ts'
import { costRatio } from '../verdict/cost.ts'
import { opCostNs } from './summary.ts'

/** Without the other version's profiles nobody can say how far chance went; a fifth is what single runs differ by. */
const ROUGH_NOISE = 0.2

/**
 * A scenario's hot functions against those that the baseline has stored of it, what goes furthest the way of the op first. Without the source
 * of that version nothing is known of who was touched: functions are paired by file, name and place among namesakes.
 * Empty where either has none.
 */
export function compareStoredFunctions(
  { hotFunctions: baseline }: Pick<BaselineScenario, 'hotFunctions'>,
  result: Pick<MeasuredResult, 'profile' | 'kind' | 'metrics' | 'comparisons'>,
): BlamedFunction[] {
  const candidate = (result.profile?.functions ?? []).filter(
    ({ file, functionName, selfShare }) =>
      selfShare.value >= LEAST_STORED_SHARE ||
      baseline?.some((old) => old.file === file && old.functionName === functionName),
  )
  if (baseline === undefined || baseline.length === 0 || candidate.length === 0) return []
  const [left, right] = [byName(baseline), byName(candidate)]
  const cost = opCostNs(result)
  const total = cost - cost / (costRatio(result)?.value ?? 1)
  const rows = [...new Set([...left.keys(), ...right.keys()])].map((key): BlamedFunction => {
    const [old, now] = [left.get(key), right.get(key)]
    const selfNsPerOp = { baseline: old?.selfNsPerOp ?? 0, candidate: now?.selfNsPerOp.value ?? 0 }
    const value = selfNsPerOp.candidate - selfNsPerOp.baseline
    const reach = ROUGH_NOISE * Math.max(selfNsPerOp.baseline, selfNsPerOp.candidate)
    const { functionName, file, line, category } = (now ?? old)!
    return {
      functionName,
      file,
      line,
      category,
      change: old === undefined ? 'new' : now === undefined ? 'gone' : 'same',
      isTouched: false,
      selfNsPerOp,
      changeNs: { low: value - reach, value, high: value + reach },
      changeShare: total === 0 ? 0 : value / total,
      callsPerOp: { baseline: old?.callsPerOp ?? null, candidate: now?.callsPerOp ?? null },
      deopts: { baseline: 0, candidate: 0 },
      deoptReason: '',
      allocatedBytesPerOp: {
        baseline: old?.allocatedBytesPerOp ?? null,
        candidate: now?.allocatedBytesPerOp ?? null,
      },
    }
  })
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
