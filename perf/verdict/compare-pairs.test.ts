import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFork } from '../../tests/support/fork-data.ts'
import type { PairMeasurement } from '../measure/turns.ts'
import { DEFAULT_LIMITS } from '../suite/metrics.ts'
import { comparePairs } from './compare-pairs.ts'

const FORK = makeFork()

/** Pairs of unchanged code whose P99 came out as these ratios. */
const pairsOf = (p99s: readonly number[]): PairMeasurement[] =>
  p99s.map((p99Ns, i) => {
    const cost = 1 + 0.01 * (-1) ** i
    const ratios = { opsPerSecond: 1 / cost, p50Ns: cost, p95Ns: cost, p99Ns, cpuNsPerOp: cost }
    return { ratios, baseline: FORK, candidate: FORK }
  })

test('P99 is gated where it is quiet, not where two pairs agree by chance', () => {
  const isGated = (own: readonly number[], others: readonly (readonly number[])[]) => {
    const candidate = { isKey: true, limits: DEFAULT_LIMITS, pairs: pairsOf(own), confirmingPairs: [] }
    const comparisons = comparePairs(candidate, { confidence: 0.98, seed: 1 }, [own, ...others].map(pairsOf))
    return comparisons.find(({ metric }) => metric === 'p99Ns')!.isGated
  }
  const agreeing = [1.01, 1.02]
  assert.ok(
    !isGated(agreeing, [
      [0.8, 1.1],
      [1.2, 0.9],
      [1, 0.8],
      [1.3, 1],
    ]),
  )
  assert.ok(
    isGated(agreeing, [
      [1, 1.02],
      [0.99, 1.01],
      [1.03, 1],
      [1, 0.97],
    ]),
  )
  assert.ok(!isGated([1.01], []))
})
