// Writes lines to the console while it works.
export function addLogged(values: readonly number[]): number {
  let sum = 0
  for (const value of values) {
    sum += value
    console.log('added %d, sum %d', value, sum, { value, sum })
  }
  return sum
}
