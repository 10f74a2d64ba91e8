// Reads one property of objects of very many shapes.
export type Shape = { readonly value: number; readonly weight: number }

/** Objects that have the same fields in ever other order. */
export function makeShapes(count: number): Shape[] {
  return Array.from({ length: count }, (_, i) => {
    const shape: Record<string, number> = {}
    for (let field = 0; field < i % 24; field++) shape[`extra${i % 24}_${field}`] = field
    shape.weight = 2
    shape.value = i
    return shape as unknown as Shape
  })
}

export function sumShapes(shapes: readonly Shape[]): number {
  let sum = 0
  for (let round = 0; round < 10; round++) {
    for (const shape of shapes) {
      sum += shape.value * shape.weight
    }
  }
  return sum
}
