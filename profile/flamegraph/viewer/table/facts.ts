// A function's numbers in both versions, in words.
import { formatCalls, formatCost, formatPlace, formatShare } from '../../../model/format.ts'
import { META_FRAMES } from '../../../model/model.ts'
import type { Graph, GraphDiff } from '../../data.ts'
import { element } from '../dom.ts'
import { tagOf } from '../graph/appearance.ts'
import { formatBytesPair, formatCallsPair, formatPair, formatSharePair, formatSignedCost } from '../units.ts'

/** A cost in both versions; a difference no larger than the noise may be noise. */
export interface CostPair {
  readonly baseline: number
  readonly candidate: number
  readonly noise: number
}

/** A function of one version, or one box of it: a line each. */
export function describeFunction(
  { frames, unit }: Graph,
  frame: number,
  { total, self, whole }: { readonly total: number; readonly self: number; readonly whole: number },
): HTMLElement[] {
  const { name, callsPerOp, bytesPerOp, ...facts } = frames[frame]!
  const share = (cost: number) => `${formatCost(cost, unit)} (${formatShare(cost / whole)})`
  const calls = callsPerOp === null ? '' : ` · ${formatCalls(callsPerOp)} calls/op`
  const bytes = bytesPerOp === null ? '' : ` · ${formatCost(bytesPerOp, 'bytes/op')} allocated`
  const where =
    name === META_FRAMES.await ? 'what goes on after an await, under who waits for it' : formatPlace(facts)
  return [
    element('strong', { textContent: name || '(anonymous)' }),
    element('div', { textContent: `${share(total)}, of it self ${share(self)}${calls}${bytes}` }),
    element('small', { textContent: where }),
  ]
}

/** What both versions have to say of a function, or of one box of it: a line each. */
export function describeFunctionChange(
  graph: Graph,
  diff: GraphDiff,
  frame: number,
  costs: { readonly total: CostPair; readonly self: CostPair },
): HTMLElement[] {
  const facts = graph.frames[frame]!
  const { change, callsBaseline, bytesBaseline, placeBaseline } = diff.frames[frame]!
  const place = formatPlace(facts)
  const hasMoved = placeBaseline !== '' && placeBaseline !== place
  const lines = [
    `total ${describeCost(graph, diff, costs.total)}`,
    `self ${describeCost(graph, diff, costs.self)}`,
    [
      ...(callsBaseline === null && facts.callsPerOp === null
        ? []
        : [`calls/op ${formatCallsPair(callsBaseline, facts.callsPerOp)}`]),
      ...(bytesBaseline === null && facts.bytesPerOp === null
        ? []
        : [`allocated ${formatBytesPair(bytesBaseline, facts.bytesPerOp)}`]),
    ].join(' · '),
  ]
  const where = `${place}${hasMoved ? `, before ${placeBaseline}` : ''}`
  const how = change === 'changed' || change === 'renamed' || change === 'moved' ? ` · ${change}` : ''
  return [
    element('strong', { textContent: `${facts.name}${tagOf(diff, frame)}` }),
    ...lines.filter((line) => line !== '').map((line) => element('div', { textContent: line })),
    element('small', { textContent: `${where}${how}` }),
  ]
}

/** `500 → 800 ns/op (+300 ns/op, +60.0 %), 50.0 → 61.5 % of the op`. */
function describeCost({ unit }: Graph, diff: GraphDiff, { baseline, candidate, noise }: CostPair): string {
  const change = candidate - baseline
  const ratio = baseline === 0 ? '' : `, ${formatShareChange(change / baseline)}`
  const certainty =
    Math.abs(change) > noise
      ? `${formatSignedCost(change, unit)}${ratio}`
      : `${formatSignedCost(change, unit)}, inside the noise of ±${formatCost(noise, unit)}`
  return `${formatPair(baseline, candidate, unit)} (${certainty}), ${formatSharePair(baseline, candidate, diff)} of the op`
}

/** `+60.0 %`. */
function formatShareChange(ratio: number): string {
  return `${ratio < 0 ? '−' : '+'}${formatShare(Math.abs(ratio))}`
}
