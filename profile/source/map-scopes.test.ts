import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MapScopes } from './map-scopes.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function unsigned(value: number): string {
  const rest = Math.floor(value / 32)
  return rest === 0 ? DIGITS[value]! : DIGITS[(value % 32) + 32]! + unsigned(rest)
}

/** A tag and what follows; a number in a list has a sign. */
const item = (...numbers: readonly (number | readonly [number])[]) =>
  numbers
    .map((part) =>
      typeof part === 'number' ? unsigned(part) : unsigned(part[0] < 0 ? -2 * part[0] + 1 : 2 * part[0]),
    )
    .join('')

/** The example of the proposal: `z` at 1:10 of the source, called and inlined; in the compiled text at 1:11. */
const NAMES = ['global', 'z', 'function']
const EXAMPLE = [
  item(1, 2, 0, 0, [0]),
  item(1, 7, 1, 10, [1], [2]),
  item(3, [0], [1]),
  item(2, 3, 1),
  item(2, 1, 17),
  item(5, 2, 0, [0]),
  item(5, 7, 1, 11, [1]),
  item(6, 3, 1),
  item(5, 3, 1, 0, [0]),
  item(9, [0], [5], [0]),
  item(6, 28),
  item(6, 0),
].join(',')

describe('the scopes of a source map', () => {
  test('the innermost function of the compiled text around a place, and its name in the source', () => {
    const scopes = MapScopes.of({ scopes: EXAMPLE, names: NAMES })!
    assert.deepEqual(scopes.functionAt({ line: 2, column: 5 })?.name, 'z')
    assert.deepEqual(scopes.functionAt({ line: 1, column: 11 })?.start, { line: 1, column: 11 })
    assert.equal(scopes.functionAt({ line: 1, column: 10 }), undefined)
    assert.equal(scopes.functionAt({ line: 4, column: 1 }), undefined)
    // What was inlined is no function of the compiled text.
    assert.equal(scopes.functionAt({ line: 5, column: 3 }), undefined)
  })

  test('an index map: where its sections stand', () => {
    const section = { scopes: EXAMPLE, names: NAMES }
    const scopes = MapScopes.of({
      sections: [
        { offset: { line: 0, column: 0 }, map: section },
        { offset: { line: 9, column: 4 }, map: section },
      ],
    })!
    assert.deepEqual(scopes.functionAt({ line: 10, column: 11 })?.start, { line: 10, column: 11 })
    assert.equal(scopes.functionAt({ line: 9, column: 11 }), undefined)
  })

  const damaged: Readonly<Record<string, unknown>> = {
    'no text': 7,
    'items that are none': ',,@@,B,F,FFFFF',
    'ends without a start': `${item(6, 1)},${item(2, 1)},${item(6, 2, 2)}`,
    'names that are not there': [item(1, 1, 0, 0, [99]), item(5, 6, 0, [0]), item(6, 9)].join(','),
  }
  for (const [name, scopes] of Object.entries(damaged))
    test(`${name}: nothing is known, and nothing breaks`, () => {
      const found = MapScopes.of({ scopes, names: [3] })
      assert.equal(found?.functionAt({ line: 0, column: 2 })?.name, undefined)
    })
})
