// What a new row does to the baseline, in words.
import { describeRevision } from '../git/revision.ts'
import { type Baseline, findRow } from '../results/baseline.ts'
import type { Report } from '../results/report.ts'

/** What a new row does to the baseline, in words: new, or which scenarios come and go. */
export function describeAgainstRow(report: Report, baseline: Baseline | undefined): string {
  const row = findRow(baseline, report.environment.fingerprint)
  if (row === undefined) return 'baseline: a new row\n'
  const { commit, takenAt, scenarios } = row
  const stored = new Set(Object.keys(scenarios))
  const measured = new Set(report.scenarios.map(({ id }) => id))
  const added = [...measured].filter((id) => !stored.has(id))
  const gone = [...stored].filter((id) => !measured.has(id))
  const lines = [
    `baseline: replaces the row of commit ${commit === null ? 'none' : describeRevision(commit)}, ${takenAt}; changes are listed above`,
  ]
  if (added.length > 0) lines.push(`  new: ${added.join(', ')}`)
  if (gone.length > 0) lines.push(`  gone: ${gone.join(', ')}`)
  return `${lines.join('\n')}\n`
}
