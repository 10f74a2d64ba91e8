// Programs that are fine: a diagnosis has to say nothing of them.
import { bench } from 'flamegate'
import {
  countWords,
  findAll,
  fromJson,
  hashText,
  joinByIndex,
  LeastRecent,
  multiply,
  placeOrder,
  priceCart,
  renderTable,
  sortLines,
  toJson,
  useCache,
} from '../healthy/programs.ts'

const lines = Array.from({ length: 200 }, (_, i) => ({
  sku: `sku${(i * 7919) % 200}`,
  cents: (i * 7919) % 1_000,
  count: i % 15,
}))
const text = lines.map(({ sku, cents }) => `${sku} costs ${cents} today`).join('\n')
const left = Float64Array.from({ length: 32 * 32 }, (_, i) => i % 13)
const sorted = Array.from({ length: 10_000 }, (_, i) => i * 3)
const wanted = Array.from({ length: 50 }, (_, i) => i * 601)
const stock = new Map(lines.map(({ sku, count }) => [sku, count]))
const json = toJson(lines)
const keys = Array.from({ length: 200 }, (_, i) => (i * 7919) % 150)

bench('price a cart', () => priceCart(lines))
bench('count words', () => countWords(text))
bench('sort', () => sortLines(lines))
bench('multiply', () => multiply(left, left, 32))
bench('join by an index', () => joinByIndex(lines, stock))
bench('binary search', () => findAll(sorted, wanted))
bench('write JSON once', () => toJson(lines))
bench('read JSON once', () => fromJson(json))
bench('render a table', () => renderTable(lines))
bench('a cache', (cache: LeastRecent) => useCache(cache, keys), { setup: () => new LeastRecent(100) })
bench('two awaits', () => placeOrder(lines))
bench('hash a text', () => hashText(text))
