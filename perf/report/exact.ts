// Exact counts as text for a terminal.
import { formatCalls, formatChange, formatCount } from '../../profile/model/format.ts'
import type { ExactResult, ExactVerdict } from '../run/exact.ts'
import { columnLines } from './parts/align.ts'

const MOST_CALLS = 3

/** One row a scenario: work per op before and after, the verdict, and which functions are called otherwise often. */
export function renderExact(results: readonly ExactResult[]): string {
  const head = ['scenario', 'work/op', 'change', 'verdict', 'exact calls/op']
  const rows = results.map(toRow)
  return `${[...columnLines(head, rows, (column) => column !== 1 && column !== 2), '', conclude(results)].join('\n')}\n`
}

function toRow({ id, verdict, code }: ExactResult): string[] {
  const tokens = code === null ? '–' : formatCount(code.tokensPerOp.candidate)
  const change = 'ratio' in verdict ? formatChange(verdict.ratio - 1) : ''
  const calls = (code?.calls ?? [])
    .slice(0, MOST_CALLS)
    .map(({ name, baseline, candidate }) => `${name} ${formatCalls(baseline)} → ${formatCalls(candidate)}`)
  return [id, tokens, change, nameVerdict(verdict), calls.join(', ')]
}

function nameVerdict(verdict: ExactVerdict): string {
  if (verdict.kind === 'same-code') return 'same code'
  if (verdict.kind === 'regressed') return 'REGRESSED'
  return 'reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind
}

function conclude(results: readonly ExactResult[]): string {
  const count = (kind: ExactVerdict['kind']) => results.filter(({ verdict }) => verdict.kind === kind).length
  const [regressed, same] = [count('regressed'), count('same-code')]
  const compared = same + count('pass') + count('improved') + regressed
  if (regressed > 0) return `REGRESSION in exact work: ${regressed} of ${results.length} scenarios`
  if (compared === 0) return 'nothing was compared'
  return `no scenario does more work than its limit allows: ${compared} compared, ${same} of them the same code`
}
