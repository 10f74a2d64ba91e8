// A store in memory.
import type { State, Store } from './protocol.ts'
import { deepClone } from './state.ts'

/** Keeps every state in memory, for as long as the process lives. What it stores is a copy. */
export class MemoryStore implements Store {
  readonly #states = new Map<string, State>()

  async load(type: string, id: string): Promise<State | undefined> {
    return this.#states.get(`${type}:${id}`)
  }

  async persist(type: string, id: string, _diff: State, full: State): Promise<void> {
    this.#states.set(`${type}:${id}`, deepClone(full))
  }
}
