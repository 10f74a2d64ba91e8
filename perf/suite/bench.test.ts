import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, collectScenarios, group, http } from './bench.ts'
import type { HttpScenario, MicroScenario } from './scenario.ts'

const collect = async (define: () => void) => (await collectScenarios(async () => define())).scenarios
const app = (_request: unknown, _response: unknown) => {}

test('scenarios are named by their groups, in order', async () => {
  const scenarios = await collect(() => {
    group('cart', () => {
      bench('price', () => 1)
      group('big', () => bench('price', () => 2))
    })
    bench('alone', () => 3)
  })
  assert.deepEqual(
    scenarios.map(({ id }) => id),
    ['cart › price', 'cart › big › price', 'alone'],
  )
})

test('setup types what the function works on, and the function what the check sees', async () => {
  const [scenario] = await collect(() =>
    bench('sum', ({ numbers }) => numbers.reduce((sum, n) => sum + n, 0), {
      setup: async () => ({ numbers: [1, 2, 3] }),
      check: (sum, { numbers }) => sum.toFixed() === '6' && numbers.length === 3,
      counters: (sum) => ({ sum }),
      params: { length: 3 },
      key: false,
    }),
  )
  const { setup, op, check, counters, parameters, key } = scenario as MicroScenario<
    undefined,
    unknown,
    unknown
  >
  const state = await setup(undefined)
  const result = op(state, 0)
  assert.equal(result, 6)
  check?.(result, state)
  assert.deepEqual([counters?.(result, state), parameters, key], [{ sum: 6 }, { length: 3 }, false])
})

test('a check that answers false fails the op; one that answers nothing does not', async () => {
  const [no, silent] = await collect(() => {
    bench('no', () => 1, { check: (one) => one === 2 })
    bench('silent', () => 1, { check: () => {} })
  })
  assert.throws(() => (no as MicroScenario<undefined, undefined>).check?.(1, undefined), /answers false/)
  ;(silent as MicroScenario<undefined, undefined>).check?.(1, undefined)
})

test('a request is what the name says, and more where it is said', async () => {
  const scenarios = await collect(() => {
    http('GET /cart', app)
    http('/cart', app)
    http('/price', app, { body: [1] })
    http('a price', app, { method: 'PUT', path: '/price', body: [1], status: 204 })
  })
  assert.deepEqual(
    scenarios.map((scenario) => (scenario as HttpScenario<undefined>).requests[0]),
    [
      { method: 'GET', path: '/cart' },
      { method: 'GET', path: '/cart' },
      { method: 'POST', path: '/price', body: [1] },
      { method: 'PUT', path: '/price', body: [1] },
    ],
  )
  assert.deepEqual(
    scenarios.map((scenario) => (scenario as HttpScenario<undefined>).expectStatus),
    [undefined, undefined, undefined, 204],
  )
})

const WRONG: readonly [string, () => void, RegExp][] = [
  ['a mistyped option', () => bench('a', () => 1, { chek: () => true } as object), /no option 'chek'/],
  ['options that are null', () => bench('a', () => 1, null as never), /options of 'a' are no object/],
  [
    'a setup that is none',
    () => bench('a', () => 1, { setup: 1 as never }),
    /'a' has a setup that is no function/,
  ],
  [
    'a check that is none',
    () => bench('a', () => 1, { check: 1 as never }),
    /'a' has a check that is no function/,
  ],
  ['no function', () => bench('a', undefined as never), /has no function/],
  ['no name', () => bench('', () => 1), /has no name/],
  ['no path', () => http('a cart', app), /has no path/],
  ['no app', () => http('GET /', undefined as never), /has no app/],
  ['an async group', () => group('a', async () => {}), /async function/],
]
for (const [what, define, message] of WRONG) {
  test(`${what} is refused`, () => assert.rejects(collect(define), message))
}

test('outside of a perf file nothing is defined', () => {
  assert.throws(() => bench('a', () => 1), /where nothing is measured/)
})
