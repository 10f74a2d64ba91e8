import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchesFilter, pickShard } from './filter.ts'
import type { DiscoveredScenario } from './load.ts'
import type { Limits } from './metrics.ts'
import { refuseArchives } from './project.ts'
import { defineSuite, micro } from './scenario.ts'

test('a glob is matched on the whole id, a word anywhere in it', () => {
  assert.equal(matchesFilter('arrays/append.http', 'append'), true)
  assert.equal(matchesFilter('arrays/append.http', 'append*'), false)
  assert.equal(matchesFilter('arrays/append.http', '*append*'), true)
})

test('every scenario is in one shard, servers and handlers dealt out evenly', () => {
  const all = Array.from({ length: 11 }, (_, i) => ({
    scenario: { id: `s${i}`, kind: i % 3 === 0 ? 'http' : 'micro' },
  })) as unknown as DiscoveredScenario[]
  const shards = [1, 2, 3].map((index) => pickShard(all, { index, count: 3 }))
  const idsOf = (list: readonly DiscoveredScenario[]) => list.map(({ scenario }) => scenario.id).sort()
  assert.deepEqual(idsOf(shards.flat()), idsOf(all))
  assert.deepEqual(
    shards.map(({ length }) => length),
    [4, 4, 3],
  )
  const servers = shards.map((shard) => shard.filter(({ scenario }) => scenario.kind === 'http').length)
  assert.deepEqual(servers, [2, 1, 1])
  assert.throws(() => pickShard(all, { index: 1, count: 12 }), /11 scenarios cannot be dealt out to 12/)
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
  for (const [what, options, message] of [
    ['a check that is none', { check: 1 }, /a check that is no function/],
    ['counters that are no function', { counters: { c: () => 1 } }, /a counters that is no function/],
    ['a key in words', { key: 'false' }, /neither true nor false/],
    ['a limit in words', { limits: { p95Ns: '2' } }, /limits p95Ns to 2/],
    ['parameters that are null', { parameters: null }, /no object/],
    ['a parameter that is no JSON', { parameters: { n: 10n } }, /cannot be written as JSON: .*BigInt/],
    ['parameters in a circle', { parameters: circle() }, /cannot be written as JSON/],
    [
      'a parameter that throws',
      {
        parameters: {
          get n() {
            throw new Error('no')
          },
        },
      },
      /as JSON: no$/,
    ],
    ['parameters of a page', { parameters: { n: 'x'.repeat(20_000) } }, /of 20008 characters/],
  ] as const) {
    test(`${what} is told when the file is loaded`, () => {
      const scenario = { id: 'a/b.c', setup: () => 0, op: () => 0, ...(options as object) }
      const define = () =>
        defineSuite({
          name: 'demo',
          target: { directory: '.', resolveEntry: () => '', load: () => ({}) },
          scenarios: [micro(scenario)],
        })
      assert.throws(define, { code: 'bad-suite', message })
    })
  }
  test('a good id is taken', () => assert.equal(suite('arrays/append-2.processor').scenarios.length, 1))
})

test("Yarn's Plug'n'Play is refused, with what to do", () => {
  refuseArchives({ node: '20.0.0' })
  assert.throws(() => refuseArchives({ node: '20.0.0', pnp: '3' }), { hint: /nodeLinker: node-modules/ })
})

function circle(): object {
  const own: Record<string, unknown> = {}
  own.self = own
  return own
}
