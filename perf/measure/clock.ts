// The clocks of the harness: those that were there before measured code could replace them, as fake timers do.

const { setTimeout } = globalThis

export const clock = {
  /** Milliseconds since some time of this process, as `performance.now`. */
  now: performance.now.bind(performance),
  /** Of this process, as `process.cpuUsage`. */
  cpuUsage: process.cpuUsage.bind(process),
  wait: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
} as const
