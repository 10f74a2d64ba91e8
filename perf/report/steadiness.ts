// How alike two runs of the same code are.
import { formatShare } from '../../profile/model/format.ts'
import { FlamegateError } from '../errors.ts'
import { normalisedValue, rawValue } from '../measure/measure.ts'
import type { MeasuredResult, Report } from '../results/report.ts'
import { median } from '../stats/quantile.ts'
import { GATED_METRICS, METRICS, type TimedMetric } from '../suite/metrics.ts'
import { renderTable } from './parts/markdown-table.ts'

/** How alike a scenario is in two runs: second ÷ first of the medians over forks, by metric in the order of those that are gated. */
export interface SteadinessRow {
  readonly id: string
  readonly ratios: readonly {
    readonly metric: TimedMetric
    readonly raw: number
    readonly normalised: number
  }[]
}

/**
 * How alike two runs of the same code are, raw and normalised by the same canary.
 * @throws FlamegateError 'bad-result-file' when they have no scenario in common that was measured with the same canary
 */
export function compareRuns(first: Report, second: Report): SteadinessRow[] {
  const rows = first.scenarios.flatMap((a) => {
    const b = second.scenarios.find(({ id }) => id === a.id)
    if (a.status !== 'measured' || b?.status !== 'measured') return []
    return isNormalisedAlike(a, b) ? [{ id: a.id, ratios: ratiosOf(a, b) }] : []
  })
  if (rows.length === 0) {
    throw new FlamegateError('bad-result-file', 'the two reports have no measured scenario in common', {
      hint: 'name two runs of the same suite',
    })
  }
  return rows
}

/** As a Markdown table, with the typical distance from 1 below. */
export function renderSteadiness(rows: readonly SteadinessRow[]): string {
  const head = GATED_METRICS.flatMap((metric) => [`${METRICS[metric].title}, raw`, 'normalised'])
  const distances = GATED_METRICS.flatMap((_, i) =>
    (['raw', 'normalised'] as const).map((side) =>
      rows.map(({ ratios }) => Math.abs(Math.log(ratios[i]![side]))),
    ),
  )
  const cells = [
    ...rows.map(({ id, ratios }) => [
      `\`${id}\``,
      ...ratios.flatMap(({ raw, normalised }) => [raw.toFixed(3), normalised.toFixed(3)]),
    ]),
    ['**median distance from 1**', ...distances.map((values) => formatShare(Math.expm1(median(values))))],
    [
      '**largest distance from 1**',
      ...distances.map((values) => formatShare(Math.expm1(Math.max(...values)))),
    ],
  ]
  return `${renderTable(['scenario', ...head], cells)}\n`
}

/** Whether the canary of the one was timed in all forks of both: another kind of scenario has others. */
function isNormalisedAlike(a: MeasuredResult, b: MeasuredResult): boolean {
  return [...a.forks, ...b.forks].every(({ canaries }) => canaries[a.canary.name] !== undefined)
}

function ratiosOf(a: MeasuredResult, b: MeasuredResult): SteadinessRow['ratios'] {
  return GATED_METRICS.map((metric) => {
    const middle = (result: MeasuredResult, read: (fork: MeasuredResult['forks'][number]) => number) =>
      median(result.forks.map(read))
    const normalised = (fork: MeasuredResult['forks'][number]) => normalisedValue(fork, metric, a.canary.name)
    const raw = (fork: MeasuredResult['forks'][number]) => rawValue(fork, metric)
    return {
      metric,
      raw: middle(b, raw) / middle(a, raw),
      normalised: middle(b, normalised) / middle(a, normalised),
    }
  })
}
