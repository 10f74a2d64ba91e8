// Columns of numbers that grow, ids for texts, and what is chosen of columns: they hold more than a list can.

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

  /** Replaces a value that is there. */
  set(index: number, value: number): void {
    this.#values[index] = value
  }

  /** The values so far; a view, valid until the next push. */
  view(): Int32Array {
    return this.#values.subarray(0, this.length)
  }
}

/** A column of floating-point numbers that grows. */
export class FloatColumn {
  #values: Float64Array
  length = 0

  constructor(room = 1024) {
    this.#values = new Float64Array(room)
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }

  /** Replaces a value that is there. */
  set(index: number, value: number): void {
    this.#values[index] = value
  }

  /** The values so far; a view, valid until the next push. */
  view(): Float64Array {
    return this.#values.subarray(0, this.length)
  }
}

/** What files tell nodes by: numbers as a rule, and texts where those would not be exact. */
export type Id = number | string

/** Ids below this are looked up in a column, the others in a map: most files count theirs from 1. */
const LARGEST_DENSE = 2 ** 24

/** Whole numbers, at least 0, by ids. */
export class IdMap {
  #dense = new Int32Array(1024).fill(-1)
  readonly #sparse = new Map<Id, number>()

  set(id: Id, value: number): void {
    if (typeof id === 'string' || !isDense(id)) {
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
  get(id: Id): number {
    if (typeof id === 'number' && id >= 0 && id < this.#dense.length) {
      // Between two whole numbers there is nothing.
      const value = this.#dense[id]
      if (value !== undefined) return value
    }
    return this.#sparse.get(id) ?? -1
  }
}

function isDense(id: number): boolean {
  return id >= 0 && id < LARGEST_DENSE && Number.isInteger(id)
}

/** 0, 1, 2, … */
export function countUp(count: number): Uint32Array {
  const indices = new Uint32Array(count)
  for (let i = 0; i < count; i++) indices[i] = i
  return indices
}

/** The places of the values that are kept, ascending. */
export function indicesWhere(values: Int32Array, isKept: (value: number) => boolean): Uint32Array {
  let count = 0
  for (let i = 0; i < values.length; i++) if (isKept(values[i]!)) count++
  const indices = new Uint32Array(count)
  let at = 0
  for (let i = 0; at < count; i++) if (isKept(values[i]!)) indices[at++] = i
  return indices
}

/** The values at those places, in that order. */
export function pick<T extends Int32Array | Float32Array | Float64Array>(values: T, indices: Uint32Array): T {
  const picked = new (values.constructor as new (length: number) => T)(indices.length)
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i]!]!
  return picked
}
