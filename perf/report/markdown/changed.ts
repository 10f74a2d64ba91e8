// What changed, in at most five lines: the first that a reviewer reads.
import type { BlameSummary } from '../../profiling/blame-summary.ts'
import type { MeasuredResult, Report, ScenarioResult } from '../../results/report.ts'
import { describeCulprits } from '../parts/blame.ts'
import { leadingChange, sizeOfChange } from '../parts/changes.ts'
import { escapeMarkdown, renderCode } from '../parts/markdown-table.ts'
import { describeAbsence, describeVerdict, onOneLine } from '../parts/words.ts'
import { type LineLinks, linkPlaces } from './links.ts'

const MOST_LINES = 5

/** A line a scenario: regressions and failures, the worst first, then what somebody else is named for, then other faults. */
export function changedLines(report: Report, links: LineLinks): string[] {
  const named = [...report.scenarios].filter(isWorthALine).sort((a, b) => rankOf(a) - rankOf(b))
  const isNamed = (reason: string) => named.some(({ id }) => reason.startsWith(id))
  const lines = [
    ...named.map((result) => describeScenario(result, links)),
    ...report.gate.reasons
      .filter((reason) => !isNamed(reason))
      .map((reason) => escapeMarkdown(onOneLine(reason))),
  ]
  if (lines.length <= MOST_LINES) return lines
  const shown = lines.slice(0, MOST_LINES - 1)
  return [...shown, `… and ${lines.length - shown.length} more, below`]
}

function isWorthALine(result: ScenarioResult): boolean {
  if (result.status !== 'measured') return result.status === 'failed'
  const { verdict, blame } = result
  return verdict?.kind === 'regressed' || verdict?.kind === 'improved' || blame?.outcome === 'blamed'
}

/** Regressions first, the largest of them first; what improved last. */
function rankOf(result: ScenarioResult): number {
  if (result.status !== 'measured') return 0
  const size = sizeOfChange(leadingChange(result))
  if (result.verdict?.kind === 'regressed') return -1 - size
  return result.verdict?.kind === 'improved' ? 2 - size / 100 : 1 - size / 100
}

const SIGNS: Readonly<Record<string, string>> = { regressed: '▲ ', improved: '▼ ' }

function describeScenario(result: ScenarioResult, links: LineLinks): string {
  const name = renderCode(result.id)
  if (result.status !== 'measured') return `**✕ ${name}** ${escapeMarkdown(describeAbsence(result))}`
  const sign = SIGNS[result.verdict?.kind ?? ''] ?? ''
  return `**${sign}${name} ${escapeMarkdown(describeChange(result))}**${culprits(result.blame, links)}`
}

function describeChange(result: MeasuredResult): string {
  const change = leadingChange(result)
  if (change?.ratio == null) return describeVerdict(result)
  return `${change.title} ${change.text}`
}

/** Places are told to be links before the sentence is escaped. */
function culprits(blame: BlameSummary | null, links: LineLinks): string {
  if (blame === null) return ''
  const places = blame.suspects.flatMap((suspect) => [
    suspect,
    ...(suspect.symptom === null ? [] : [suspect.symptom]),
  ])
  return `: ${linkPlaces(describeCulprits(blame), places, links)}`
}
