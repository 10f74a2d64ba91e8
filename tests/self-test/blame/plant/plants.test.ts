import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drawFacts, drawFunctions } from '../read/drawn-functions.ts'
import type { ExecutedFunction } from '../read/executed.ts'
import { calibrate } from './calibration.ts'
import { applyEdits } from './edits.ts'
import { findWays, type PlantWay, plantIn, roundTurns } from './plants.ts'
import { orderSites } from './sites.ts'

const TEXT = `function f(value, list) {
  g(value)
  return value.id + list.length
}
function g(x) { counts.g += 1; return x }
`
const [f, g] = drawFunctions(TEXT, 'drawn.cjs') as [ExecutedFunction, ExecutedFunction]
const OWN = new Set(['f', 'g'])

/** What f answers with a plant, and how often what the plant does was done. */
function run(
  way: PlantWay,
  turns: number,
  calls = 1,
): { answers: unknown[]; counts: Record<string, number> } {
  const counts = { g: 0, imul: 0, slice: 0, json: 0, clone: 0, part: 0, shape: 0 }
  const { edits, appendix = '' } = plantIn(f, way, turns)
  const body = `${applyEdits(TEXT, edits)}\n${appendix}\nreturn [f, () => typeof plantedBase === 'object' && 'extra' in plantedBase]`
  const note = (what: keyof typeof counts, value: unknown) => {
    counts[what] += 1
    return value
  }
  const fakes = {
    counts,
    Math: { imul: () => note('imul', 1) },
    Array: { isArray: Array.isArray, prototype: { slice: { call: () => note('slice', []) } } },
  }
  const [planted, isExtra] = new Function(...Object.keys(fakes), body)(...Object.values(fakes))
  const answers = Array.from({ length: calls }, () => {
    const list = [1, 2, 3, 4]
    for (const i of list.keys()) Object.defineProperty(list, i, { get: () => note('part', i) })
    // What is cloned by structuredClone may hold no functions.
    const isJson = 'by' in way && way.by === 'JSON'
    const seen = Object.defineProperty({ id: 7 }, 'seen', { enumerable: true, get: () => note('clone', 1) })
    return planted(isJson ? { id: 7, toJSON: () => note('json', null) } : seen, list)
  })
  return { answers, counts: { ...counts, shape: Number(isExtra()) } }
}

const call = f.calls[0]!
const [value, list] = [drawFacts('value'), drawFacts('list')]

describe('a plant', () => {
  const cases: readonly [way: PlantWay, turns: number, counts: Record<string, number>][] = [
    [{ kind: 'busy-loop' }, 1, { imul: 1 }],
    [{ kind: 'busy-loop' }, 25, { imul: 25 }],
    // Its own call and three more.
    [{ kind: 'extra-call', call }, 3, { g: 4 }],
    // Six pairs of four, two of them read a pair.
    [{ kind: 'quadratic', parameter: list }, 2, { part: 24 }],
    [{ kind: 'deep-clone', parameter: value, by: 'JSON' }, 5, { json: 5 }],
    [{ kind: 'deep-clone', parameter: value, by: 'structuredClone' }, 3, { clone: 3 }],
    [{ kind: 'deopt', by: 'arguments' }, 4, { slice: 4 }],
    [{ kind: 'deopt', by: 'invalidation' }, 3, { shape: 1 }],
    [{ kind: 'deopt', by: 'invalidation' }, 4, { shape: 0 }],
    [{ kind: 'deopt', by: 'dictionary' }, 4, {}],
  ]
  for (const [way, turns, expected] of cases) {
    const name = 'by' in way ? `${way.kind} by ${way.by}` : way.kind
    test(`${name}, ${turns} turns: does as much more and answers the same`, () => {
      const { answers, counts } = run(way, turns)
      assert.deepEqual(answers, [11])
      for (const [what, count] of Object.entries(expected)) assert.equal(counts[what], count, what)
    })
  }

  test('below one turn works at every so many calls', () => {
    assert.equal(run({ kind: 'busy-loop' }, 0.25, 12).counts.imul, 3)
    assert.equal(run({ kind: 'extra-call', call }, 0.5, 10).counts.g, 15)
    assert.equal(run({ kind: 'deep-clone', parameter: value, by: 'JSON' }, 0.1, 20).counts.json, 2)
  })

  test('is written on the lines that are there', () => {
    for (const kind of ['busy-loop', 'extra-call', 'deopt'] as const) {
      for (const way of findWays(f, kind, [], OWN)) {
        const { edits, line, functionName, file } = plantIn(f, way, 2)
        assert.equal(applyEdits(TEXT, edits).split('\n').length, TEXT.split('\n').length)
        assert.deepEqual([line, functionName, file], [1, 'f', 'drawn.cjs'])
      }
    }
  })

  test('turns are whole numbers, or one part of one', () => {
    assert.deepEqual([7.4, 1.5, 0.8, 0.6, 0.26, 0.01].map(roundTurns), [7, 2, 1, 0.5, 0.25, 0.01])
  })
})

describe('another call', () => {
  const plantCall = (body: string) => {
    const text = `function f(a) {${body}}\nfunction g() {}`
    const [drawn] = drawFunctions(text, 'drawn.cjs')
    const [way] = findWays(drawn!, 'extra-call', [], OWN)
    return applyEdits(text, plantIn(drawn!, way!, 2).edits)
      .split('\n')
      .slice(0, -1)
      .join('\n')
  }

  test('stands where the call stands', () => {
    assert.equal(plantCall(' return a && g(a) '), 'function f(a) { return a && (g(a), g(a), g(a)) }')
    assert.equal(plantCall('\n  a()\n  g(a)\n'), 'function f(a) {\n  a()\n  g(a), g(a), g(a)\n}')
    assert.equal(plantCall('\n  a()\n  g(a).b()\n'), 'function f(a) {\n  a()\n  0, (g(a), g(a), g(a)).b()\n}')
  })
})

describe('the ways to make a function slower', () => {
  const count = (...asked: Parameters<typeof findWays>) => findWays(...asked).length

  test('are those that it has something for', () => {
    assert.equal(count(g, 'busy-loop', [], OWN), 1)
    assert.equal(count(f, 'extra-call', [], OWN), 1)
    assert.equal(count(g, 'extra-call', [], OWN), 0)
    assert.equal(count(f, 'extra-call', [], new Set(['f'])), 0)
    assert.equal(count({ ...f, name: 'g' }, 'extra-call', [], OWN), 0, 'a call of itself')
    const unreached = [{ startOffset: call.startOffset, endOffset: call.endOffset }]
    assert.equal(count({ ...f, unreached }, 'extra-call', [], OWN), 0, 'a call that no op comes to')
    assert.equal(count(f, 'quadratic', [value, drawFacts('list', { pairs: 8 })], OWN), 1)
    assert.equal(count(f, 'deep-clone', [drawFacts('value', { jsonLength: 50 })], OWN), 2)
    assert.equal(count(f, 'deep-clone', [drawFacts('value', { jsonLength: 50, isCloneable: false })], OWN), 1)
    assert.equal(count(f, 'deep-clone', [drawFacts('value', { jsonLength: null })], OWN), 0)
    assert.equal(count(f, 'deopt', [], OWN), 3)
    assert.equal(count({ ...f, kind: 'arrow' }, 'deopt', [], OWN), 2, 'arrows have no arguments')
  })
})

describe('the order of sites', () => {
  const scenario = (scenarioId: string, callsPerOp: number, long = '') => ({
    targetName: 'drawn',
    scenarioId,
    functions: drawFunctions(
      Array.from({ length: 20 }, (_, i) => `function f${i}() {${i < 10 ? '' : long}}`).join('\n'),
      'drawn.cjs',
      callsPerOp,
    ),
    facts: [],
  })
  const scenarios = [scenario('a/a.a', 2, ' '.repeat(800)), scenario('b/b.b', 2, ' '.repeat(800))]
  const order = orderSites(scenarios, 'busy-loop', 7)

  test('is the same for a seed, and has everything once', () => {
    assert.deepEqual(orderSites(scenarios, 'busy-loop', 7), order)
    assert.notDeepEqual(orderSites(scenarios, 'busy-loop', 8), order)
    assert.equal(new Set(order).size, 40)
  })

  test('short functions come sooner, and every function before most come again', () => {
    const isShort = order.map(({ executed }) => executed.endOffset - executed.startOffset <= 700)
    assert.ok(isShort.slice(0, 10).filter(Boolean).length > 5, `${isShort.slice(0, 10)}`)
    const first20 = new Set(order.slice(0, 20).map(({ executed }) => executed.name))
    assert.ok(first20.size >= 15, `${first20.size}`)
  })

  test('scenarios take turns', () => {
    const ofA = order.slice(0, 20).filter(({ scenario: { scenarioId } }) => scenarioId === 'a/a.a').length
    assert.ok(ofA >= 7 && ofA <= 13, `${ofA}`)
  })
})

describe('calibration', () => {
  const LARGE = { aim: 0.3, low: 0.2, high: 0.5 }
  const SMALL = { aim: 0.1, low: 0.06, high: 0.14 }
  const range = { first: 100, least: 0.001, most: 1_000_000 }

  test('finds the turns of a plant that costs in proportion, with or without something to begin with', async () => {
    for (const overhead of [0, 0.04]) {
      for (const perTurn of [1e-5, 1e-3, 0.5]) {
        const found = await calibrate(LARGE, range, async (turns) => overhead + perTurn * turns)
        assert.equal(found.kind, 'reached', `${overhead} + ${perTurn}`)
        assert.ok(found.kind === 'reached' && found.effect >= 0.2 && found.effect <= 0.5)
      }
    }
  })

  test('does not believe a short measurement alone', async () => {
    const found = await calibrate(SMALL, range, async (turns, isThorough) => (isThorough ? turns / 500 : 0.1))
    assert.deepEqual(found, { kind: 'reached', turns: 50, effect: 0.1 })
  })

  test('gives up where nothing lies between too much and too little', async () => {
    const coarse = await calibrate(SMALL, { first: 1, least: 1, most: 100 }, async (turns) => 0.4 * turns)
    assert.deepEqual(coarse, { kind: 'missed', reason: 'there is nothing nearer: 1 turns a call cost 40 %' })
    const weak = await calibrate(LARGE, { first: 16, least: 1, most: 16 }, async (turns) => 0.001 * turns)
    assert.deepEqual(weak, { kind: 'missed', reason: 'there is nothing nearer: 16 turns a call cost 2 %' })
    const jump = await calibrate(SMALL, { first: 4, least: 1, most: 16 }, async (turns) =>
      turns > 2 ? 0.3 : 0,
    )
    assert.equal(jump.kind, 'missed')
  })

  test('ends where tries contradict each other', async () => {
    let tries = 0
    const found = await calibrate(SMALL, range, async () => (tries++ % 2 === 0 ? 0.3 : 0))
    assert.equal(found.kind, 'missed')
    assert.ok(tries <= 6)
  })
})
