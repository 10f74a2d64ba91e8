import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from './nearest-name.ts'

const NAMES = ['run', 'ci', 'merge', 'compare', 'diff']

test('a mistyped name, and words that are none', () => {
  for (const [typed, meant] of [
    ['comprae', 'compare'],
    ['cI', 'ci'],
    ['marge', 'merge'],
    ['2', undefined],
    ['GET', undefined],
    ['arrays', undefined],
  ] as const)
    assert.equal(nearestName(typed, NAMES), meant, typed)
})
