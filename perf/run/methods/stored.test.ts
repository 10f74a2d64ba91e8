import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeFork } from '../../../tests/support/fork-data.ts'
import { fakeRunner, IDS, plan, request } from '../../../tests/support/run-data.ts'
import { toBaselineRow } from '../../results/baseline.ts'
import type { Report } from '../../results/report.ts'
import { exitCodeOf as code } from '../../verdict/gate.ts'
import type { Reference } from '../reference.ts'
import type { RunRequest } from '../request.ts'
import { runSuite } from '../run.ts'
import type { ForkRunner } from './fork.ts'

function run(
  req: RunRequest,
  fake: { runFork: ForkRunner },
  signal = new AbortController().signal,
): Promise<Report> {
  const runPair = () => Promise.reject(new Error('no pair was asked for'))
  const seams = {
    runFork: fake.runFork,
    runPair,
    runProfiles: undefined,
    proveGate: undefined,
    signal,
    onProgress() {},
  }
  return runSuite(req, seams).then(({ report }) => report)
}

async function stored(ids: readonly string[]): Promise<Reference> {
  const report = await run(
    request(ids, { forks: 8 }),
    fakeRunner(() => 10_000),
  )
  return { kind: 'stored', row: toBaselineRow(report) }
}

describe('runSuite', () => {
  test('forks of different scenarios alternate in rounds, in the order of the seed', async () => {
    const fakes = [fakeRunner(() => 1000), fakeRunner(() => 1000), fakeRunner(() => 1000)]
    await run(request(IDS), fakes[0]!)
    await run(request(IDS), fakes[1]!)
    await run(request(IDS, { seed: 2 }), fakes[2]!)
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(fakes[0]!.order.slice(round * 3, round * 3 + 3).sort(), IDS)
    }
    assert.deepEqual(fakes[0]!.order, fakes[1]!.order)
    assert.notDeepEqual(fakes[0]!.order, fakes[2]!.order)
  })

  test('a scenario that fails is not run again; the others finish; the exit code says so', async () => {
    const fake = fakeRunner((id) => (id === 'a/two.apply' ? { kind: 'failed', reason: 'boom' } : 1000))
    const report = await run(request(IDS, { isStrict: false }), fake)
    assert.equal(fake.order.filter((id) => id === 'a/two.apply').length, 1)
    assert.deepEqual(
      report.scenarios.map(({ status }) => status),
      ['measured', 'failed', 'measured'],
    )
    assert.equal(code(report), 2)
  })

  test('a scenario that cannot run is skipped with the reason, and the rest decides', async () => {
    const reference = await stored(IDS)
    const scenarios = [
      plan('a/one.apply'),
      plan('a/two.apply', { skipReason: 'express is missing' }),
      plan('b/one.apply'),
    ]
    const report = await run(
      request(IDS, { scenarios, reference }),
      fakeRunner(() => 10_000),
    )
    assert.equal(report.scenarios[1]!.status, 'skipped')
    assert.deepEqual(report.gate.notCompared, ['a/two.apply skipped: express is missing'])
    assert.equal(code(report), 0)
  })

  test('unchanged code is green, with no fork more than asked for', async () => {
    const fake = fakeRunner(() => 10_000)
    const report = await run(request(IDS, { reference: await stored(IDS) }), fake)
    assert.equal(report.gate.outcome, 'green')
    assert.equal(fake.order.length, 15)
    assert.equal(code(report), 0)
  })

  test('a regression is confirmed by five fresh forks before it is called one', async () => {
    const reference = await stored(IDS)
    const fake = fakeRunner((id) => (id === 'a/two.apply' ? 14_000 : 10_000))
    const report = await run(request(IDS, { reference }), fake)
    assert.deepEqual(fake.order.slice(15), Array(5).fill('a/two.apply'))
    assert.equal(report.gate.outcome, 'red')
    assert.match(report.gate.reasons[0]!, /^a\/two\.apply: throughput −29 %, P50 latency \+4\d %/)
    assert.equal(code(report), 1)
    assert.equal(code({ ...report, gate: { ...report.gate, isStrict: false } }), 0)
  })

  test('a bad first look that fresh forks do not confirm is inconclusive, not red', async () => {
    const reference = await stored(IDS)
    const fake = fakeRunner((id, fork) => (id === 'a/two.apply' && fork < 5 ? 14_000 : 10_000))
    const report = await run(request(IDS, { reference }), fake)
    assert.equal(report.gate.outcome, 'green')
    const [, result] = report.scenarios
    assert.equal(result?.status === 'measured' && result.comparisons[0]!.verdict.kind, 'inconclusive')
  })

  test('an interval across the limit gets more forks, for three rounds at the most', async () => {
    const reference = await stored(IDS)
    const fake = fakeRunner((id, fork) => (id === 'a/two.apply' ? (fork % 2 ? 16_000 : 9_000) : 10_000))
    await run(request(IDS, { reference }), fake)
    assert.equal(fake.order.length, 15 + 3 * 5)
    const noTime = fakeRunner((id, fork) => (id === 'a/two.apply' ? (fork % 2 ? 16_000 : 9_000) : 10_000))
    await run(request(IDS, { reference, budgetMs: 0 }), noTime)
    assert.equal(noTime.order.length, 15)
  })

  test('what only the last added forks put beyond a limit is confirmed too', async () => {
    const reference = await stored(IDS)
    // Wide at first, then 60 % slower for good: beyond the limit after the third round.
    const costs = [9_000, 16_000, 9_500, 16_000, 11_000]
    const fake = fakeRunner((id, fork) => (id === 'a/two.apply' ? (costs[fork] ?? 18_000) : 10_000))
    const report = await run(request(IDS, { reference }), fake)
    const [, result] = report.scenarios
    assert.ok(result?.status === 'measured')
    for (const { ratio, limit, confirmation, isGated } of result.comparisons) {
      if (!isGated || ratio === null || limit === null) continue
      const isBeyond = limit < 1 ? ratio.high < limit : ratio.low > limit
      if (isBeyond) assert.notEqual(confirmation, null)
    }
    assert.equal(report.gate.outcome, 'red')
  })

  test('a run that only shows the comparison adds no forks', async () => {
    const fake = fakeRunner((id) => (id === 'a/two.apply' ? 14_000 : 10_000))
    await run(request(IDS, { reference: await stored(IDS), mayAddForks: false }), fake)
    assert.equal(fake.order.length, 15)
  })

  test('forks of a slow machine are repeated and set aside', async () => {
    let count = 0
    const runFork: ForkRunner = async () => {
      count += 1
      return {
        kind: 'measured',
        measurement: makeFork(count === 4 ? { nsPerOp: 19_000, canarySlowness: { allocation: 1.4 } } : {}),
      }
    }
    const report = await run(request(IDS), { runFork })
    assert.equal(count, 16)
    assert.deepEqual(
      report.scenarios.map((result) => result.status === 'measured' && result.forks.length),
      [5, 5, 5],
    )
    assert.equal(
      report.scenarios.reduce((sum, result) => sum + (result.status === 'measured' ? result.setAside : 0), 0),
      1,
    )
  })

  test('aborted: what was measured is there, the rest is not reached, exit code 130', async () => {
    const controller = new AbortController()
    const fake = fakeRunner(() => 10_000)
    const runFork: ForkRunner = async (...args) => {
      if (fake.order.length === 2) {
        controller.abort(new Error('interrupted'))
        throw controller.signal.reason
      }
      return fake.runFork(...args)
    }
    const report = await run(request(IDS), { runFork }, controller.signal)
    assert.equal(report.run.isComplete, false)
    assert.equal(report.gate.outcome, 'invalid')
    assert.match(report.gate.reasons[0]!, /interrupted/)
    assert.deepEqual(report.scenarios.map(({ status }) => status).sort(), [
      'measured',
      'measured',
      'not-reached',
    ])
    assert.equal(code(report), 130)
    assert.throws(() => toBaselineRow(report), { code: 'unfit-baseline' })
  })

  test('a fault of the runner itself is not taken for a scenario’s', async () => {
    await assert.rejects(
      run(request(IDS), {
        runFork: async () => {
          throw new TypeError('bug')
        },
      }),
      TypeError,
    )
  })
})

describe('the gate is never green when it should not be', () => {
  test('no baseline: unproven, exit code 2 under STRICT_PERF and 0 without', async () => {
    const report = await run(
      request(IDS),
      fakeRunner(() => 10_000),
    )
    assert.equal(report.gate.outcome, 'not-compared')
    assert.deepEqual(report.gate.reasons, ['there is no baseline.json'])
    assert.equal(code(report), 2)
    assert.equal(code({ ...report, gate: { ...report.gate, isStrict: false } }), 0)
  })

  test('a scenario that the baseline lacks', async () => {
    const report = await run(
      request(IDS, { reference: await stored(IDS.slice(1)) }),
      fakeRunner(() => 10_000),
    )
    assert.equal(code(report), 2)
    assert.match(
      report.gate.reasons[0]!,
      /^a\/one\.apply cannot be compared: the baseline has no such scenario$/,
    )
  })

  test('a scenario that only the baseline has', async () => {
    const report = await run(
      request(IDS.slice(1), { reference: await stored(IDS) }),
      fakeRunner(() => 10_000),
    )
    assert.equal(code(report), 2)
    assert.deepEqual(report.gate.reasons, ['a/one.apply is in the baseline and not in this run'])
  })

  test('unless the filter did not ask for it', async () => {
    const reference = await stored(IDS)
    const report = await run(
      request(IDS.slice(0, 2), { reference, filters: ['a/'] }),
      fakeRunner(() => 10_000),
    )
    assert.equal(code(report), 0)
  })

  test('everything skipped', async () => {
    const scenarios = IDS.map((id) => plan(id, { skipReason: 'express is missing' }))
    const report = await run(
      request(IDS, { scenarios, reference: await stored(IDS) }),
      fakeRunner(() => 10_000),
    )
    assert.equal(report.gate.outcome, 'not-compared')
    assert.equal(code(report), 2)
  })

  test('a scenario that failed', async () => {
    const fake = fakeRunner((id) => (id === 'a/one.apply' ? { kind: 'failed', reason: 'boom' } : 10_000))
    assert.equal(code(await run(request(IDS, { reference: await stored(IDS) }), fake)), 2)
  })
})
