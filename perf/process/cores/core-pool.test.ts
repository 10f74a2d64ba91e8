import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CorePool, chooseCores } from './core-pool.ts'

const never = new AbortController().signal

describe('a pool of cores', () => {
  test('gives each core to one taker at a time, in the order in which they came', async () => {
    const pool = new CorePool([0, 1])
    const busy = new Set<number | undefined>()
    const order: number[] = []
    const work = async (i: number) =>
      pool.use(never, async (core) => {
        assert.ok(!busy.has(core))
        busy.add(core)
        order.push(i)
        await new Promise(setImmediate)
        busy.delete(core)
        return core
      })
    const cores = await Promise.all([0, 1, 2, 3, 4].map(work))
    assert.deepEqual(order, [0, 1, 2, 3, 4])
    assert.deepEqual(new Set(cores), new Set([0, 1]))
  })

  test('has the core of work that fails again', async () => {
    const pool = new CorePool([7])
    await assert.rejects(
      pool.use(never, () => Promise.reject(new Error('boom'))),
      /boom/,
    )
    assert.equal(await pool.use(never, async (core) => core), 7)
  })

  test('begins nothing that was aborted while it waited', async () => {
    const pool = new CorePool([undefined])
    const controller = new AbortController()
    const first = pool.use(never, () => new Promise((resolve) => setImmediate(resolve)))
    const second = pool.use(controller.signal, () => assert.fail('it began'))
    controller.abort(new Error('interrupted'))
    await assert.rejects(second, /interrupted/)
    await first
  })
})

test('both of two cores, half of more; unbound, half of them', () => {
  assert.deepEqual(chooseCores([3], 1), [3])
  assert.deepEqual(chooseCores([0, 1], 2), [0, 1])
  assert.deepEqual(chooseCores([0, 1, 2, 3, 4, 5, 6, 7], 8), [0, 1, 2, 3])
  assert.deepEqual(chooseCores([], 1), [undefined])
  assert.deepEqual(chooseCores([], 8), [undefined, undefined, undefined, undefined])
})
