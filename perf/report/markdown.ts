// A run as Markdown: a file, a job summary, a comment.
import { formatDuration } from '../../profile/model/format.ts'
import { shortHash } from '../git/commit.ts'
import { describeRevision } from '../git/revision.ts'
import { fingerprintKey } from '../results/environment.ts'
import type { Report } from '../results/report.ts'
import { changedLines } from './markdown/changed.ts'
import { type LineLinks, linkPlaces, NO_LINKS } from './markdown/links.ts'
import { notesOf } from './markdown/notes.ts'
import { composeSections, listSection, type Section } from './markdown/sections.ts'
import {
  blameSection,
  comparisonSection,
  hotSection,
  measuredOf,
  normalisedSection,
  parametersSection,
  scenarioSection,
} from './markdown/tables.ts'
import { changedCallLines, changedCodeLines } from './parts/code.ts'
import { describeFinding, diagnosedScenarios } from './parts/findings.ts'
import { escapeMarkdown, renderCode } from './parts/markdown-table.ts'
import { describeOutcome } from './parts/outcome.ts'
import { withVisibleNames } from './parts/visible.ts'
import { describeRemarks, describeRun, onOneLine } from './parts/words.ts'

/** GitHub takes comments of 65,536 characters. */
const MOST_BYTES = 60_000

/**
 * A run as GitHub-flavoured Markdown, for a pull-request comment, a job summary or a file: the outcome, at most five lines of
 * what changed, and all else collapsed. Never longer than GitHub takes; what is left out for that is said.
 */
export function renderMarkdown(shown: Report, links: LineLinks = NO_LINKS): string {
  const report = withVisibleNames(shown)
  const measured = measuredOf(report)
  const sections: Section[] = [
    scenarioSection(report),
    blameSection(report, links),
    listSection(
      'Why it is not green',
      report.gate.reasons.map((reason) => escapeMarkdown(onOneLine(reason))),
      6_000,
    ),
    listSection('Code that changed', changedCodeLines(report).map(escapeMarkdown), 3_000),
    listSection('Exact calls', changedCallLines(report).map(escapeMarkdown), 3_000),
    listSection('Diagnosis', findingLines(report, links), 6_000),
    listSection('Notes', notesOf(report), 8_000),
    hotSection(report, links),
    comparisonSection(measured, report.run.against),
    listSection('This run', aboutRun(report), 3_000),
    parametersSection(measured),
    normalisedSection(measured),
  ]
  return `${composeSections(renderHead(report, links), sections, MOST_BYTES).trimEnd()}\n`
}

function renderHead(report: Report, links: LineLinks): string {
  const { run, gate } = report
  const lenient =
    gate.outcome === 'red' && !gate.isStrict
      ? ' Reported only: with `STRICT_PERF=true` it fails the run.'
      : ''
  const lines = changedLines(report, links)
  return [
    `## flamegate: ${escapeMarkdown(describeOutcome(report))}`,
    '',
    ...(run.isComplete
      ? []
      : ['**Incomplete:** the run was interrupted. What had been measured is below.', '']),
    ...(lines.length === 0 ? [] : [...lines.map((line) => `- ${line}`), '']),
    `${escapeMarkdown(describeRun(report))}, ${formatDuration(run.elapsedMs)}.${lenient}`,
    ...describeRemarks(report).map((remark) => `<br>${escapeMarkdown(capitalise(remark))}`),
    '',
    '',
  ].join('\n')
}

function findingLines(report: Report, links: LineLinks): string[] {
  return diagnosedScenarios(report).flatMap(({ id, findings }) =>
    findings.map((finding) => {
      const place = { ...finding, category: '' }
      const seen = linkPlaces(onOneLine(describeFinding(finding)), finding.file === '' ? [] : [place], links)
      return `${renderCode(id)} ${seen}<br>Try: ${escapeMarkdown(onOneLine(finding.cure))}`
    }),
  )
}

function aboutRun({ environment, run, gate }: Report): string[] {
  const { nodeVersion, v8Version, osRelease, memoryBytes, fingerprint } = environment
  return [
    `${escapeMarkdown(fingerprintKey(fingerprint))} (${nodeVersion}, V8 ${v8Version}), ${escapeMarkdown(osRelease)}, ${Math.round(memoryBytes / 1024 ** 3)} GB`,
    `commit: \`${run.commit === null ? 'none' : describeRevision(run.commit)}\``,
    ...(gate.baselineCommit === null ? [] : [`baseline: \`${shortHash(gate.baselineCommit.hash)}\``]),
    ...(run.target === null ? [] : [`target: ${escapeMarkdown(run.target)}`]),
    `run ${run.id}: \`report.html\` beside this file has the evidence for every verdict`,
  ]
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
