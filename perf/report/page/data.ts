// What the page of a run carries beside its graphs: plain data and words, everything in it decided by the report.
import type { Interval } from '../../../profile/model/interval.ts'
import type { CostChange } from '../parts/cost-change.ts'

/** A fact with its name, for people. */
export type PageFact = readonly [name: string, value: string]

/** One metric of a scenario: this run's number, and its change where it was compared. */
export interface PageMetric {
  readonly title: string
  readonly value: string
  readonly spread: string
  /** At reference speed. */
  readonly normalised: string
  readonly change: CostChange | null
}

/** Values of a metric, trial by trial. */
export interface PageSeries {
  readonly title: string
  /** Null where a trial has none. */
  readonly values: readonly (number | null)[]
  /** Of them all, where the report has one. */
  readonly interval: Interval | null
}

/** A function and what became of it between two versions, in words. */
export interface PageDelta {
  readonly cells: readonly string[]
  readonly isBlamed: boolean
}

/** A function that costs a part of an op. */
export interface PageHotFunction {
  readonly name: string
  readonly place: string
  /** Of the op, 0 to 1. */
  readonly share: number
}

/** What a diagnosis found. */
export interface PageFinding {
  /** Of the op, 0 to 1. */
  readonly share: number
  readonly time: string
  readonly message: string
  readonly cure: string
  readonly name: string
  readonly place: string
}

/** A scenario's code beside the baseline's. */
export interface PageCode {
  readonly sentence: string
  /** What differs: a function and its file, or something else and nothing. */
  readonly changed: readonly (readonly [name: string, file: string])[]
  /** Functions that are called otherwise often per op. */
  readonly calls: readonly (readonly [name: string, file: string, baseline: string, candidate: string])[]
  /** Code that runs per op, in tokens. */
  readonly work: { readonly baseline: string; readonly candidate: string; readonly change: string }
}

/** How many ops cost how much. */
export interface PageQuantile {
  /** Of the ops, 0 to 1. */
  readonly share: number
  /** What that share costs at most, ns. */
  readonly candidateNs: number
  readonly baselineNs: number | null
}

/** A number for sorting, and how it is shown; null where it was not measured. */
export type PageNumber = { readonly value: number; readonly text: string } | null

/** What is shown of a scenario. */
export interface PageScenario {
  readonly id: string
  /** A verdict of the report, or why there is none: `failed`, `skipped`, `not-reached`, `not-compared`, `not-gated`. */
  readonly verdict: string
  /** What the verdict is about; empty where its name says all. */
  readonly words: string
  /** Who is blamed, or why nobody is, in a sentence; empty where that was not asked. */
  readonly sentence: string
  /** Who is blamed first; empty where nobody is. */
  readonly culprit: string
  readonly isKey: boolean
  readonly facts: readonly PageFact[]
  /** The change that stands for the scenario: the one that its verdict is about, else that of its cost. */
  readonly lead: CostChange | null
  readonly numbers: {
    readonly p50: PageNumber
    readonly p95: PageNumber
    readonly cpu: PageNumber
    readonly allocated: PageNumber
  }
  readonly hottest: PageHotFunction | null
  readonly metrics: readonly PageMetric[]
  readonly memory: readonly PageMetric[]
  readonly warnings: readonly { readonly message: string; readonly cure: string }[]
  /** What makes it cost what it does, the costliest first. */
  readonly findings: readonly PageFinding[]
  /** Null where its code was not counted before it was measured. */
  readonly code: PageCode | null
  /** From the quickest op to the slowest; empty where it was not kept. */
  readonly distribution: readonly PageQuantile[]
  /** Latencies of the forks, ns; empty where there are none. */
  readonly forks: readonly PageSeries[]
  /** Ratios of the pairs, as costs; empty without a lockstep comparison. */
  readonly pairs: readonly PageSeries[]
  /** By pair, whether it was a fresh one that confirms. */
  readonly isConfirming: readonly boolean[]
  /** Functions whose time or calls differ between both versions; no rows where these were not compared. */
  readonly deltaHead: readonly string[]
  readonly deltas: readonly PageDelta[]
  /** The part of the change that nobody answers for; empty where nobody is blamed. */
  readonly rest: string
  /** Counters before → after. */
  readonly counters: readonly (readonly [name: string, baseline: string, candidate: string])[]
  /** Why there is no graph, or what is wrong with it. */
  readonly problems: readonly string[]
  readonly hasGraph: boolean
}

/** What the page of a run shows. */
export interface RunPageData {
  /** A gate's outcome. */
  readonly outcome: string
  /** The outcome in one sentence. */
  readonly sentence: string
  /** What kind of run it was, in one line. */
  readonly about: string
  /** Why it is not green. */
  readonly reasons: readonly string[]
  readonly remarks: readonly string[]
  readonly notCompared: readonly string[]
  readonly versions: { readonly baseline: string; readonly candidate: string }
  readonly environment: readonly PageFact[]
  readonly scenarios: readonly PageScenario[]
}
