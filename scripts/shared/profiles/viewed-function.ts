// A function of a profile that was taken elsewhere, as it is told to people and to programs.
/** A function with what it costs, in microseconds (per op, where the work is known) or bytes. */
export interface ViewedFunction {
  readonly name: string
  /** Empty for what is in no file. */
  readonly file: string
  /** 0 for what is on no line. */
  readonly line: number
  readonly self: number
  readonly total: number
  /** Its self cost of that of all. */
  readonly share: number
}
