// Cores for work that must not share one with other work of ours.
import { availableParallelism } from 'node:os'
import { bindableCores } from './affinity.ts'

/** A core that processes can be bound to; undefined where the system has no such thing. */
export type Core = number | undefined

/** Hands out cores, each to one taker at a time. */
export class CorePool {
  readonly #free: Core[]
  readonly #waiting: ((core: Core) => void)[] = []
  /** So many takers have a core at the same time. */
  readonly size: number

  constructor(cores: readonly Core[]) {
    this.#free = [...cores]
    this.size = cores.length
  }

  /** Works on a core of its own, once one is free. @throws the signal's reason while it waits; what `work` throws */
  async use<T>(signal: AbortSignal, work: (core: Core) => Promise<T>): Promise<T> {
    const core = await this.#take()
    try {
      signal.throwIfAborted()
      return await work(core)
    } finally {
      this.#give(core)
    }
  }

  async #take(): Promise<Core> {
    if (this.#free.length > 0) return this.#free.shift()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #give(core: Core): void {
    const next = this.#waiting.shift()
    if (next) next(core)
    else this.#free.push(core)
  }
}

let shared: CorePool | undefined

/**
 * The cores of this machine that are measured on at the same time: every one of two, half of more, since neighbours share
 * caches and, often, the core itself.
 */
export function measuringCores(): CorePool {
  shared ??= new CorePool(chooseCores(bindableCores(), availableParallelism()))
  return shared
}

/** @param count how many cores this process may use in all */
export function chooseCores(bindable: readonly number[], count: number): Core[] {
  const atOnce = Math.max(Math.min(2, count), count >> 1)
  return bindable.length < count
    ? Array<Core>(Math.max(1, count >> 1)).fill(undefined)
    : bindable.slice(0, atOnce)
}
