import { type Baseline, findRow } from '../results/baseline.ts'
import type { Report } from '../results/report.ts'

/** What a new row does to the baseline, in words: new, or which scenarios come and go. */
export function describeAgainstRow(report: Report, baseline: Baseline | undefined): string {
  const old = baseline === undefined ? undefined : findRow(baseline, report.environment.fingerprint)
  if (old === undefined) return 'baseline: a new row\n'
  const before = new Set(Object.keys(old.scenarios))
  const after = new Set(report.scenarios.map(({ id }) => id))
  const added = [...after].filter((id) => !before.has(id))
  const gone = [...before].filter((id) => !after.has(id))
  const lines = [
    `baseline: replaces the row of commit ${old.commit ?? 'none'}, ${old.takenAt}; changes are listed above`,
  ]
  if (added.length > 0) lines.push(`  new: ${added.join(', ')}`)
  if (gone.length > 0) lines.push(`  gone: ${gone.join(', ')}`)
  return `${lines.join('\n')}\n`
}
