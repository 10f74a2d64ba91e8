// Where the time went between two versions of one scenario, and who is named for it.
import { costOfLines } from '../correct/line-costs.ts'
import type { SourceFunction } from '../source/source-functions.ts'
import type { Blame, FunctionDelta, Suspect } from './blame-types.ts'
import { CallSites } from './call-sites.ts'
import { Charger } from './charge.ts'
import { costsOf, type SideCosts } from './costs.ts'
import { VersionFunctions } from './functions.ts'
import { findEvidenceLine, findLoop } from './place.ts'
import { changeVariance, ERRORS, type RankedSuspect, rankSuspects } from './rank.ts'
import type { Both, VersionSide } from './side.ts'
import type { VersionCode } from './version-code.ts'

export type { Blame, FunctionDelta, Suspect } from './blame-types.ts'
export { VersionFunctions } from './functions.ts'
export type { Both, VersionSide } from './side.ts'

/** Compares what two versions of an op cost, function by function, and finds who answers for the difference. */
export function findBlame(
  sides: Both<VersionSide>,
  functions = new VersionFunctions(sides.baseline.sources, sides.candidate.sources),
): Blame {
  const costs = {
    baseline: costsOf('baseline', sides.baseline, functions),
    candidate: costsOf('candidate', sides.candidate, functions),
  }
  const { list } = functions
  // What the newer version was seen to run has numbers beyond those that the older one's columns reach.
  const padded = { baseline: pad(costs.baseline, list.length), candidate: costs.candidate }
  const callsOf = (id: number) => countsOf(list[id]!, sides)
  const calls = new CallSites(functions, sides, callsOf)
  const charger = new Charger({ functions: list, costs: padded, calls, callsOf })
  const deltas = list.map((_, id) => toDelta(id, functions, padded, callsOf(id)))
  const costly = deltas.filter(({ selfNs }) => selfNs.baseline > 0 || selfNs.candidate > 0)
  const total = sides.candidate.nsPerOp - sides.baseline.nsPerOp
  const charges = costly.flatMap(({ id }) => charger.chargesOf(id))
  const suspects = rankSuspects(charges, deltas, padded, {
    baseline: sides.baseline.nsPerOp,
    candidate: sides.candidate.nsPerOp,
  }).map((found) => ({
    ...found,
    ...describeSuspect(found, sides, functions.code, calls),
  }))
  const explained = suspects.reduce((sum, { explainedNs }) => sum + explainedNs.value, 0)
  return {
    nsPerOp: { baseline: sides.baseline.nsPerOp, candidate: sides.candidate.nsPerOp },
    stackSamples: { baseline: costs.baseline.stackSamples, candidate: costs.candidate.stackSamples },
    functions: costly.sort((a, b) => Math.abs(b.changeNs.value) - Math.abs(a.changeNs.value)),
    suspects,
    unexplainedNs: total - explained,
    touched: deltas.filter(
      ({ isTouched, source: { baseline, candidate } }) =>
        isTouched && (baseline?.calls ?? 0) + (candidate?.calls ?? 0) > 0,
    ),
  }
}

function pad(costs: SideCosts, length: number): SideCosts {
  const grow = (column: Float64Array, fill: number) =>
    Float64Array.from({ length }, (_, i) => column[i] ?? fill)
  return {
    ...costs,
    self: grow(costs.self, 0),
    bytes: grow(costs.bytes, Number.NaN),
  }
}

/** Exact calls per op in both versions; undefined where they are not known. A function that a version lacks is not called. */
function countsOf(
  { baseline, candidate }: Both<SourceFunction | undefined>,
  sides: Both<VersionSide>,
): Both<number> | undefined {
  if (baseline === undefined && candidate === undefined) return undefined
  if (sides.baseline.countedOps === undefined || sides.candidate.countedOps === undefined) return undefined
  return {
    baseline: (baseline?.calls ?? 0) / sides.baseline.countedOps,
    candidate: (candidate?.calls ?? 0) / sides.candidate.countedOps,
  }
}

function toDelta(
  id: number,
  { list }: VersionFunctions,
  { baseline, candidate }: Both<SideCosts>,
  calls: Both<number> | undefined,
): FunctionDelta {
  const { name, category, change, isTouched, ...source } = list[id]!
  const value = candidate.self[id]! - baseline.self[id]!
  const reach = ERRORS * Math.sqrt(changeVariance(new Map([[id, 1]]), { baseline, candidate }))
  const known = (bytes: number) => (Number.isNaN(bytes) ? null : bytes)
  return {
    id,
    name,
    category,
    change,
    isTouched,
    source: { baseline: source.baseline, candidate: source.candidate },
    selfNs: { baseline: baseline.self[id]!, candidate: candidate.self[id]! },
    changeNs: { low: value - reach, value, high: value + reach },
    calls: calls ?? { baseline: null, candidate: null },
    bytes: { baseline: known(baseline.bytes[id]!), candidate: known(candidate.bytes[id]!) },
    deopts: {
      baseline: baseline.deopts.get(id)?.times ?? 0,
      candidate: candidate.deopts.get(id)?.times ?? 0,
    },
    deoptReason: (candidate.deopts.get(id) ?? baseline.deopts.get(id))?.reason ?? '',
  }
}

function describeSuspect(
  { fn, symptom }: RankedSuspect,
  sides: Both<VersionSide>,
  code: VersionCode,
  calls: CallSites,
): Pick<Suspect, 'line' | 'loop'> {
  return {
    line: findEvidenceLine(fn, symptom?.id, sides, code, calls, costOfLines(sides.candidate.profiles, 1)),
    loop: findLoop(fn, sides),
  }
}
