import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { discoverScenarios } from '../process/discover.ts'
import { matchesFilter, selectScenarios } from './filter.ts'
import type { DiscoveredScenario } from './load.ts'
import type { Limits } from './metrics.ts'
import { defineSuite, micro } from './scenario.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const idsOf = (discovered: readonly DiscoveredScenario[]) => discovered.map(({ scenario }) => scenario.id)

describe('the suite of this repository', async () => {
  const discovered = await discoverScenarios(root, undefined)

  test('has every case on every layer where it makes sense', () => {
    const cases = [
      'arrays/append',
      'arrays/reorder',
      'arrays/toggle',
      'noop/refresh',
      'payload/10kb',
      'payload/25kb',
      'payload/50kb',
      'property/single',
    ]
    const expected = [
      ...cases.flatMap((name) => ['apply', 'http', 'processor'].map((layer) => `${name}.${layer}`)),
      ...['mount/cold', 'mount/warm'].flatMap((name) =>
        ['http', 'processor'].map((layer) => `${name}.${layer}`),
      ),
    ]
    assert.deepEqual(idsOf(discovered), expected.sort())
  })

  test('all of it can run here', () => {
    assert.deepEqual(
      discovered.filter(({ skipReason }) => skipReason !== undefined),
      [],
    )
  })

  for (const [filters, count] of [
    [[], 28],
    [['arrays'], 9],
    [['*.http'], 10],
    [['payload/50kb.*'], 3],
    [['arrays', 'noop/refresh.apply'], 10],
    [['arrays/append.processor'], 1],
  ] as const) {
    test(`filter ${filters.join(' ') || '(none)'}: ${count} scenarios`, () => {
      assert.equal(selectScenarios(discovered, filters).length, count)
    })
  }

  for (const [filter, hint] of [
    ['aray', /did you mean 'arrays'\?/],
    ['arrays/apend.http', /did you mean 'arrays\/append\.http'\?/],
    ['zzzzzzzzzzzz', /^--list shows all 28 scenarios$/],
  ] as const) {
    test(`filter ${filter} matches nothing, with a hint`, () => {
      assert.throws(
        () => selectScenarios(discovered, ['arrays', filter]),
        (error: Error & { code: string; hint: string }) => {
          assert.equal(error.code, 'no-scenario')
          assert.match(error.hint, hint)
          return true
        },
      )
    })
  }
})

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
