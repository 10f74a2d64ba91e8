import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { placeLook } from './look.ts'
import { decideFromLooks } from './metric-verdict.ts'

const ratio = (low: number, value: number, high: number) => ({ low, value, high })

const cost = { limit: 1.25, isHigherBetter: false }

describe('placeLook', () => {
  for (const [interval, limit, kind] of [
    // cost, may rise to 1.25
    [ratio(0.97, 1, 1.03), 1.25, 'inside'],
    [ratio(1.1, 1.2, 1.249), 1.25, 'inside'],
    [ratio(1.2, 1.3, 1.4), 1.25, 'crossing'],
    [ratio(0.9, 1.1, 1.3), 1.25, 'crossing'],
    [ratio(1.26, 1.4, 1.5), 1.25, 'beyond'],
    [ratio(0.7, 0.8, 0.94), 1.25, 'better'],
    [ratio(0.9, 0.95, 0.97), 1.25, 'inside'],
    // throughput, may fall to 0.8
    [ratio(0.97, 1, 1.03), 0.8, 'inside'],
    [ratio(0.81, 0.9, 1), 0.8, 'inside'],
    [ratio(0.75, 0.85, 0.95), 0.8, 'crossing'],
    [ratio(0.6, 0.7, 0.79), 0.8, 'beyond'],
    [ratio(1.06, 1.2, 1.4), 0.8, 'better'],
  ] as const) {
    test(`[${interval.low}, ${interval.high}] against ${limit} is ${kind}`, () => {
      assert.equal(placeLook(interval, { limit, isHigherBetter: limit < 1 }, 5).kind, kind)
    })
  }

  test('a bound of 1 knows its side', () => {
    assert.equal(placeLook(ratio(0.9, 0.95, 0.99), { limit: 1, isHigherBetter: true }, 5).kind, 'beyond')
    assert.equal(placeLook(ratio(0.96, 0.98, 0.99), { limit: 1, isHigherBetter: false }, 5).kind, 'inside')
  })

  test('an interval twice too wide needs four times the forks', () => {
    // ln 1.25 = 0.2231 away from the limit, reaching twice that but for a hair
    const look = placeLook(ratio(Math.exp(-0.4462), 1, Math.exp(0.4462)), cost, 5)
    assert.deepEqual(look, { kind: 'crossing', neededTrials: 20 })
  })

  test('an estimate on the limit itself asks for ten times as many, not for infinity', () => {
    assert.deepEqual(placeLook(ratio(1.1, 1.25, 1.4), cost, 5), { kind: 'crossing', neededTrials: 50 })
  })
})

describe('decideFromLooks', () => {
  const crossing = { kind: 'crossing', neededTrials: 12 } as const
  for (const [first, confirmation, expected] of [
    [{ kind: 'inside' }, null, { kind: 'pass' }],
    [{ kind: 'better' }, null, { kind: 'improved' }],
    [crossing, null, { kind: 'inconclusive', neededTrials: 12 }],
    [{ kind: 'beyond' }, null, { kind: 'inconclusive', neededTrials: 10 }],
    [{ kind: 'beyond' }, { kind: 'inside' }, { kind: 'inconclusive', neededTrials: 10 }],
    [{ kind: 'beyond' }, { kind: 'better' }, { kind: 'inconclusive', neededTrials: 10 }],
    [{ kind: 'beyond' }, crossing, { kind: 'inconclusive', neededTrials: 12 }],
    [{ kind: 'beyond' }, { kind: 'beyond' }, { kind: 'regressed' }],
  ] as const) {
    test(`${first.kind}, then ${confirmation?.kind ?? 'no look'}: ${expected.kind}`, () => {
      assert.deepEqual(decideFromLooks(first, confirmation, 5), expected)
    })
  }

  test('an improvement takes three trials, as nothing confirms it', () => {
    const better = { kind: 'better' } as const
    assert.deepEqual(decideFromLooks(better, null, 2), { kind: 'inconclusive', neededTrials: 3 })
    assert.deepEqual(decideFromLooks(better, null, 3), { kind: 'improved' })
  })
})
