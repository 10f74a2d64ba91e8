import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findCommonItems } from './common-items.ts'

const NUMBERS = Array.from({ length: 5_000 }, (_, i) => `${i}`)

describe('findCommonItems', () => {
  test('however much was replaced, what stayed is found', () => {
    const candidate = NUMBERS.map((text, i) => (i % 2 === 0 ? text : `new ${text}`))
    const even = NUMBERS.map((_, i) => [i, i]).filter((_, i) => i % 2 === 0)
    assert.deepEqual(findCommonItems(NUMBERS, candidate), even)
  })

  test('indices count what only one list has', () => {
    assert.deepEqual(findCommonItems(['a', 'x', 'b', 'c'], ['a', 'b', 'y', 'y', 'd', 'c']), [
      [0, 0],
      [2, 1],
      [3, 5],
    ])
  })

  test('of lists in quite another order, only equal ends are found', () => {
    const turned = ['start', ...NUMBERS.toReversed(), 'end', 'end']
    assert.deepEqual(findCommonItems(['start', ...NUMBERS, 'end', 'end'], turned), [
      [0, 0],
      [5_001, 5_001],
      [5_002, 5_002],
    ])
  })

  test('an empty list has nothing in common', () => {
    assert.deepEqual(findCommonItems([], ['a']), [])
    assert.deepEqual(findCommonItems(['a'], []), [])
  })
})
