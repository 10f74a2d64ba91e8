import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { debugLog, shorten } from './debug.ts'

describe('what DEBUG asks for', () => {
  for (const [wanted, isHeard] of [
    [undefined, false],
    ['', false],
    ['express:*', false],
    ['flamegate', false],
    ['flamegate:protocol', false],
    ['flamegate:process', true],
    ['flamegate:*', true],
    ['*', true],
    ['express:*,flamegate:process', true],
    ['express:* flamegate:*', true],
  ] as const) {
    test(`${wanted}: processes ${isHeard ? 'are told' : 'are not'}`, () =>
      assert.equal(debugLog('process', wanted) !== undefined, isHeard))
  }

  test('where nobody asked, nothing is computed', () => {
    const costly = () => assert.fail('computed')
    debugLog('protocol', 'express')?.(costly())
  })
})

test('a message is told on one line, without its long parts', () => {
  assert.equal(shorten({ kind: 'turn', id: 3 }), "{ kind: 'turn', id: 3 }")
  const long = shorten({ profile: Array.from({ length: 5_000 }, (_, i) => `${i}`), text: 'x'.repeat(5_000) })
  assert.ok(long.length < 500 && !long.includes('\n'), long)
})
