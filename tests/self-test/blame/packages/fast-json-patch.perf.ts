// Scenarios of the package fast-json-patch.
import { isDeepStrictEqual } from 'node:util'
import type * as FastJsonPatch from 'fast-json-patch'
import { defineSuite, micro } from 'flamegate'
import { npmTarget } from './npm-target.ts'

type JsonPatch = typeof FastJsonPatch
type Patch = FastJsonPatch.Operation[]

interface Order {
  id: string
  customer: { name: string; 'e/mail': string; tags: string[] }
  lines: { sku: string; quantity: number; price: number }[]
  paid: boolean
}

const ORDERS = 24

function makeOrders(): Order[] {
  return Array.from({ length: ORDERS }, (_, i) => ({
    id: `order-${i}`,
    customer: { name: `Customer ${i}`, 'e/mail': `customer-${i}@example.org`, tags: ['new', 'web'] },
    lines: Array.from({ length: 3 }, (_, k) => ({ sku: `sku-${i}-${k}`, quantity: k + 1, price: 9.5 * k })),
    paid: false,
  }))
}

/** Every third order differs: in a value below an escaped key, in a key more, in a line more, or in a line less. */
function changeOrders(orders: readonly Order[]): Order[] {
  return structuredClone(orders as Order[]).map((order, i) => {
    if (i % 3 !== 0) return order
    order.paid = true
    order.customer['e/mail'] = `somebody-${i}@example.org`
    order.customer.tags.push('late')
    order.lines[1]!.quantity += i
    if (i % 2 === 0) order.lines.push({ sku: `extra-${i}`, quantity: 1, price: 1 })
    else order.lines.pop()
    return order
  })
}

/** fast-json-patch as its users meet it: the patch from one document to another, and there and back by patches. */
export default defineSuite<JsonPatch>({
  name: 'fast-json-patch',
  target: npmTarget<JsonPatch>('fast-json-patch'),
  scenarios: [
    micro({
      id: 'json-patch/compare.micro',
      setup(target: JsonPatch) {
        const before = makeOrders()
        const after = changeOrders(before)
        return { target, before, after, expected: structuredClone(target.compare(before, after)) }
      },
      op: ({ target, before, after }) => target.compare(before, after),
      check(result, { expected }) {
        if (!isDeepStrictEqual(result, expected)) throw new Error('the patch is another one')
      },
    }),
    micro({
      id: 'json-patch/apply.micro',
      setup(target: JsonPatch) {
        const before = makeOrders()
        const after = changeOrders(before)
        const there: Patch = target.compare(before, after)
        const back: Patch = target.compare(after, before)
        return { target, document: structuredClone(before), before, there, back }
      },
      op({ target, document, there, back }) {
        target.applyPatch(document, there, true)
        return target.applyPatch(document, back, true).newDocument
      },
      check(result, { before }) {
        if (!isDeepStrictEqual(result, before)) throw new Error('the document did not come back')
      },
    }),
  ],
})
