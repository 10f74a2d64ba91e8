// The clock of the harness: the one that was there before measured code could replace it, as fake timers do.

/** Milliseconds since some time of this process, as `performance.now`. */
export const clock = { now: performance.now.bind(performance) } as const
