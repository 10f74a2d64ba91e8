// Annotations of GitHub Actions, on the guilty lines.
import { relative, resolve, sep } from 'node:path'
import { formatCounted } from '../../profile/model/format.ts'
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
  const shown = [...found].map(([place, messages]) => [place, messages.join('\n')] as const)
  return withinLimit(shown)
    .map(([place, message]) => `::${level} ${place}::${escapeData(message)}\n`)
    .join('')
}

/** GitHub shows so many of a step, and drops the others without a word. */
const MOST_ANNOTATIONS = 10

type Annotation = readonly [place: string, message: string]

/** As many as are seen, the last of which says how many are not. */
function withinLimit(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= MOST_ANNOTATIONS) return annotations
  const shown = annotations.slice(0, MOST_ANNOTATIONS - 1)
  const rest = formatCounted(annotations.length - shown.length, 'more place')
  return [...shown, [propertiesOf(undefined, '', ''), `${rest} became slower: the job's summary has all`]]
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
