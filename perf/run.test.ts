import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeFork } from '../tests/fork-data.ts'
import { toBaselineRow } from './baseline.ts'
import type { ForkOutcome, ForkRunner } from './fork.ts'
import { exitCodeOf } from './gate.ts'
import type { PairRunner } from './pair.ts'
import type { Reference } from './reference.ts'
import type { Proof, Report } from './result-file.ts'
import { runSuite } from './run.ts'
import type { RunRequest } from './run-request.ts'
import { micro } from './scenario.ts'
import { createRandom } from './stats/random.ts'
import type { PlannedScenario } from './suite.ts'

const plan = (id: string, more: Partial<PlannedScenario> = {}): PlannedScenario => ({
  scenario: micro({ id, setup: () => 0, op: () => 0 }),
  suiteFile: 'none.perf.ts',
  targetEntry: 'none.ts',
  skipReason: undefined,
  ...more,
})

const request = (ids: readonly string[], more: Partial<RunRequest> = {}): RunRequest => ({
  id: 'run',
  root: '.',
  target: null,
  filters: [],
  scenarios: ids.map((id) => plan(id)),
  seed: 1,
  forks: 5,
  isQuick: false,
  budgetMs: 60_000,
  timeoutMs: undefined,
  isStrict: true,
  reference: { kind: 'none', fact: 'there is no baseline.json', problem: 'there is no baseline.json' },
  mayAddForks: true,
  ...more,
})

/** Forks that cost what `cost` says for the n-th fork of a scenario; notes the order in which they ran. */
function fakeRunner(cost: (id: string, fork: number) => number | ForkOutcome): {
  runFork: ForkRunner
  order: string[]
} {
  const order: string[] = []
  const random = createRandom(7)
  return {
    order,
    runFork: async ({ scenario: { id } }) => {
      const fork = order.filter((other) => other === id).length
      order.push(id)
      const given = cost(id, fork)
      if (typeof given !== 'number') return given
      return { kind: 'measured', measurement: makeFork({ nsPerOp: given * (1 + 0.02 * (random() - 0.5)) }) }
    },
  }
}

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

const code = exitCodeOf
const IDS = ['a/one.apply', 'a/two.apply', 'b/one.apply']

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

describe('in lockstep', () => {
  const live: Reference = {
    kind: 'live',
    name: '../main',
    commit: 'c'.repeat(40),
    folder: '/main',
    scenarios: IDS.map((id) => plan(id)),
  }
  /** Pairs whose candidate costs as many times as much as `truth` says; notes scenario and index of each. */
  function fakePairs(truth: (id: string, pair: number) => number): { runPair: PairRunner; order: string[] } {
    const order: string[] = []
    const random = createRandom(5)
    return {
      order,
      runPair: async ({ candidate: { scenario } }, _plan, index) => {
        order.push(scenario.id)
        const cost = truth(scenario.id, index) * (1 + 0.03 * (random() - 0.5))
        const ratios = { opsPerSecond: 1 / cost, p50Ns: cost, p95Ns: cost, p99Ns: cost, cpuNsPerOp: cost }
        const [baseline, candidate] = [makeFork(), makeFork({ nsPerOp: 10_000 * cost })]
        return { kind: 'measured', measurement: { ratios, baseline, candidate } }
      },
    }
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
    assert.equal(report.gate.baselineCommit, 'c'.repeat(40))
    assert.equal(report.run.against, '../main')
    const [result] = report.scenarios
    assert.ok(result?.status === 'measured')
    assert.equal(result.pairs.length, 10)
    assert.ok(result.pairs.every(({ isConfirming }) => !isConfirming))
  })

  test('a regression is confirmed by as many fresh pairs', async () => {
    const fake = fakePairs((id) => (id === 'a/two.apply' ? 1.5 : 1))
    const report = await compare(fake)
    assert.deepEqual(fake.order.slice(30), Array(10).fill('a/two.apply'))
    assert.equal(report.gate.outcome, 'red')
    assert.equal(code(report), 1)
  })

  test('a first look that fresh pairs do not confirm is inconclusive', async () => {
    const report = await compare(fakePairs((id, pair) => (id === 'a/two.apply' && pair < 10 ? 1.5 : 1)))
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
      assert.equal(report.gate.outcome, 'unproven')
      assert.match(report.gate.reasons[0]!, /proof of itself failed: a slow-down of 40 % was not seen/)
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
    assert.match(report.gate.reasons[0]!, /^a\/one\.apply cannot be held against the baseline/)
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
