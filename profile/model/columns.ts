// Columns of numbers that grow, and ids for texts.
/** A column of 32-bit integers that grows. */
export class IntColumn {
  #values: Int32Array
  length = 0

  constructor(room = 1024) {
    this.#values = new Int32Array(room)
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }

  /** The values so far; a view, valid until the next push. */
  view(): Int32Array {
    return this.#values.subarray(0, this.length)
  }
}

/** Ids below this are looked up in a column, the others in a map: files count theirs from 1. */
const LARGEST_DENSE = 2 ** 24

/** Whole numbers, at least 0, by whole numbers. */
export class IdMap {
  #dense = new Int32Array(1024).fill(-1)
  readonly #sparse = new Map<number, number>()

  set(id: number, value: number): void {
    if (id < 0 || id >= LARGEST_DENSE) {
      this.#sparse.set(id, value)
      return
    }
    if (id >= this.#dense.length) {
      const larger = new Int32Array(Math.max(id + 1, this.#dense.length * 2)).fill(-1)
      larger.set(this.#dense)
      this.#dense = larger
    }
    this.#dense[id] = value
  }

  /** -1 where there is none. */
  get(id: number): number {
    if (id >= 0 && id < this.#dense.length) return this.#dense[id]!
    return this.#sparse.get(id) ?? -1
  }
}
