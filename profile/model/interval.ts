// What an interval is.
/** An estimate between the limits of its interval, all in the same unit. */
export interface Interval {
  readonly low: number
  readonly value: number
  readonly high: number
}
