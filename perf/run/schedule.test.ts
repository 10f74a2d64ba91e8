import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scheduleForks } from './schedule.ts'

const kindOf = (name: string) => name[0]!

describe('the order of forks', () => {
  test('gives every item a fork in each round, and those that want more further rounds', () => {
    const order = scheduleForks(['a', 'b', 'c'], (item) => (item === 'b' ? 3 : 1), 7)
    assert.deepEqual(new Set(order.slice(0, 3)), new Set(['a', 'b', 'c']))
    assert.deepEqual(order.slice(3), ['b', 'b'])
    assert.deepEqual(scheduleForks(['a', 'b'], 0, 7), [])
  })

  test('is another one for another seed, and the same for the same', () => {
    const items = Array.from({ length: 20 }, (_, i) => `a${i}`)
    for (const together of [undefined, { atOnce: 2, kindOf }]) {
      const order = (seed: number) => scheduleForks(items, 2, seed, together)
      assert.deepEqual(order(1), order(1))
      assert.notDeepEqual(order(1), order(2))
      assert.notDeepEqual(order(1).slice(0, 20), order(1).slice(20))
    }
  })

  test('has so many of one kind side by side, and what is left over at the end', () => {
    const items = ['m1', 'h1', 'm2', 'h2', 'm3', 'h3', 'm4', 'm5']
    const starts = new Set<string>()
    for (let seed = 0; seed < 50; seed++) {
      const order = scheduleForks(items, 1, seed, { atOnce: 2, kindOf })
      assert.deepEqual([...order].sort(), [...items].sort())
      for (let i = 0; i < 6; i += 2) assert.equal(kindOf(order[i]!), kindOf(order[i + 1]!), order.join(' '))
      starts.add(order.slice(0, 2).join(' '))
    }
    // Neither kind, nor an item of it, always comes first.
    assert.ok(starts.size > 10, `${starts.size} different starts`)
  })
})
