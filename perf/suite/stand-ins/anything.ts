// What stands for results that there are none of: whatever is read of it or done with it answers itself.

/** Is called, read, iterated (nothing is in it) and printed by what a bench file does once its benches have run. */
// biome-ignore lint/suspicious/noExplicitAny: it is whatever it is taken for
export const anything: any = new Proxy(function anything() {}, {
  get: (_, key) => {
    if (key === Symbol.toPrimitive) return (hint: string) => (hint === 'string' ? '' : Number.NaN)
    if (key === Symbol.iterator) return function* () {}
    // Awaited, it is itself; and nothing failed.
    if (key === 'then' || key === 'error' || key === 'aborted') return undefined
    if (key === 'toJSON') return () => null
    return typeof key === 'symbol' ? undefined : anything
  },
  apply: () => anything,
  construct: () => anything,
  set: () => true,
})
