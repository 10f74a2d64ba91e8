// Programs that do their work as one would wish.
export interface Line {
  readonly sku: string
  readonly cents: number
  readonly count: number
}

function priceLine({ cents, count }: Line): number {
  const gross = cents * count
  return count > 10 ? Math.round(gross * 0.9) : gross
}

export function priceCart(lines: readonly Line[]): number {
  let sum = 0
  for (const line of lines) sum += priceLine(line)
  return sum
}

export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  let start = -1
  for (let at = 0; at <= text.length; at++) {
    const isLetter = at < text.length && text.charCodeAt(at) > 32
    if (isLetter && start < 0) start = at
    if (!isLetter && start >= 0) {
      const word = text.slice(start, at)
      counts.set(word, (counts.get(word) ?? 0) + 1)
      start = -1
    }
  }
  return counts
}

export function sortLines(lines: readonly Line[]): Line[] {
  return [...lines].sort((a, b) => a.cents - b.cents)
}

export function multiply(left: Float64Array, right: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0
      for (let i = 0; i < size; i++) sum += left[row * size + i]! * right[i * size + column]!
      product[row * size + column] = sum
    }
  }
  return product
}

export function joinByIndex(lines: readonly Line[], stock: ReadonlyMap<string, number>): number {
  let missing = 0
  for (const { sku, count } of lines) if ((stock.get(sku) ?? 0) < count) missing++
  return missing
}

export function findFirst(sorted: readonly number[], wanted: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

export function findAll(sorted: readonly number[], wanted: readonly number[]): number {
  let sum = 0
  for (const value of wanted) sum += findFirst(sorted, value)
  return sum
}

export function toJson(lines: readonly Line[]): string {
  return JSON.stringify({ lines, total: priceCart(lines) })
}

export function fromJson(text: string): number {
  const { lines } = JSON.parse(text) as { lines: Line[] }
  return priceCart(lines)
}

const UNSAFE = /[&<>]/

function escapeText(text: string): string {
  if (!UNSAFE.test(text)) return text
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export function renderTable(lines: readonly Line[]): string {
  let rows = ''
  for (const { sku, cents } of lines) rows += `<tr><td>${escapeText(sku)}</td><td>${cents}</td></tr>`
  return `<table>${rows}</table>`
}

export class LeastRecent {
  readonly #most: number
  readonly #items = new Map<number, number>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: number): number {
    const value = this.#items.get(key) ?? key * 2
    this.#items.delete(key)
    this.#items.set(key, value)
    if (this.#items.size > this.#most) this.#items.delete(this.#items.keys().next().value!)
    return value
  }
}

export function useCache(cache: LeastRecent, keys: readonly number[]): number {
  let sum = 0
  for (const key of keys) sum += cache.get(key)
  return sum
}

async function checkAll(lines: readonly Line[]): Promise<boolean> {
  let isFine = true
  for (const { cents } of lines) isFine = isFine && cents >= 0
  return isFine
}

export async function placeOrder(lines: readonly Line[]): Promise<string> {
  if (!(await checkAll(lines))) throw new Error('a price below zero')
  return renderTable(lines)
}

export function hashText(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
