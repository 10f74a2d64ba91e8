// What programs may lean on in a report: docs/report.schema.json has all that is in it.
import type { TimedMetric } from '../../perf/suite/metrics.ts'
import type { Interval } from '../../profile/model/interval.ts'

/** One metric of a scenario against the baseline. */
export interface ReportComparison {
  readonly metric: TimedMetric
  /** Candidate/baseline; null where there is none. */
  readonly ratio: Interval | null
  /** As a ratio. */
  readonly limit: number
  readonly isGated: boolean
}

/** A function that is blamed for a change. */
export interface ReportSuspect {
  readonly functionName: string
  readonly file: string
  /** 0 where it is on no line. */
  readonly line: number
  /** Of the change, 0 to 1. */
  readonly explainedShare: number
}

/** A function that an op's time goes to. */
export interface ReportHotFunction {
  readonly functionName: string
  readonly file: string
  readonly line: number
  readonly category: string
  /** Of an op, 0 to 1. */
  readonly selfShare: Interval
  readonly selfNsPerOp: Interval
  /** Exact; null where it was not counted. */
  readonly callsPerOp: number | null
}

/** A scenario that was measured. */
export interface ReportMeasured {
  readonly status: 'measured'
  readonly id: string
  readonly kind: 'micro' | 'http'
  readonly isKey: boolean
  /** Null where it was not compared, or the gate is not about it. */
  readonly verdict: {
    readonly kind: 'same-code' | 'pass' | 'improved' | 'regressed' | 'inconclusive' | 'unproven'
  } | null
  /** What an op costs: wall time of handlers, CPU time of servers; the ratio is candidate/baseline. */
  readonly cost: { readonly nsPerOp: number; readonly ratio: Interval | null }
  readonly comparisons: readonly ReportComparison[]
  /** Null where the cost did not change, or both versions were not at hand. */
  readonly blame: {
    readonly outcome: 'blamed' | 'unchanged-code' | 'withheld'
    readonly suspects: readonly ReportSuspect[]
  } | null
  /** Null where it was not profiled. */
  readonly profile: { readonly functions: readonly ReportHotFunction[] } | null
}

/** A scenario of a run. */
export type ReportScenario =
  | ReportMeasured
  | { readonly status: 'failed' | 'skipped'; readonly id: string; readonly reason: string }
  | { readonly status: 'unchanged' | 'not-reached'; readonly id: string }

/** A run. */
export interface RunReport {
  readonly schemaVersion: number
  readonly run: {
    readonly id: string
    readonly startedAt: string
    readonly elapsedMs: number
    readonly isComplete: boolean
    readonly against: string | null
    readonly filters: readonly string[]
  }
  readonly scenarios: readonly ReportScenario[]
  readonly gate: {
    readonly isStrict: boolean
    readonly outcome: 'green' | 'red' | 'not-compared' | 'invalid' | 'control-failed'
    /** Why it is not green. */
    readonly reasons: readonly string[]
    readonly inconclusive: readonly string[]
  }
}
