import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normal } from '../../tests/support/normal.ts'
import { centreInterval, type Interval, pairedRatioInterval, ratioInterval } from './interval.ts'
import { median, quantileOfSorted, robustDeviation, sorted } from './quantile.ts'
import { createRandom, type Random, shuffle } from './random.ts'
import { mannWhitneyP, welchP } from './significance.ts'
import { studentQuantile } from './student.ts'

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)

/** How often intervals cover the truth. Too often is as wrong as too seldom: twice too wide hides what there is to see. */
function shareCovered(trials: number, truth: number, intervalOf: (trial: number) => Interval): number {
  let covered = 0
  for (let i = 0; i < trials; i++) {
    const { low, high } = intervalOf(i)
    if (low <= truth && truth <= high) covered++
  }
  return covered / trials
}

describe('quantiles', () => {
  for (const [values, q, expected] of [
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 1, 4],
    [[10, 20], 0.25, 12.5],
    [[7], 0.99, 7],
    // position (5 - 1) × 0.95 = 3.8: 100 + 0.8 × (1000 - 100)
    [[1, 5, 9, 100, 1000], 0.95, 820],
  ] as const) {
    test(`q ${q} of ${values.join(' ')}`, () => near(quantileOfSorted(sorted(values), q), expected, 1e-12))
  }

  test('sorts by number, not by text, and leaves its input alone', () => {
    const values = [100, 20, 3]
    assert.equal(median(values), 20)
    assert.deepEqual(values, [100, 20, 3])
  })

  test('robust deviation ignores an outlier', () => {
    // distances from 3: 2 1 0 1 997, their median 1
    near(robustDeviation([1, 2, 3, 4, 1000]), 1.4826, 1e-9)
  })
})

describe('random', () => {
  test('same seed, same sequence; within [0, 1)', () => {
    const [a, b] = [createRandom(5), createRandom(5)]
    for (let i = 0; i < 1000; i++) {
      const value = a()
      assert.equal(value, b())
      assert.ok(value >= 0 && value < 1)
    }
  })

  test('a shuffle keeps every item, and all orders are equally likely', () => {
    const random = createRandom(1)
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = shuffle(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.equal(counts.size, 6)
    for (const count of counts.values()) near(count, 1000, 120)
  })
})

describe('Student quantiles', () => {
  // Abramowitz and Stegun 1964, table 26.10
  for (const [p, degrees, expected] of [
    [0.975, 1, 12.7062],
    [0.975, 4, 2.7764],
    [0.975, 10, 2.2281],
    [0.995, 4, 4.6041],
    [0.9995, 4, 8.6103],
    [0.95, 120, 1.6577],
    [0.025, 10, -2.2281],
    [0.5, 3, 0],
  ] as const) {
    test(`t(${p}, ${degrees})`, () => near(studentQuantile(p, degrees), expected, 5e-5))
  }
})

describe('intervals', () => {
  const options = { confidence: 0.95, seed: 1 }

  test('the ratio of a side with itself is 1 in the middle', () => {
    const { ratio } = ratioInterval([1, 2, 3], [1, 2, 3], options)
    near(ratio.value, 1, 1e-12)
    assert.ok(ratio.low < 1 && ratio.high > 1)
  })

  test('Hodges-Lehmann shift: the median of all pairwise ratios', () => {
    // 2/1 2/4 8/1 8/4: sorted 0.5 2 2 8
    near(ratioInterval([1, 4], [2, 8], options).ratio.value, 2, 1e-12)
  })

  test('order of the forks does not move the estimate; the unit moves nothing', () => {
    const a = ratioInterval([3, 1, 2, 5], [4, 6, 3], options)
    const b = ratioInterval([5, 3, 2, 1], [3, 4, 6], options)
    near(a.ratio.value, b.ratio.value, 1e-12)
    const scaled = ratioInterval([3e6, 1e6, 2e6, 5e6], [4e6, 6e6, 3e6], options)
    near(scaled.ratio.low, a.ratio.low, 1e-9)
    near(scaled.ratio.high, a.ratio.high, 1e-9)
  })

  test('turned round, the ratio is its inverse', () => {
    const [a, b] = [
      [3, 1, 2, 5],
      [4, 6, 3],
    ]
    near(ratioInterval(a, b, options).ratio.value * ratioInterval(b, a, options).ratio.value, 1, 1e-12)
  })

  test('same seed, same interval; more confidence, a wider one', () => {
    const interval = (confidence: number) =>
      ratioInterval([1, 2, 3], [2, 3, 5], { confidence, seed: 9 }).ratio
    assert.deepEqual(interval(0.95), interval(0.95))
    assert.ok(interval(0.999).high > interval(0.95).high)
  })

  test('one outlying fork of five does not move the estimate far', () => {
    const quiet = [10, 10.1, 9.9, 10.05, 9.95]
    near(ratioInterval(quiet, [10, 10.1, 9.9, 10.05, 40], options).ratio.value, 1, 0.015)
  })

  for (const [name, baseline, candidate] of [
    ['one fork', [1], [1, 2]],
    ['no fork', [], []],
    ['zero', [1, 0], [1, 2]],
    ['NaN', [1, 2], [1, Number.NaN]],
  ] as const) {
    test(`${name} is a RangeError`, () =>
      assert.throws(() => ratioInterval(baseline, candidate, options), RangeError))
  }

  test('a single value is its own interval', () => {
    assert.deepEqual(centreInterval([5], options), { low: 5, value: 5, high: 5 })
  })

  // Noise of forks as seen on shared machines: even, with outliers, with a slow state in three of ten.
  const noises: Record<string, (random: Random) => number> = {
    normal: (random) => 0.03 * normal(random),
    'heavy tails': (random) =>
      (0.03 * normal(random)) /
      Math.sqrt((normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2) / 3),
    bimodal: (random) => (random() < 0.3 ? 0.1 : 0) + 0.02 * normal(random),
  }
  const ratioOf = (
    noise: (random: Random) => number,
    random: Random,
    before: number,
    after: number,
    confidence: number,
    seed: number,
  ) => {
    const side = (count: number) => Array.from({ length: count }, () => Math.exp(noise(random)))
    return ratioInterval(side(before), side(after), { confidence, seed }).ratio
  }
  for (const [name, noise] of Object.entries(noises)) {
    for (const [before, after] of [
      [8, 3],
      [8, 5],
      [5, 5],
    ] as const) {
      test(`a 95 % ratio interval covers the truth, ${name}, ${before} forks against ${after}`, () => {
        const random = createRandom(before * 100 + after)
        const covered = shareCovered(400, 1, (i) => ratioOf(noise, random, before, after, 0.95, i))
        // Three standard errors of 0.95 in 400 trials are 0.033; with three forks it falls short by 0.01, and by tails that
        // are heavy it may exceed by as much.
        assert.ok(covered >= 0.91 && covered <= 0.99, `${covered}`)
      })
    }

    test(`an 80 % ratio interval covers the truth no less and not much more, ${name}`, () => {
      const random = createRandom(505)
      const covered = shareCovered(400, 1, (i) => ratioOf(noise, random, 5, 5, 0.8, i))
      // Three standard errors of 0.8 in 400 trials are 0.06; five forks a side exceed it by 0.08, and twice too wide by 0.17.
      assert.ok(covered >= 0.74 && covered <= 0.94, `${covered}`)
    })
  }

  for (const [confidence, least, most] of [
    [0.95, 0.91, 0.985],
    [0.8, 0.74, 0.9],
  ] as const) {
    test(`a ${100 * confidence} % interval for a centre covers the truth`, () => {
      const random = createRandom(3)
      const values = () => Array.from({ length: 5 }, () => 10 + normal(random))
      const covered = shareCovered(400, 10, (i) => centreInterval(values(), { confidence, seed: i }))
      assert.ok(covered >= least && covered <= most, `${covered}`)
    })
  }

  test('the minimum detectable effect is seen with a power of about 80 %', () => {
    const random = createRandom(8)
    let seen = 0
    for (let i = 0; i < 300; i++) {
      const side = (factor: number) =>
        Array.from({ length: 8 }, () => factor * Math.exp(0.03 * normal(random)))
      const { minimumDetectableEffect } = ratioInterval(side(1), side(1), { confidence: 0.95, seed: i })
      if (ratioInterval(side(1), side(minimumDetectableEffect), { confidence: 0.95, seed: i }).ratio.low > 1)
        seen++
    }
    assert.ok(seen >= 210 && seen <= 285, `${seen} of 300`)
  })
})

describe('paired ratios', () => {
  const options = { confidence: 0.95, seed: 1 }

  test('five pairs: their geometric mean with Student’s interval', () => {
    // Logarithms -2 -1 0 1 2 times 0.1: mean 0, deviation 0.15811, its error 0.07071; t(0.975, 4) = 2.7764
    const ratios = [-2, -1, 0, 1, 2].map((step) => Math.exp(0.1 * step))
    const { low, value, high } = pairedRatioInterval(ratios, options).ratio
    near(value, 1, 1e-12)
    near(Math.log(high), 2.7764 * 0.0707107, 1e-5)
    near(low * high, 1, 1e-12)
  })

  test('eight pairs: one at either end is cut off, and counts as its neighbour for the spread', () => {
    // Kept 1 to 6 tenths, mean 0.35; winsorised 1 1 2 3 4 5 6 6, deviation 2.0702 tenths; error 0.20702 × √8 / 6
    const ratios = [-50, 1, 2, 3, 4, 5, 6, 70].map((step) => Math.exp(0.1 * step))
    const { value, high } = pairedRatioInterval(ratios, options).ratio
    near(Math.log(value), 0.35, 1e-12)
    near(Math.log(high) - 0.35, (2.5706 * 0.20702 * Math.sqrt(8)) / 6, 1e-4)
  })

  test('order of the pairs moves nothing', () => {
    const ratios = [1.1, 0.9, 1.2, 1, 1.3, 0.8, 1.05]
    assert.deepEqual(
      pairedRatioInterval(ratios, options),
      pairedRatioInterval([...ratios].reverse(), options),
    )
  })

  for (const [name, ratios] of [
    ['one pair', [1]],
    ['no pair', []],
    ['zero', [1, 0]],
    ['NaN', [1, Number.NaN]],
  ] as const) {
    test(`${name} is a RangeError`, () => {
      assert.throws(() => pairedRatioInterval(ratios, options), RangeError)
    })
  }

  const pairNoises: Record<string, (random: Random) => number> = {
    normal: (random) => 0.03 * normal(random),
    'a process in twenty that is optimised otherwise': (random) =>
      0.02 * normal(random) + (random() < 0.05 ? 0.4 * Math.sign(random() - 0.5) : 0),
  }
  for (const [name, noise] of Object.entries(pairNoises)) {
    for (const count of [5, 6, 8, 10, 16, 32]) {
      // Three standard errors in 1000 trials are 0.021 and 0.038; a trimmed mean falls short by 0.01, and odd pairs add as much.
      for (const [confidence, least, most] of [
        [0.95, 0.919, 0.972],
        [0.8, 0.752, 0.848],
      ] as const) {
        test(`${100 * confidence} % intervals of ${count} pairs cover the truth, ${name}`, () => {
          const random = createRandom(count)
          const ratios = () => Array.from({ length: count }, () => 1.1 * Math.exp(noise(random)))
          const covered = shareCovered(1000, 1.1, () => pairedRatioInterval(ratios(), { confidence }).ratio)
          assert.ok(covered >= least && covered <= most, `${covered}`)
        })
      }
    }
  }
})

describe('tests of difference', () => {
  test('Welch: a table value of Student', () => {
    // Equal errors: t = 2.2281 × √2 × e / (√2 × e), degrees 5 + 5; t(0.975, 10) = 2.2281.
    const side = (meanNs: number) => ({ meanNs, errorNs: Math.SQRT1_2, degrees: 5 })
    near(welchP(side(10), side(10 + 2.2281)), 0.05, 1e-5)
    assert.equal(welchP({ ...side(1), errorNs: null }, side(2)), 1)
  })

  // Mann and Whitney 1947, table I: sides apart, and one step from it, of 3 and 4 values.
  for (const [a, b, expected] of [
    // 1 order of 35, on either side
    [[1, 2, 3], [4, 5, 6, 7], 2 / 35],
    // u = 1: 2 orders of 35
    [[1, 2, 4], [3, 5, 6, 7], 4 / 35],
    [[1, 2], [1, 2], 1],
  ] as const) {
    test(`Mann-Whitney of ${a} and ${b}`, () => near(mannWhitneyP(a, b), expected, 1e-12))
  }
})
