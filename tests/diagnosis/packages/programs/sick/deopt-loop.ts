// Gives a class other parents while code that V8 optimised for the old ones is running.
class Point {
  value: number

  constructor(value: number) {
    this.value = value
  }

  scaled(): number {
    return this.value * 2
  }
}

export function sumBatch(size: number, index: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    if (i === size >> 1) Object.setPrototypeOf(Point.prototype, { [`plugin${index}`]: () => index })
    sum += new Point(i).scaled()
  }
  return sum
}
