import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pairLines } from './viewer/source/line-diff.ts'

/** Rows as text: `a` in both, `a|b` side by side, `a|` and `|b` alone. */
function draw(baseline: string, candidate: string, anchor?: { baseline: number; candidate: number }): string {
  const [left, right] = [baseline.split(' '), candidate.split(' ')]
  return pairLines(left, right, anchor)
    .map(({ baseline, candidate, isSame }) => {
      const [a, b] = [
        baseline === null ? '' : left[baseline - 1]!,
        candidate === null ? '' : right[candidate - 1]!,
      ]
      assert.equal(isSame, a === b && baseline !== null && candidate !== null)
      return isSame ? a : `${a}|${b}`
    })
    .join(' ')
}

describe('pairLines', () => {
  for (const [baseline, candidate, rows] of [
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
    test(`${baseline} → ${candidate}`, () => assert.equal(draw(baseline, candidate), rows))
  }

  test('an anchor stands in one row, also where a shorter edit were without it', () => {
    assert.equal(draw('f a b c', 'a b c f', { baseline: 1, candidate: 4 }), '|a |b |c f a| b| c|')
    assert.equal(draw('a b f c', 'f a b c', { baseline: 3, candidate: 1 }), 'a| b| f |a |b c')
  })

  test('every line is in one row, in order, and no shorter edit was missed', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    const text = () => Array.from({ length: random(9) }, () => 'abc'[random(3)]!)
    for (let run = 0; run < 500; run++) {
      const [baseline, candidate] = [text(), text()]
      const rows = pairLines(baseline, candidate)
      const counted = (lines: (number | null)[]) => lines.filter((line) => line !== null)
      assert.deepEqual(
        counted(rows.map((row) => row.baseline)),
        baseline.map((_, i) => i + 1),
      )
      assert.deepEqual(
        counted(rows.map((row) => row.candidate)),
        candidate.map((_, i) => i + 1),
      )
      for (const row of rows.filter(({ isSame }) => isSame))
        assert.equal(baseline[row.baseline! - 1], candidate[row.candidate! - 1])
      assert.equal(rows.filter(({ isSame }) => isSame).length, longestCommon(baseline, candidate))
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
function longestCommon(baseline: readonly string[], candidate: readonly string[]): number {
  const lengths = Array.from({ length: baseline.length + 1 }, () =>
    new Array<number>(candidate.length + 1).fill(0),
  )
  for (let i = 1; i <= baseline.length; i++) {
    for (let j = 1; j <= candidate.length; j++) {
      lengths[i]![j] =
        baseline[i - 1] === candidate[j - 1]
          ? lengths[i - 1]![j - 1]! + 1
          : Math.max(lengths[i - 1]![j]!, lengths[i]![j - 1]!)
    }
  }
  return lengths[baseline.length]![candidate.length]!
}
