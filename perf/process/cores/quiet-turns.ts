// Work that starts side by side, and is measured one by one while nothing starts.

/** Hands out turns, those of measuring first. */
export class QuietTurns {
  #starting = 0
  /** Those that are measured, or could be if nothing started. */
  #toMeasure = 0
  #isMeasuring = false
  readonly #waiting: (() => void)[] = []

  /** Resolves when nothing is measured any more, or waits to be: with what is called once the start is over, any number of times. */
  async start(): Promise<() => void> {
    await this.#take(() => {
      if (this.#toMeasure > 0) return false
      this.#starting++
      return true
    })
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#starting--
      this.#wake()
    }
  }

  /** Works while nothing starts and nothing else is measured. Rejects as `work` does. */
  async measure<T>(work: () => Promise<T>): Promise<T> {
    this.#toMeasure++
    await this.#take(() => {
      if (this.#starting > 0 || this.#isMeasuring) return false
      this.#isMeasuring = true
      return true
    })
    try {
      return await work()
    } finally {
      this.#isMeasuring = false
      this.#toMeasure--
      this.#wake()
    }
  }

  async #take(isTaken: () => boolean): Promise<void> {
    while (!isTaken()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
