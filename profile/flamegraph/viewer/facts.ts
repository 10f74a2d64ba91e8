import type { Graph, GraphDiff } from '../data.ts'
import { element } from './dom.ts'
import { tagOf } from './look.ts'
import {
  formatBytesPair,
  formatCallsPair,
  formatChange,
  formatCost,
  formatPair,
  formatSharePair,
  placeOf,
} from './units.ts'

/** A cost in both versions; a difference no larger than the noise may be noise. */
export interface CostPair {
  readonly before: number
  readonly after: number
  readonly noise: number
}

/** What both versions have to say of a function, or of one box of it: a line each. */
export function describeChange(
  graph: Graph,
  diff: GraphDiff,
  frame: number,
  costs: { readonly total: CostPair; readonly self: CostPair },
): HTMLElement[] {
  const facts = graph.frames[frame]!
  const { change, callsBefore, bytesBefore, placeBefore } = diff.frames[frame]!
  const place = placeOf(facts)
  const hasMoved = placeBefore !== '' && placeBefore !== place
  const lines = [
    `total ${describeCost(graph, diff, costs.total)}`,
    `self ${describeCost(graph, diff, costs.self)}`,
    [
      ...(callsBefore === null && facts.callsPerOp === null
        ? []
        : [`calls/op ${formatCallsPair(callsBefore, facts.callsPerOp)}`]),
      ...(bytesBefore === null && facts.bytesPerOp === null
        ? []
        : [`allocated ${formatBytesPair(bytesBefore, facts.bytesPerOp)}`]),
    ].join(' · '),
  ]
  const where = `${place}${hasMoved ? `, before ${placeBefore}` : ''}`
  const how = change === 'changed' || change === 'renamed' || change === 'moved' ? ` · ${change}` : ''
  return [
    element('strong', { textContent: `${facts.name}${tagOf(diff, frame)}` }),
    ...lines.filter((line) => line !== '').map((line) => element('div', { textContent: line })),
    element('small', { textContent: `${where}${how}` }),
  ]
}

/** `500 → 800 ns/op (+300 ns/op, +60.0 %), 50.0 → 61.5 % of the op`. */
function describeCost({ unit }: Graph, diff: GraphDiff, { before, after, noise }: CostPair): string {
  const change = after - before
  const ratio = before === 0 ? '' : `, ${formatRatio(change / before)}`
  const judged =
    Math.abs(change) > noise
      ? `${formatChange(change, unit)}${ratio}`
      : `${formatChange(change, unit)}, inside the noise of ±${formatCost(noise, unit)}`
  return `${formatPair(before, after, unit)} (${judged}), ${formatSharePair(before, after, diff)} of the op`
}

/** `+60.0 %`. */
export function formatRatio(ratio: number): string {
  return `${ratio < 0 ? '−' : '+'}${(Math.abs(ratio) * 100).toFixed(1)} %`
}
