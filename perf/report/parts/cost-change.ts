// One comparison as a cost: plain data, for formats and the page alike.
import type { Interval } from '../../../profile/model/interval.ts'

/** One comparison as a cost: a ratio candidate/baseline of which more is worse, whatever the metric. */
export interface CostChange {
  /** `time per op`, `P95 latency`. */
  readonly title: string
  /** As the report has it, of which less may be worse: `−29 % [−31 %, −27 %]`. */
  readonly text: string
  /** Null where it could not be compared. */
  readonly ratio: Interval | null
  readonly limit: number
  /** As the report has it: `−20 %`. */
  readonly limitText: string
  /** Ratio >= 1 below which an effect may stay unseen; null where that is not known. */
  readonly noise: number | null
  /** The same ratio from fresh trials; null where none were asked for. */
  readonly confirmation: Interval | null
  readonly isGated: boolean
  readonly verdict: string
  /** Of the intervals, 0 to 1. */
  readonly confidence: number
}
