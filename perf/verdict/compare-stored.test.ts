import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ForkTraits, makeFork, makeForks } from '../../tests/support/fork-data.ts'
import { type ForkMeasurement, normalisedValue, rawValue } from '../measure/measure.ts'
import { byMetric, DEFAULT_LIMITS, type TimedMetric } from '../suite/metrics.ts'
import { chooseCanary } from './canary-choice.ts'
import { type Candidate, compareStored, type StoredScenario, storedCounters } from './compare-stored.ts'
import { isDisturbed, quietForks, quietLevel } from './disturbance.ts'

const options = { confidence: 0.9975, seed: 1 }

function toBaseline(forks: readonly ForkMeasurement[]): StoredScenario {
  const values = (read: (fork: ForkMeasurement, metric: TimedMetric) => number) =>
    byMetric((metric) => forks.map((fork) => read(fork, metric)))
  const canaries = Object.keys(forks[0]!.canaries) as (keyof StoredScenario['canaries'])[]
  return {
    parameters: { items: 100 },
    counters: { ...forks[0]!.counters },
    raw: values(rawValue),
    canaries: Object.fromEntries(
      canaries.map((name) => [
        name,
        {
          medianNs: forks.map((fork) => fork.canaries[name]!.medianNs),
          residual: forks.map((fork) => fork.canaries[name]!.residual),
          normalised: values((fork, metric) => normalisedValue(fork, metric, name)),
        },
      ]),
    ),
  }
}

function candidate(forks: readonly ForkMeasurement[], more: Partial<Candidate> = {}): Candidate {
  return {
    parameters: { items: 100 },
    isKey: true,
    limits: DEFAULT_LIMITS,
    handicap: undefined,
    forks,
    confirmingForks: [],
    ...more,
  }
}

const before = (traits: ForkTraits = {}) => toBaseline(makeForks(8, 10_000, 0.02, 1, traits))
const kinds = (comparisons: ReturnType<typeof compareStored>) =>
  Object.fromEntries(comparisons.map(({ metric, verdict }) => [metric, verdict.kind]))

describe('compareStored', () => {
  test('the same code passes, also on a machine at half speed', () => {
    for (const slowness of [1, 2]) {
      const after = kinds(
        compareStored(before(), candidate(makeForks(5, 10_000, 0.02, 2, { slowness })), options),
      )
      assert.deepEqual(new Set(Object.values(after)), new Set(['pass']))
    }
  })

  test('40 % more cost lies beyond the limits, and is regressed once fresh forks agree', () => {
    const slow = makeForks(5, 14_000, 0.02, 3)
    const once = compareStored(before(), candidate(slow), options)
    assert.equal(once[0]!.verdict.kind, 'inconclusive')
    const twice = compareStored(
      before(),
      candidate(slow, { confirmingForks: makeForks(5, 14_000, 0.02, 4) }),
      options,
    )
    assert.deepEqual(kinds(twice), {
      opsPerSecond: 'regressed',
      p50Ns: 'regressed',
      p95Ns: 'regressed',
      p99Ns: 'regressed',
      cpuNsPerOp: 'regressed',
    })
    // throughput 1 / 1.4
    assert.ok(Math.abs(twice[0]!.ratio!.value - 1 / 1.4) < 0.02)
  })

  test('half the cost is improved', () => {
    assert.equal(
      compareStored(before(), candidate(makeForks(5, 5_000, 0.02, 3)), options)[0]!.verdict.kind,
      'improved',
    )
  })

  test('a limit of its own wins over the suite’s', () => {
    const loose = candidate(makeForks(5, 14_000, 0.02, 3), {
      limits: { ...DEFAULT_LIMITS, opsPerSecond: 0.5 },
    })
    const [throughput, p50] = compareStored(before(), loose, options)
    assert.equal(throughput!.verdict.kind, 'pass')
    assert.notEqual(p50!.verdict.kind, 'pass')
  })

  test('a scenario that is not key is compared and not gated', () => {
    const comparisons = compareStored(
      before(),
      candidate(makeForks(5, 10_000, 0.02, 2), { isKey: false }),
      options,
    )
    assert.ok(comparisons.every(({ isGated, ratio }) => !isGated && ratio !== null))
  })

  test('P99 is gated only where the baseline itself is steady enough', () => {
    const p99 = (row: StoredScenario) =>
      compareStored(row, candidate(makeForks(5, 10_000, 0.02, 2)), options).find(
        ({ metric }) => metric === 'p99Ns',
      )!
    assert.equal(p99(before()).isGated, true)
    assert.equal(p99(toBaseline(makeForks(8, 10_000, 0.3, 1))).isGated, false)
  })

  test('counters of the same parameters are the baseline’s; of others nobody’s', () => {
    assert.deepEqual(storedCounters(before(), { items: 100 }), { patchBytes: 111 })
    assert.equal(storedCounters(before(), { items: 101 }), null)
    assert.equal(storedCounters(undefined, { items: 100 }), null)
  })

  for (const [name, row, given, reason] of [
    ['no such scenario', undefined, candidate([makeFork(), makeFork()]), /the baseline has no such scenario/],
    [
      'other parameters',
      before(),
      candidate(makeForks(5, 1e4, 0.02, 2), { parameters: { items: 50 } }),
      /other parameters/,
    ],
    [
      'unsteady forks',
      before(),
      candidate(makeForks(5, 1e4, 0.02, 2, { isSteady: false })),
      /5 of 5 forks never became steady/,
    ],
    ['a handicap', before(), candidate(makeForks(5, 1e4, 0.02, 2), { handicap: 'too quick' }), /too quick/],
    ['one fork', before(), candidate([makeFork()]), /one measurement is not enough/],
    [
      'a machine that moved',
      before({ residuals: { integer: 0.01 } }),
      candidate(
        makeForks(5, 1e4, 0.02, 2, { residuals: { integer: 0.01 }, canarySlowness: { allocation: 1.5 } }),
      ),
      /the machine moved: since the baseline its integer canary takes 1.00×, its allocation canary 1.50×/,
    ],
  ] as const) {
    test(`${name}: unproven, with the reason`, () => {
      for (const { verdict } of compareStored(row, given, options)) {
        assert.equal(verdict.kind, 'unproven')
        assert.match(verdict.kind === 'unproven' ? verdict.reason : '', reason)
      }
    })
  }

  test('a loopback canary that moved widens the interval, and proves nothing wrong', () => {
    const http = { isHttp: true }
    const row = toBaseline(makeForks(8, 10_000, 0.02, 1, http))
    const [still, moved] = [1, 1.4].map((loopback) => {
      const forks = makeForks(5, 10_000 * loopback, 0.02, 2, { ...http, canarySlowness: { loopback } })
      return compareStored(row, candidate(forks), options)[0]!.ratio!
    })
    // 0.3 × ln 1.4 further on both sides
    assert.ok(Math.abs(Math.log(moved!.high / still!.high) - 0.3 * Math.log(1.4)) < 1e-9)
    assert.ok(Math.abs(Math.log(still!.low / moved!.low) - 0.3 * Math.log(1.4)) < 1e-9)
  })

  test('a clock that reads zero proves nothing, and breaks nothing', () => {
    const zero = makeForks(5, 10_000, 0.02, 2).map((fork) => ({
      ...fork,
      canaries: Object.fromEntries(
        Object.entries(fork.canaries).map(([name, view]) => [
          name,
          { ...view, normalised: { ...view.normalised, cpuNsPerOp: 0 } },
        ]),
      ),
    }))
    const cpu = compareStored(before(), candidate(zero), options).find(
      ({ metric }) => metric === 'cpuNsPerOp',
    )!
    assert.equal(cpu.verdict.kind, 'unproven')
  })

  test('where no canary follows, the interval allows for all of its change', () => {
    const ratioOf = (residual: number, slowness: number) => {
      const residuals = { json: residual, allocation: 0.9, integer: 0.9, memory: 0.9 }
      const forks = makeForks(5, 10_000, 0.02, 2, { residuals, slowness })
      return compareStored(before({ residuals }), candidate(forks), options)[0]!.ratio!
    }
    const width = ({ low, high }: { low: number; high: number }) => Math.log(high / low)
    // Both ends reach further by ln 1.2; a canary that follows, or has not changed, costs nothing.
    const followed = width(ratioOf(0.05, 1.2))
    assert.ok(Math.abs(width(ratioOf(0.3, 1.2)) - followed - 2 * Math.log(1.2)) < 1e-9)
    assert.ok(Math.abs(width(ratioOf(0.3, 1)) - followed) < 1e-9)
  })

  test('null test: identical code over 200 noisy comparisons is never beyond a limit', () => {
    for (let seed = 0; seed < 200; seed++) {
      const row = toBaseline(makeForks(8, 10_000, 0.15, seed))
      const comparisons = compareStored(row, candidate(makeForks(5, 10_000, 0.15, seed + 1000)), options)
      for (const { limit, ratio } of comparisons) {
        if (limit !== null) assert.ok(limit < 1 ? ratio!.high >= limit : ratio!.low <= limit, `seed ${seed}`)
      }
    }
  })
})

describe('chooseCanary', () => {
  test('the smallest median residual over both sides', () => {
    assert.equal(
      chooseCanary({ json: [0.02, 0.03], integer: [0.05, 0.04] }, { json: [0.02], integer: [0.01] }).name,
      'json',
    )
    assert.equal(
      chooseCanary({ json: [0.09], integer: [0.05] }, { json: [0.02], integer: [0.01] }).name,
      'integer',
    )
  })

  test('loopback where there is one', () => {
    assert.equal(chooseCanary({ json: [0.01], loopback: [0.2] }).name, 'loopback')
  })

  test('none is a RangeError', () => assert.throws(() => chooseCanary({}), RangeError))
})

describe('disturbed forks', () => {
  const quiet = Array.from({ length: 8 }, () => makeFork())
  const slow = makeFork({ canarySlowness: { allocation: 1.4 } })

  test('are those with an allocation canary a quarter above the run’s quiet level', () => {
    const level = quietLevel([...quiet, slow, slow])
    assert.equal(level, 100_000)
    assert.equal(isDisturbed(slow, level), true)
    assert.equal(isDisturbed(makeFork({ canarySlowness: { allocation: 1.2 } }), level), false)
  })

  test('are set aside, unless too few would be left: then the quietest stay', () => {
    const slower = makeFork({ canarySlowness: { allocation: 1.6 } })
    assert.deepEqual(quietForks([slow, ...quiet], 100_000, 5), quiet)
    assert.deepEqual(quietForks([quiet[0]!, slower, slow], 100_000, 2), [quiet[0], slow])
  })

  test('a slow op alone disturbs nobody', () => {
    assert.equal(isDisturbed(makeFork({ nsPerOp: 99_999 }), 100_000), false)
  })
})
