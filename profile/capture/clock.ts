// The clock that profiles are stamped with: the one that was there before measured code could replace it.

const nanoseconds = process.hrtime.bigint

/** Microseconds, whole, on the clock that V8's CPU profiler stamps stack samples with on Linux and macOS: `process.hrtime`. */
export function profilerClockUs(): number {
  return Number(nanoseconds() / 1000n)
}
