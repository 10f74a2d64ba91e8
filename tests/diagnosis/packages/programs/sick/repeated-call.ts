// Works out in every turn of a loop what is the same in all of them.
export interface Rates {
  readonly steps: readonly number[]
}

/** Some work that depends on the rates alone. */
function taxRate(rates: Rates): number {
  let product = 1
  for (const step of rates.steps) product = (product * (1 + step)) % 7
  return product
}

export function priceAll(prices: readonly number[], rates: Rates): number {
  let sum = 0
  for (const price of prices) {
    sum += price * taxRate(rates)
  }
  return sum
}
