// A self-test as Markdown.
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { fingerprintKey } from '../../perf/results/environment.ts'
import { formatPercent, formatShare } from '../../profile/model/format.ts'
import { type CellSummary, findFaults, summariseTrials } from './summary.ts'
import type { SelfTest } from './trial.ts'

/** A self-test as Markdown: what was seen of each planted effect, how far estimates were off, and what went wrong. */
export function renderSelfTest({ environment, trials, isComplete, startedAt }: SelfTest): string {
  const cells = summariseTrials(trials)
  const faults = findFaults(trials)
  return [
    `# flamegate self-test: ${faults.length === 0 ? 'the gate works here' : 'THE GATE DOES NOT WORK HERE'}`,
    '',
    `${fingerprintKey(environment.fingerprint)} (${environment.nodeVersion}), ${startedAt.slice(0, 10)}, ${trials.length} comparisons.`,
    ...(isComplete ? [] : ['', '**Incomplete:** it was interrupted.']),
    '',
    ...faults.map((fault) => `- ${fault}`),
    ...(faults.length === 0 ? [] : ['']),
    ...(['micro', 'http'] as const).flatMap((kind) => {
      const own = cells.filter((cell) => cell.kind === kind)
      return own.length === 0
        ? []
        : [`## ${kind === 'micro' ? 'Micro' : 'HTTP'} scenarios`, '', table(own), '']
    }),
  ].join('\n')
}

function table(cells: readonly CellSummary[]): string {
  const head = [
    'load',
    'planted',
    'tool',
    'called slower',
    'mean error',
    'worst error',
    '95 % of estimates within',
    'verdicts',
  ]
  const rows = cells.map(
    ({ load, effect, tool, trials, seen, meanErrorPoints, worstErrorPoints, spread, verdicts }) => [
      load,
      effect === 0 ? 'nothing' : `+${formatPercent(effect)}`,
      tool,
      `${seen} of ${trials}`,
      `${meanErrorPoints.toFixed(1)} points`,
      `${worstErrorPoints.toFixed(1)}`,
      `±${formatShare(spread)}`,
      Object.entries(verdicts)
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', ') || '–',
    ],
  )
  return renderTable(head, rows, 3)
}
