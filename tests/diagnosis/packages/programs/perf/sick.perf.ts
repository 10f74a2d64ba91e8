// Programs of known illness: a scenario is named by what a diagnosis has to say first.
import { bench } from 'flamegate'
import { rebuild } from '../sick/allocation.ts'
import { sumKeys } from '../sick/await-hops.ts'
import { addLogged } from '../sick/console-log.ts'
import { sumBatch } from '../sick/deopt-loop.ts'
import { isAllowed } from '../sick/json-again.ts'
import { countUp } from '../sick/json-clone.ts'
import { joinOrders } from '../sick/linear-search.ts'
import { makeShapes, sumShapes } from '../sick/megamorphic.ts'
import { countNames } from '../sick/regex.ts'
import { priceAll } from '../sick/repeated-call.ts'
import { renderPage } from '../sick/sync-file.ts'
import { askAll } from '../sick/waiting.ts'

const numbers = Array.from({ length: 100 }, (_, i) => i)
const orders = numbers.map((i) => ({ customerId: 400 + i, cents: i * 100 }))
const customers = Array.from({ length: 500 }, (_, id) => ({ id, name: `customer ${id}` }))
const rates = { steps: numbers.map((i) => i / 100) }
const state = { items: numbers.map((id) => ({ id, text: `item ${id}`, isDone: id % 2 === 0 })), count: 0 }
const settings = JSON.stringify(Object.fromEntries(numbers.map((i) => [`setting${i}`, i % 2 === 0])))
const names = numbers.slice(0, 20).map((i) => `setting${i}`)
const shapes = makeShapes(240)
const lines = numbers.slice(0, 4).map((i) => `name and name and name ${i}!`)

bench('gc', () => rebuild(10))
bench('linear-search', () => joinOrders(orders, customers))
bench('repeated-call', () => priceAll(numbers, rates))
bench('json-clone', () => countUp(state))
bench('json-again', () => isAllowed(settings, names))
bench('deopt-loop', (_: undefined, index) => sumBatch(20_000, index))
bench('megamorphic', () => sumShapes(shapes))
bench('await-hops', () => sumKeys(100))
bench('console', () => addLogged(numbers.slice(0, 5)))
bench('sync-io', () => renderPage('a title'))
bench('regular-expression', () => countNames(lines))
bench('waiting', () => askAll([1, 2, 3]))
