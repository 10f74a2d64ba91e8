import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normal } from '../../tests/support/normal.ts'
import { pairedRatioInterval, pairedVariance } from './interval.ts'
import { createRandom, type Random } from './random.ts'
import { commonVariance, digamma, moderate, trigamma, type Variance } from './variance.ts'

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)

/** Chi-squared ÷ degrees, times the variance: how the variance of a sample scatters. */
const seen = (variance: number, degrees: number, random: Random): Variance => ({
  variance: (variance * chiSquared(degrees, random)) / degrees,
  degrees,
})

const chiSquared = (degrees: number, random: Random) =>
  Array.from({ length: degrees }, () => normal(random) ** 2).reduce((a, b) => a + b)

test('digamma and trigamma, where they are known', () => {
  near(digamma(1), -0.5772156649, 1e-9)
  near(digamma(0.5), -0.5772156649 - 2 * Math.LN2, 1e-9)
  near(trigamma(1), Math.PI ** 2 / 6, 1e-9)
  near(trigamma(0.5), Math.PI ** 2 / 2, 1e-9)
})

describe('what samples know together of their scatter', () => {
  test('one variance, where they scatter alike', () => {
    const random = createRandom(3)
    const { variance, degrees } = commonVariance(Array.from({ length: 200 }, () => seen(4, 3, random)))
    near(variance, 4, 0.6)
    assert.equal(degrees, 4)
  })

  test('how far their variances differ, where they do', () => {
    const random = createRandom(4)
    // Variances of 1 with 2 degrees of freedom between samples, each seen with 5.
    const samples = Array.from({ length: 2_000 }, () => seen(2 / chiSquared(2, random), 5, random))
    const { variance, degrees } = commonVariance(samples)
    near(degrees, 2, 0.3)
    near(variance, 1, 0.1)
  })

  test('little, where one scatters a hundred times as far as another', () => {
    const random = createRandom(5)
    const samples = Array.from({ length: 20 }, (_, i) => seen(100 ** (i / 19), 3, random))
    assert.ok(commonVariance(samples).degrees < 3)
  })

  test('nothing, where they are few, or do not scatter', () => {
    const one: Variance = { variance: 1, degrees: 3 }
    assert.deepEqual(commonVariance([one, one, one]), { variance: 0, degrees: 0 })
    assert.deepEqual(commonVariance(Array.from({ length: 9 }, () => ({ variance: 0, degrees: 3 }))), {
      variance: 0,
      degrees: 0,
    })
    assert.deepEqual(moderate(one, commonVariance([])), one)
  })
})

for (const pairs of [4, 2])
  describe(`intervals of ${pairs} pairs of ten scenarios`, () => {
    const CONFIDENCE = 0.99
    for (const [name, sds] of [
      ['that scatter alike', [0.05, 0.05]],
      ['of which some scatter three times as far as others', [0.03, 0.09]],
      ['of which some scatter ten times as far as others', [0.01, 0.1]],
    ] as const) {
      test(`${name}: they cover the truth, and are narrower`, () => {
        const random = createRandom(6)
        let covered = 0
        let narrower = 0
        const trials = 300
        for (let i = 0; i < trials; i++) {
          const scenarios = Array.from({ length: 10 }, (_, i) => {
            const sd = sds[0] * (sds[1] / sds[0]) ** (i / 9)
            return Array.from({ length: pairs }, () => Math.exp(sd * normal(random)))
          })
          const common = commonVariance(scenarios.map(pairedVariance))
          for (const ratios of scenarios) {
            const { low, high } = pairedRatioInterval(ratios, { confidence: CONFIDENCE, common }).ratio
            const alone = pairedRatioInterval(ratios, { confidence: CONFIDENCE }).ratio
            if (low <= 1 && high >= 1) covered++
            if (high / low < alone.high / alone.low) narrower++
          }
        }
        const share = covered / (10 * trials)
        // Three standard errors of 3,000 intervals are 0.0055. Two pairs know less of what is their own: one more in two hundred misses.
        const lack = pairs === 2 && sds[1] / sds[0] > 5 ? 0.005 : 0
        assert.ok(share >= CONFIDENCE - lack - 0.0055, `${share}`)
        assert.ok(narrower / (10 * trials) > 0.7, `${narrower / (10 * trials)}`)
      })
    }
  })
