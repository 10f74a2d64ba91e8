import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fakePairs, IDS, plan, request } from '../../../tests/support/run-data.ts'
import type { Proof } from '../../verdict/gate.ts'
import { exitCodeOf as code } from '../../verdict/gate.ts'
import type { Reference } from '../reference.ts'
import type { RunRequest } from '../request.ts'
import { runSuite } from '../run.ts'
import type { PairRunner } from './pair.ts'

describe('in lockstep', () => {
  const live: Reference = {
    kind: 'lockstep',
    name: '../main',
    commit: { hash: 'c'.repeat(40), isDirty: false },
    folder: '/main',
    scenarios: IDS.map((id) => plan(id)),
  }
  const compare = async (pairs: { runPair: PairRunner }, more: Partial<RunRequest> = {}, proof?: Proof) => {
    const { report } = await runSuite(request(IDS, { reference: live, ...more }), {
      runFork: () => Promise.reject(new Error('no fork was asked for')),
      runPair: pairs.runPair,
      runProfiles: undefined,
      proveGate: proof === undefined ? undefined : async () => proof,
      signal: new AbortController().signal,
      onProgress() {},
    })
    return report
  }

  test('unchanged code is green after ten pairs of every micro scenario', async () => {
    const fake = fakePairs(() => 1)
    const report = await compare(fake)
    assert.equal(fake.order.length, 30)
    assert.equal(report.gate.outcome, 'green')
    assert.deepEqual(report.gate.baselineCommit, { hash: 'c'.repeat(40), isDirty: false })
    assert.equal(report.run.against, '../main')
    const [result] = report.scenarios
    assert.ok(result?.status === 'measured')
    assert.equal(result.pairs.length, 10)
    assert.ok(result.pairs.every(({ isConfirming }) => !isConfirming))
  })

  test('where it is about limits alone, four pairs are enough for what is far from them', async () => {
    const fake = fakePairs((id) => (id === 'a/two.apply' ? 1.5 : 1))
    const report = await compare(fake, { seeks: 'regressions' })
    assert.equal(fake.order.length, 16)
    assert.equal(report.gate.outcome, 'red')
  })

  test('a regression that four pairs find clearly is confirmed by four fresh ones', async () => {
    const fake = fakePairs((id) => (id === 'a/two.apply' ? 1.5 : 1))
    const report = await compare(fake)
    // Four that find it, ten of what lies beyond no limit, and four that confirm it.
    assert.deepEqual(fake.order.slice(24), Array(4).fill('a/two.apply'))
    assert.equal(fake.order.slice(12, 24).filter((id) => id === 'a/two.apply').length, 0)
    assert.equal(report.gate.outcome, 'red')
    assert.equal(code(report), 1)
  })

  test('a quick run calls nothing improved that two pairs of processes show', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `a/${i}.apply`)
    const scenarios = ids.map((id) => plan(id))
    const fake = fakePairs((id, pair) => (id === 'a/0.apply' && pair < 2 ? 0.5 : 1))
    const report = await compare(fake, {
      isQuick: true,
      forks: 3,
      seeks: 'regressions',
      scenarios,
      reference: { ...live, scenarios },
    })
    assert.deepEqual(
      ids.map((id) => fake.order.filter((other) => other === id).length),
      [6, 2, 2, 2, 2],
    )
    const verdicts = report.scenarios.map((result) => result.status === 'measured' && result.verdict?.kind)
    assert.ok(verdicts[0] && !verdicts.includes('improved'), verdicts.join())
  })

  test('a first look that fresh pairs do not confirm is inconclusive', async () => {
    const report = await compare(fakePairs((id, pair) => (id === 'a/two.apply' && pair < 4 ? 1.5 : 1)))
    assert.equal(report.gate.outcome, 'green')
    assert.deepEqual(report.gate.inconclusive, ['a/two.apply'])
  })

  test('pairs are added, twice as many at each look, as long as an interval crosses its limit', async () => {
    const fake = fakePairs((id, pair) => (id === 'a/two.apply' ? (pair % 2 ? 1.5 : 1) : 1))
    await compare(fake)
    assert.equal(fake.order.filter((id) => id === 'a/two.apply').length, 40)
    const late = fakePairs((id, pair) => (id === 'a/two.apply' ? (pair % 2 ? 1.5 : 1) : 1))
    await compare(late, { budgetMs: 0 })
    assert.equal(late.order.length, 30)
  })

  test('where the first pairs take all the time, more of them have as long again', async (t) => {
    let now = 0
    t.mock.method(performance, 'now', () => now)
    const slow = fakePairs((id, pair) => {
      now += 1000
      return id === 'a/two.apply' && pair % 2 ? 1.5 : 1
    })
    await compare(slow, { budgetMs: 0, isPatient: true })
    assert.equal(slow.order.length, 60)
  })

  test('a side that fails fails the scenario, with the reason', async () => {
    const runPair: PairRunner = async () => ({ kind: 'failed', reason: 'boom' })
    const report = await compare({ runPair })
    assert.equal(code(report), 2)
    assert.match(report.gate.reasons[0]!, /a\/one\.apply failed: boom/)
  })

  test('a scenario of the other version that this run lacks: a shard is missing', async () => {
    const report = await compare(
      fakePairs(() => 1),
      { scenarios: IDS.slice(1).map((id) => plan(id)) },
    )
    assert.equal(code(report), 2)
    assert.deepEqual(report.gate.reasons, ['a/one.apply is in the baseline and not in this run'])
  })

  test('zero scenarios compared', async () => {
    const scenarios = IDS.map((id) => plan(id, { skipReason: 'express is missing' }))
    const report = await compare(
      fakePairs(() => 1),
      { scenarios },
    )
    assert.equal(report.gate.outcome, 'not-compared')
    assert.equal(code(report), 2)
  })

  const ratio = { low: 1.3, value: 1.4, high: 1.5 }
  test('a gate that does not see its own slow-down is unproven, red or green', async () => {
    const proof = { plantedRatio: ratio, sameRatio: ratio, failure: 'a slow-down of 40 % was not seen' }
    for (const truth of [1, 1.5]) {
      const report = await compare(
        fakePairs(() => truth),
        {},
        proof,
      )
      assert.equal(report.gate.outcome, 'control-failed')
      assert.match(report.gate.reasons[0]!, /control failed: a slow-down of 40 % was not seen/)
      assert.equal(code(report), 2)
    }
  })

  test('a gate that works stays what it is', async () => {
    const report = await compare(
      fakePairs(() => 1),
      {},
      { plantedRatio: ratio, sameRatio: ratio, failure: null },
    )
    assert.equal(code(report), 0)
  })
})
