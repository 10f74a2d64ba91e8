// Work on several cores at once.

/** How far such work has come, when an item of it starts. */
export interface Started {
  readonly done: number
  readonly total: number
  /** An estimate; null before the first item is done. */
  readonly leftMs: number | null
}

/** Does the work for every item, so many at once, in order; none is started once it is aborted. False then. */
export async function workAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, started: Started) => Promise<void>,
): Promise<boolean> {
  const total = items.length
  const start = performance.now()
  let done = 0
  const takeNext = async () => {
    while (done < total && !signal.aborted) {
      const leftMs = done === 0 ? null : ((performance.now() - start) / done) * (total - done)
      const item = items[done]!
      await work(item, { done: done++, total, leftMs })
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, total) }, takeNext))
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return !signal.aborted
}
