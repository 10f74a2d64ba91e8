import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CpuProfile, Frame } from '../model/model.ts'
import { Sources } from '../source/sources.ts'
import { guessPlaces } from './guess-places.ts'
import type { TickPlace } from './lines.ts'

const A = 'file:///a.js'
const B = 'file:///b.js'
const C = 'file:///c.js'
/** Line 2 of all three files is a function's; only one of them can be what `total` calls. */
const TEXTS = new Map([
  [
    A,
    'function total(list) {\n  return list.map((item) => item.cents)\n    .map(tax)\n}\n\n\nfunction unused() {\n  return 1\n}\n',
  ],
  [
    B,
    'const rate = 2\n\n\n\n\nfunction tax(cents) {\n  return round(cents * rate)\n}\n\nfunction round(n) {\n  return n | 0\n}\n',
  ],
  [
    C,
    '\n\n\n\n\nfunction stranger() {\n  return 1\n}\nfunction other() { return 1 }\nfunction round(n) {\n  return n\n}\n',
  ],
])

function coverageOf(url: string): {
  url: string
  functions: { functionName: string; ranges: { startOffset: number; endOffset: number; count: number }[] }[]
} {
  const text = TEXTS.get(url)!
  const named = [...text.matchAll(/function (\w+)[^{]*\{[^}]*\}/g)].map(
    ({ 0: whole, 1: functionName, index }) => ({
      functionName: functionName!,
      ranges: [{ startOffset: index, endOffset: index + whole.length, count: 1 }],
    }),
  )
  const arrows = [...text.matchAll(/\(item\) => item\.cents/g)].map(({ 0: whole, index }) => ({
    functionName: '',
    ranges: [{ startOffset: index, endOffset: index + whole.length, count: 1 }],
  }))
  const whole = { functionName: '', ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] }
  return { url, functions: [whole, ...named, ...arrows] }
}

const TOTAL: Frame = { functionName: 'total', url: A, line: 1, column: 15 }

function placeOf(line: number, urls: readonly string[], frame = TOTAL): TickPlace {
  const sources = new Sources(
    urls.map(coverageOf),
    new Map([...TEXTS].map(([url, text]) => [url, { text, sourceMapURL: '' }])),
  )
  const ticks = { node: Int32Array.of(0), line: Int32Array.of(line), count: Int32Array.of(1) }
  const profile = { frames: [frame], nodeFrame: Int32Array.of(0), ticks } as unknown as CpuProfile
  return guessPlaces({ profile, places: [{ kind: 'unknown', line }] }, sources).places[0]!
}

describe('the file of a tick, of which only the line is known', () => {
  test('is the function’s own, where it has that line', () => {
    assert.deepEqual(placeOf(3, [A, B, C]), { kind: 'file', url: A, line: 3 })
  })

  test('is that of a function that it names, in another file', () => {
    assert.deepEqual(placeOf(7, [A, B, C]), { kind: 'file', url: B, line: 7 })
  })

  test('is that of what those name in turn, where only one of them has the line', () => {
    assert.deepEqual(placeOf(11, [A, B]), { kind: 'file', url: B, line: 11 })
  })

  test('is nobody’s, where two have it, or none', () => {
    assert.deepEqual(placeOf(11, [A, B, C]), { kind: 'node' })
    assert.deepEqual(placeOf(20, [A, B, C]), { kind: 'node' })
  })

  test('stays a question, where the function itself is not known', () => {
    const unknown = { ...TOTAL, url: 'node:fs' }
    assert.deepEqual(placeOf(7, [A, B, C], unknown), { kind: 'unknown', line: 7 })
  })
})
