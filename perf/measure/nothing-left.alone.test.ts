import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costsNothing } from './nothing-left.ts'

const state = { list: [3, 1, 2], map: new Map([['key', 1]]), text: '' }
type State = typeof state

test('an op whose result nobody uses, and one that has none, cost nothing', () => {
  assert.equal(
    costsNothing(() => {}, state),
    true,
  )
  assert.equal(
    costsNothing(({ list }: State) => {
      list.length + 1
    }, state),
    true,
  )
})

test('an op that does something costs something', () => {
  for (const op of [
    ({ map }: State) => map.get('key'),
    ({ list }: State) => list.join(','),
    (_: State, i: number) => `text ${i}`,
    () => ({ list: [] }),
  ])
    assert.equal(costsNothing(op, state), false, String(op))
})
