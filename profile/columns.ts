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

  /** The values so far; a view, valid until the next push. */
  view(): Int32Array {
    return this.#values.subarray(0, this.length)
  }
}
