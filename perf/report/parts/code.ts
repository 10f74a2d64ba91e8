// What changed in the code that scenarios run, in words.
import { formatCalls, formatChange } from '../../../profile/model/format.ts'
import type { CodeComparison, Drift, MeasuredResult, Report } from '../../results/report.ts'

/** How many changed functions, or scenarios' calls, are listed; report.json has all. */
const MOST_LINES = 12
const MOST_CALLS = 3

/** Everything that differs from the baseline's code in any scenario that was measured, once, with how many run it. */
export function changedCodeLines({ scenarios }: Pick<Report, 'scenarios'>): string[] {
  const counts = new Map<string, number>()
  for (const { code } of measuredOf(scenarios))
    for (const what of namesOfChange(code)) counts.set(what, (counts.get(what) ?? 0) + 1)
  const lines = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([what, count]) => `${what}: ${count} scenario${count === 1 ? '' : 's'}`)
  return shorten(lines)
}

function namesOfChange(code: CodeComparison | null): string[] {
  if (code?.change == null) return []
  const { functions, others } = code.change
  return [...new Set([...functions.map(({ file, name }) => `${name || '(anonymous)'} (${file})`), ...others])]
}

/** Where functions are called otherwise often than in the baseline: `arrays/append.apply  deepClone 808 → 1,616 calls/op`. */
export function changedCallLines({ scenarios }: Pick<Report, 'scenarios'>): string[] {
  const lines = measuredOf(scenarios).flatMap(({ id, code }) => {
    if (code === null || code.calls.length === 0) return []
    const calls = code.calls.slice(0, MOST_CALLS).map(describeCalls)
    return [`${id}  ${calls.join(', ')}${describeWork(code)}`]
  })
  return shorten(lines)
}

function describeCalls({ name, baseline, candidate }: CodeComparison['calls'][number]): string {
  return `${name} ${formatCalls(baseline)} → ${formatCalls(candidate)} calls/op`
}

function describeWork({ tokensPerOp: { baseline, candidate } }: CodeComparison): string {
  return baseline ? `; code that runs ${formatChange(candidate / baseline - 1)}` : ''
}

/** How far the machine is from the one of the stored numbers, in one line. */
export function describeDrift({ scenarios, ratio }: Drift): string {
  const times = (value: number) => `${value.toFixed(2)}×`
  return `this machine beside the stored numbers: ${scenarios} scenario${scenarios === 1 ? '' : 's'} of the same code take ${times(ratio.value)} their time (middle half ${times(ratio.low)} to ${times(ratio.high)})`
}

function measuredOf(scenarios: Report['scenarios']): MeasuredResult[] {
  return scenarios.filter((result) => result.status === 'measured')
}

function shorten(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines]
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more, in report.json`]
}
