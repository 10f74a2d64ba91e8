// How reports of older versions become one of today's: one step a version, each with what its reports lacked.
import type { Revision } from '../git/revision.ts'
import type { Interval } from '../stats/interval.ts'
import { METRICS, type TimedMetric } from '../suite/metrics.ts'
import { decideCost } from '../verdict/cost.ts'
import { compareCounters } from '../verdict/counters.ts'
import { confidenceFor } from '../verdict/error-budget.ts'
import { type Gate, type MeasuredScenario, summariseComparisons } from '../verdict/gate.ts'
import { placeLook } from '../verdict/look.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import { decideScenario } from '../verdict/scenario-verdict.ts'
import type { VersionedFile } from './versioned-file.ts'

type Content = Record<string, unknown>

export const REPORT_UPGRADES: NonNullable<VersionedFile['upgrades']> = {
  /** Knew no lockstep, no proof and no blame. */
  1: (content) => ({
    ...content,
    schemaVersion: 2,
    run: { against: null, ...(content.run as object) },
    gate: { proof: null, ...(content.gate as object) },
    scenarios: (content.scenarios as object[]).map((scenario) => ({ pairs: [], blame: null, ...scenario })),
  }),
  /**
   * Left verdict, cost, and what its intervals were worth to whoever read it; had `hash+changes` for a commit, before and after
   * for baseline and candidate, and one counter, patch bytes.
   */
  2: (content) => {
    const { run, gate, scenarios } = content as unknown as Version2
    const isLockstep = run.against !== null
    const outcome = gate.outcome === 'unproven' ? 'control-failed' : gate.outcome
    const confidence = confidenceOf(content as unknown as Version2)
    const upgraded = scenarios.map((scenario) =>
      scenario.status === 'measured' ? upgradeMeasured(scenario, confidence) : scenario,
    )
    const measured = upgraded.filter(({ status }) => status === 'measured') as unknown as MeasuredScenario[]
    return {
      ...content,
      schemaVersion: 3,
      run: { ...run, commit: parseRevision(run.commit) },
      scenarios: upgraded,
      gate: {
        ...gate,
        outcome,
        baselineCommit: parseRevision(gate.baselineCommit),
        ...summariseComparisons(measured, { isLockstep, outcome }),
      },
    }
  },
  /** Knew no code. */
  3: (content) => ({
    ...content,
    schemaVersion: 4,
    drift: null,
    scenarios: (content.scenarios as object[]).map((scenario) =>
      (scenario as { status: string }).status === 'measured' ? { code: null, ...scenario } : scenario,
    ),
    gate: { sameCode: 0, ...(content.gate as object) },
  }),
}

/** What is read of a report of version 2. */
interface Version2 {
  readonly run: { readonly commit: string | null; readonly against: string | null; readonly isQuick: boolean }
  readonly gate: {
    readonly baselineCommit: string | null
    /** Of a failed control it was called as a verdict without a comparison. */
    readonly outcome: Exclude<Gate['outcome'], 'control-failed'> | 'unproven'
  }
  readonly scenarios: readonly (Content & Measured2)[]
}

interface Measured2 {
  readonly status: string
  readonly kind: 'micro' | 'http'
  readonly metrics: Readonly<Record<TimedMetric, { readonly normalised: Interval }>> & {
    readonly patchBytesPerOp: number | null
  }
  readonly comparisons: readonly Comparison2[]
  readonly forks: readonly (Content & { readonly patchBytesPerOp: number | null })[]
  readonly blame: unknown
}

interface Comparison2 {
  readonly metric: string
  readonly isGated: boolean
  readonly limit: number | null
  readonly ratio: Interval | null
  readonly confirmation: Interval | null
  readonly smallestDetectable: number | null
  readonly verdict: Comparison['verdict'] & { readonly neededForks?: number }
}

/** A commit as reports and baselines had it: its hash, with `+changes` for a tree that differed from it. */
export function parseRevision(text: string | null): Revision | null {
  return text === null ? null : { hash: text.replace(/\+.*$/, ''), isDirty: text.includes('+') }
}

/** What the intervals of such a run had, from its looks and comparisons. */
function confidenceOf({ run, scenarios }: Version2): number {
  const isLockstep = run.against !== null
  const looks = isLockstep ? (run.isQuick ? 1 : 3) : run.isQuick ? 2 : 4
  return confidenceFor({
    comparisons: 5 * scenarios.filter(({ status }) => status !== 'skipped').length,
    looks,
    confirmingLooks: isLockstep ? looks : 1,
    correlation: isLockstep ? 0 : 0.5,
  })
}

function upgradeMeasured(scenario: Content & Measured2, confidence: number): Content {
  const { kind, metrics, forks, blame } = scenario
  const { patchBytesPerOp, ...timed } = metrics
  const comparisons = scenario.comparisons
    .filter(({ metric }) => metric in METRICS)
    .map((comparison) => upgradeComparison(comparison, confidence))
  return {
    ...scenario,
    metrics: timed,
    comparisons,
    verdict: decideScenario(comparisons),
    cost: decideCost(kind, timed, comparisons),
    counters:
      patchBytesPerOp === null
        ? []
        : compareCounters(patchBytesOfBaseline(scenario), { patchBytes: patchBytesPerOp }),
    forks: forks.map(({ patchBytesPerOp: patchBytes, ...fork }) => ({
      ...fork,
      counters: patchBytes === null ? {} : { patchBytes },
    })),
    blame: renameVersions(blame),
  }
}

function patchBytesOfBaseline({
  comparisons,
  metrics: { patchBytesPerOp },
}: Measured2): Record<string, number> | null {
  const ratio = comparisons.find(({ metric }) => metric === 'patchBytesPerOp')?.ratio
  return ratio && patchBytesPerOp !== null ? { patchBytes: patchBytesPerOp / ratio.value } : null
}

function upgradeComparison(
  { metric: name, isGated, limit, ratio, confirmation, smallestDetectable, verdict }: Comparison2,
  confidence: number,
): Comparison {
  const metric = name as TimedMetric
  const bound = { limit: limit!, isHigherBetter: METRICS[metric].isHigherBetter }
  return {
    metric,
    isGated,
    limit: bound.limit,
    confidence,
    // Old reports do not say which.
    canary: null,
    ratio,
    firstLook: ratio === null ? null : placeLook(ratio, bound, 1).kind,
    confirmation,
    minimumDetectableEffect: smallestDetectable,
    verdict:
      verdict.kind === 'inconclusive'
        ? { kind: 'inconclusive', neededTrials: verdict.neededForks! }
        : verdict,
  }
}

/** The same data with `before` and `after` called baseline and candidate, however deep. */
function renameVersions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameVersions)
  if (typeof value !== 'object' || value === null) return value
  const names: Readonly<Record<string, string>> = { before: 'baseline', after: 'candidate' }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [names[key] ?? key, renameVersions(inner)]),
  )
}
