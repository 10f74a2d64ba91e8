// A self-test of the blame as Markdown.
import { renderTable } from '../../../perf/report/parts/markdown-table.ts'
import { fingerprintKey } from '../../../perf/results/environment.ts'
import { formatCounted, formatPercent } from '../../../profile/model/format.ts'
import {
  type CampaignSummary,
  type SameSummary,
  sizeOf,
  summariseBlame,
  summariseSame,
} from './blame-summary.ts'
import type { BlameSelfTest, BlameTrial, DroppedPlant, NamedFunction } from './blame-trial.ts'

/** A self-test of the blame as Markdown: who was named for what was planted, and each time it was not the right one. */
export function renderBlame(result: BlameSelfTest): string {
  const { environment, trials, dropped, isComplete, startedAt, seed } = result
  const wrong = trials.filter(isWrong)
  return [
    `# flamegate self-test: who is named for what was planted`,
    '',
    `${fingerprintKey(environment.fingerprint)} (${environment.nodeVersion}), ${startedAt.slice(0, 10)}, seed ${seed}, ${formatCounted(trials.length, 'trial')}.`,
    ...(isComplete ? [] : ['', '**Incomplete:** it was interrupted.']),
    '',
    renderSummaries(summariseBlame(trials)),
    '',
    renderSame(summariseSame(trials)),
    '',
    ...(wrong.length === 0 ? [] : ['## Not the right one first', '', ...wrong.map(renderTrial), '']),
    ...(dropped.length === 0
      ? []
      : ['## Plants that came to nothing', '', ...dropped.map(renderDropped), '']),
  ].join('\n')
}

function isWrong({ plant, rank, suspects }: BlameTrial): boolean {
  return plant === null ? suspects.length > 0 : rank !== 1
}

function renderSummaries(summaries: readonly CampaignSummary[]): string {
  const head = [
    'planted',
    'slow-down',
    'plants',
    'right one first',
    'in the first three',
    'an innocent first',
    'nobody named',
    'unexplained',
  ]
  const rows = summaries.map(
    ({ group, size, plants, first, inFirstThree, innocent, nobody, medianUnexplainedShare: share }) => [
      group,
      size,
      `${plants}`,
      ...[first, inFirstThree, innocent, nobody].map((part) => `${part} (${formatPercent(part / plants)})`),
      share === null ? '–' : formatPercent(share),
    ],
  )
  return renderTable(head, rows, 2)
}

function renderSame({ trials, named }: SameSummary): string {
  return trials === 0
    ? 'No trial of equal code.'
    : `Somebody was named in ${named} of ${formatCounted(trials, 'trial')} with nothing but harmless changes.`
}

function renderTrial({ target, scenarioId, plant, ratio, suspects, rank, reason }: BlameTrial): string {
  const planted =
    plant === null
      ? 'harmless changes'
      : `${plant.kind} in ${describe(plant)} of ${target}, ${plant.turns >= 1 ? `${plant.turns} turns` : `every ${Math.round(1 / plant.turns)} calls`}`
  const said =
    suspects.length === 0
      ? `nobody was named${reason === null ? '' : ` (${reason})`}`
      : `named ${suspects.slice(0, 3).map(describe).join(', ')}`
  const place = rank === null || rank <= 3 ? '' : `; the right one is number ${rank}`
  return `- ${scenarioId}: ${planted}, ${signed(ratio)} (${sizeOf(ratio)}): ${said}${place}`
}

function renderDropped({ scenarioId, kind, wanted, reason, ...where }: DroppedPlant): string {
  return `- ${scenarioId}: ${kind} in ${describe(where)} of ${where.target}, ${signed(1 + wanted)} wanted: ${reason}`
}

function describe({ functionName, file, line }: NamedFunction): string {
  return `${functionName || '(anonymous)'} ${file}:${line}`
}

function signed(ratio: number): string {
  const points = Math.round(100 * (ratio - 1))
  return `${points < 0 ? '−' : '+'}${Math.abs(points)} %`
}
