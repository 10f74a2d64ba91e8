// What a reader should know of the numbers: what was not measured or compared, and warnings, each kind once.
import type { Report } from '../../results/report.ts'
import type { Warning } from '../../verdict/warnings.ts'
import { escapeMarkdown, renderCode } from '../parts/markdown-table.ts'
import { describeAbsence, onOneLine } from '../parts/words.ts'
import { measuredOf } from './tables.ts'

const MOST_NAMED = 3

/** In Markdown, a line each. */
export function notesOf(report: Report): string[] {
  return [
    ...report.scenarios.flatMap((result) =>
      result.status === 'measured'
        ? []
        : [`${renderCode(result.id)}: ${escapeMarkdown(describeAbsence(result))}`],
    ),
    ...report.gate.notCompared.map((line) => escapeMarkdown(onOneLine(line))),
    ...warningsOf(report),
  ]
}

function warningsOf(report: Report): string[] {
  const found = new Map<string, { readonly warning: Warning; readonly ids: string[] }>()
  for (const { id, warnings } of measuredOf(report)) {
    for (const warning of warnings) {
      const known = found.get(warning.code) ?? { warning, ids: [] }
      known.ids.push(id)
      found.set(warning.code, known)
    }
  }
  return [...found.values()].map(({ warning: { message, cure }, ids }) => {
    const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : ''
    const named = ids.slice(0, MOST_NAMED).map(renderCode).join(', ')
    return `${named}${more}: ${escapeMarkdown(`${message}; ${cure}`)}`
  })
}
