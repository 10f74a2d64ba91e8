// The clock that profiles are stamped with.
/** Microseconds, whole, on the clock that V8's CPU profiler stamps stack samples with on Linux and macOS: `process.hrtime`. */
export function profilerClockUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
