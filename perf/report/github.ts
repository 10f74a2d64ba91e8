// Annotations of GitHub Actions, on the guilty lines.
import { relative, resolve, sep } from 'node:path'
import type { SuspectRow } from '../profiling/blame-summary.ts'
import type { Report } from '../results/report.ts'
import { describeRegression } from '../verdict/gate.ts'
import { describeBlame } from './parts/blame.ts'
import { withVisibleNames } from './parts/visible.ts'

/**
 * Workflow commands that put every regression on the line that did it; regressions of one line are one annotation. Errors
 * where the gate fails the run for them, warnings where it only reports them. Empty without a regression.
 * @param root the project's folder; @param workspace the repository's, which annotations name files from
 * Source: GitHub, "Workflow commands for GitHub Actions", escapes as in actions/toolkit's core/src/command.ts.
 */
export function renderAnnotations(report: Report, root: string, workspace = root): string {
  const level = report.gate.isStrict ? 'error' : 'warning'
  const found = new Map<string, string[]>()
  for (const result of report.scenarios) {
    if (result.status !== 'measured') continue
    const { blame, id } = result
    const [regression] = describeRegression(result)
    if (regression === undefined) continue
    const message = blame === null ? regression : describeBlame(withVisibleNames({ id, blame }))
    const place = propertiesOf(blame?.suspects[0], root, workspace)
    found.set(place, [...(found.get(place) ?? []), message])
  }
  return [...found]
    .map(([place, messages]) => `::${level} ${place}::${escapeData(messages.join('\n'))}\n`)
    .join('')
}

function propertiesOf(suspect: SuspectRow | undefined, root: string, workspace: string): string {
  const title = `title=${escapeProperty('flamegate: slower')}`
  if (suspect === undefined || suspect.file === '' || suspect.change === 'gone') return title
  const file = relative(workspace, resolve(root, suspect.file)).split(sep).join('/')
  return `file=${escapeProperty(file)},line=${suspect.line},${title}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
