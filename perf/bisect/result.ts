// What a bisection finds out.
import type { Commit } from '../git/commit.ts'
import type { CommitRange } from '../git/commit-range.ts'
import type { Interval } from '../stats/interval.ts'
import type { CommitMark } from './decision.ts'

/** What the bad version costs, against the good one. */
export interface Change {
  /** Cost of the bad version ÷ cost of the good one. */
  readonly ratio: Interval
  /** None where both have the same code. */
  readonly pairs: number
  /** Ratio >= 1: changes of this size would have been seen with a power of 80 %. */
  readonly minimumDetectableEffect: number
  /** Cost ÷ cost of the good version beyond which a commit counts as bad. Null where there is no change. */
  readonly threshold: number | null
}

/** One commit between the two. */
export type TestedCommit =
  | {
      readonly kind: CommitMark
      readonly commit: Commit
      /** Cost ÷ cost of the good version. */
      readonly ratio: Interval
      /** None where its code is that of another one. */
      readonly pairs: number
      /** The commit whose code it has, and so its ratio; null where it was measured. */
      readonly sameCodeAs: string | null
      /** False where the interval holds the threshold, and the estimate alone decided. */
      readonly isClear: boolean
    }
  | { readonly kind: 'skipped'; readonly commit: Commit; readonly reason: string }

/** How a bisection ended. */
export type BisectOutcome =
  | { readonly kind: 'found'; readonly finding: Finding }
  /** One of these, newest first: between them nothing could be tested. */
  | { readonly kind: 'only-skipped'; readonly commits: readonly Commit[] }
  /** Good and bad cost the same, as far as that could be seen. */
  | { readonly kind: 'no-change' }

/** All that a bisection found out. */
export interface BisectResult {
  readonly range: CommitRange
  readonly change: Change
  /** In the order in which they were tested. */
  readonly tested: readonly TestedCommit[]
  readonly outcome: BisectOutcome
}

/** The first commit that made a scenario slower or faster, and by how much. */
export interface Finding {
  readonly commit: Commit
  /** Its first parent. */
  readonly parent: Commit
  /** Cost ÷ cost of the good version. */
  readonly ratio: Interval
  /** The same of its parent: 1 where that is the good version; null where it was not measured, as on a branch merged in. */
  readonly parentRatio: Interval | null
  /** Cost ÷ cost of its parent, by way of the good version. */
  readonly step: Interval | null
  /** The part of the whole change that the step is, in logarithms; null where the step itself is not certain. */
  readonly share: number | null
  /** Paths that differ from its parent, by name. */
  readonly files: readonly string[]
}
