import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchesFilter } from './filter.ts'
import type { Limits } from './metrics.ts'
import { defineSuite, micro } from './scenario.ts'

test('a glob is matched on the whole id, a word anywhere in it', () => {
  assert.equal(matchesFilter('arrays/append.http', 'append'), true)
  assert.equal(matchesFilter('arrays/append.http', 'append*'), false)
  assert.equal(matchesFilter('arrays/append.http', '*append*'), true)
})

describe('defineSuite', () => {
  const suite = (...ids: string[]) =>
    defineSuite({
      name: 'demo',
      target: { directory: '.', resolveEntry: () => '', load: () => ({}) },
      scenarios: ids.map((id) => micro({ id, setup: () => 0, op: () => 0 })),
    })
  for (const id of ['', 'a', 'a/b', 'A/b.c', 'a/b.c.d', '../a/b.c', 'a/b.c/..', 'a b/c.d', 'a/b.ü']) {
    test(`id '${id}' is refused`, () => assert.throws(() => suite(id), { code: 'bad-suite' }))
  }
  test('an id that is there twice is refused', () =>
    assert.throws(() => suite('a/b.c', 'a/b.c'), { code: 'bad-suite' }))
  for (const [limits, isSensible] of [
    [{ opsPerSecond: 0.5 }, true],
    [{ opsPerSecond: 1.2 }, false],
    [{ p95Ns: 1.5 }, true],
    [{ p50Ns: 0.75 }, false],
  ] as [Partial<Limits>, boolean][]) {
    test(`limits ${JSON.stringify(limits)} are ${isSensible ? 'taken' : 'refused'}`, () => {
      const define = () =>
        defineSuite({
          name: 'demo',
          target: { directory: '.', resolveEntry: () => '', load: () => ({}) },
          scenarios: [micro({ id: 'a/b.c', setup: () => 0, op: () => 0, limits })],
        })
      if (isSensible) define()
      else assert.throws(define, { code: 'bad-suite' })
    })
  }
  test('a good id is taken', () => assert.equal(suite('arrays/append-2.processor').scenarios.length, 1))
})
