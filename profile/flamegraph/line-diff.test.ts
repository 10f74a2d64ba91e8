import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pairLines } from './viewer/line-diff.ts'

/** Rows as text: `a` in both, `a|b` side by side, `a|` and `|b` alone. */
function draw(before: string, after: string, anchor?: { before: number; after: number }): string {
  const [left, right] = [before.split(' '), after.split(' ')]
  return pairLines(left, right, anchor)
    .map(({ before, after, isSame }) => {
      const [a, b] = [before === null ? '' : left[before - 1]!, after === null ? '' : right[after - 1]!]
      assert.equal(isSame, a === b && before !== null && after !== null)
      return isSame ? a : `${a}|${b}`
    })
    .join(' ')
}

describe('pairLines', () => {
  for (const [before, after, rows] of [
    ['a b c', 'a b c', 'a b c'],
    ['a b c', 'a c', 'a b| c'],
    ['a c', 'a b c', 'a |b c'],
    ['a b c', 'a x c', 'a b|x c'],
    ['a b c', 'a x y c', 'a b|x |y c'],
    ['a b', 'c d e', 'a|c b|d |e'],
    ['a b c d e f', 'a x c d y f', 'a b|x c d e|y f'],
    ['x a b c', 'a b c y', 'x| a b c |y'],
    // Myers' own example
    ['a b c a b b a', 'c b a b a c', 'a| b| c |b a b b| a |c'],
  ] as const) {
    test(`${before} → ${after}`, () => assert.equal(draw(before, after), rows))
  }

  test('an anchor stands in one row, also where a shorter edit were without it', () => {
    assert.equal(draw('f a b c', 'a b c f', { before: 1, after: 4 }), '|a |b |c f a| b| c|')
    assert.equal(draw('a b f c', 'f a b c', { before: 3, after: 1 }), 'a| b| f |a |b c')
  })

  test('every line is in one row, in order, and no shorter edit was missed', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    const text = () => Array.from({ length: random(9) }, () => 'abc'[random(3)]!)
    for (let run = 0; run < 500; run++) {
      const [before, after] = [text(), text()]
      const rows = pairLines(before, after)
      const counted = (lines: (number | null)[]) => lines.filter((line) => line !== null)
      assert.deepEqual(
        counted(rows.map((row) => row.before)),
        before.map((_, i) => i + 1),
      )
      assert.deepEqual(
        counted(rows.map((row) => row.after)),
        after.map((_, i) => i + 1),
      )
      for (const row of rows.filter(({ isSame }) => isSame))
        assert.equal(before[row.before! - 1], after[row.after! - 1])
      assert.equal(rows.filter(({ isSame }) => isSame).length, longestCommon(before, after))
    }
  })

  test('texts that have little in common are soon given up', () => {
    const long = (start: string) => Array.from({ length: 20_000 }, (_, i) => `${start}${i}`)
    const rows = pairLines(['same', ...long('a')], ['same', ...long('b')])
    assert.equal(rows.length, 20_001)
    assert.equal(rows.filter(({ isSame }) => isSame).length, 1)
  })
})

/** By the definition: the most lines that are equal in both, in order. */
function longestCommon(before: readonly string[], after: readonly string[]): number {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  for (let i = 1; i <= before.length; i++) {
    for (let j = 1; j <= after.length; j++) {
      lengths[i]![j] =
        before[i - 1] === after[j - 1]
          ? lengths[i - 1]![j - 1]! + 1
          : Math.max(lengths[i - 1]![j]!, lengths[i]![j - 1]!)
    }
  }
  return lengths[before.length]![after.length]!
}
