// A scenario's one verdict, from the worst of its gated metrics.
import type { TimedMetric } from '../suite/metrics.ts'
import type { Comparison, MetricVerdict } from './metric-verdict.ts'

/** What is known about a scenario as a whole. */
export type ScenarioVerdict =
  /** Whatever it costs: it runs the baseline's code. */
  | { readonly kind: 'same-code' }
  | { readonly kind: 'pass' }
  | { readonly kind: 'regressed' | 'improved'; readonly metrics: readonly TimedMetric[] }
  | {
      readonly kind: 'inconclusive'
      readonly metrics: readonly TimedMetric[]
      /** How many forks, or pairs, all of them need, as an estimate. */
      readonly neededTrials: number
    }
  | { readonly kind: 'unproven'; readonly reason: string }

/** Null where no gated metric was compared: nothing to compare with, or a scenario that the gate is not about. */
export function decideScenario(comparisons: readonly Comparison[]): ScenarioVerdict | null {
  const gated = comparisons.filter(({ isGated }) => isGated)
  const metricsOf = (kind: MetricVerdict['kind']) =>
    gated.filter(({ verdict }) => verdict.kind === kind).map(({ metric }) => metric)
  const [regressed, inconclusive, improved] = [
    metricsOf('regressed'),
    metricsOf('inconclusive'),
    metricsOf('improved'),
  ]
  if (regressed.length > 0) return { kind: 'regressed', metrics: regressed }
  const unproven = gated.find(({ verdict }) => verdict.kind === 'unproven')?.verdict
  if (unproven?.kind === 'unproven') return { kind: 'unproven', reason: unproven.reason }
  if (inconclusive.length > 0) {
    const needed = gated.map(({ verdict }) => (verdict.kind === 'inconclusive' ? verdict.neededTrials : 0))
    return { kind: 'inconclusive', metrics: inconclusive, neededTrials: Math.max(...needed) }
  }
  if (improved.length > 0) return { kind: 'improved', metrics: improved }
  return gated.length > 0 ? { kind: 'pass' } : null
}
