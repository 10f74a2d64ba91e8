// How far the machine is from the one that stored the baseline's numbers, by scenarios whose code is the same.
import type { Drift, ScenarioResult } from '../results/report.ts'
import { median, quantileOfSorted, sorted } from '../stats/quantile.ts'
import type { Reference } from './reference.ts'

/** Null where no scenario with the baseline's code was measured, or this environment has no numbers of it. */
export function measureDrift(scenarios: readonly ScenarioResult[], reference: Reference): Drift | null {
  if (reference.kind !== 'baseline' || reference.row === undefined) return null
  const { row } = reference
  const ratios = scenarios.flatMap((result) => {
    if (result.status !== 'measured' || result.verdict?.kind !== 'same-code') return []
    const stored = Object.hasOwn(row.scenarios, result.id) ? row.scenarios[result.id]!.raw.p50Ns : []
    const before = stored.length === 0 ? 0 : median(stored)
    return before > 0 ? [result.metrics.p50Ns.raw.value / before] : []
  })
  if (ratios.length === 0) return null
  const ascending = sorted(ratios)
  const [low, value, high] = [0.25, 0.5, 0.75].map((q) => quantileOfSorted(ascending, q))
  return { scenarios: ratios.length, ratio: { low: low!, value: value!, high: high! } }
}
