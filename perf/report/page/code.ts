// What the page says of a scenario's code beside the baseline's.
import { formatCalls, formatChange, formatCount } from '../../../profile/model/format.ts'
import type { CodeComparison } from '../../results/report.ts'
import type { PageCode } from './data.ts'

/** So many are shown of each kind; report.json has all. */
const MOST_ROWS = 30

export function toPageCode({ change, tokensPerOp, calls }: CodeComparison): PageCode {
  const { baseline, candidate } = tokensPerOp
  const functions = (change?.functions ?? []).map(({ name, file }) => [name || '(anonymous)', file] as const)
  const changed = [...functions, ...(change?.others ?? []).map((what) => [what, ''] as const)]
  return {
    sentence: describeChange(change === null ? null : changed.length),
    changed: changed.slice(0, MOST_ROWS),
    calls: calls
      .slice(0, MOST_ROWS)
      .map(
        ({ name, file, baseline, candidate }) =>
          [name || '(anonymous)', file, formatCalls(baseline), formatCalls(candidate)] as const,
      ),
    work: {
      baseline: baseline === null ? '–' : formatCount(baseline),
      candidate: formatCount(candidate),
      change: baseline ? formatChange(candidate / baseline - 1) : '–',
    },
  }
}

/** @param count of what differs; null where there is nothing to compare with */
function describeChange(count: number | null): string {
  if (count === null) return 'There is no code to compare with.'
  if (count === 0) return 'Same code: every function, package and file that it uses is as in the baseline.'
  return count === 1
    ? 'One thing that it runs differs from the baseline.'
    : `${count} things that it runs differ from the baseline.`
}
