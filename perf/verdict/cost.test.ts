import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Interval } from '../stats/interval.ts'
import { costRatioOf, hasChanged } from './cost.ts'
import type { Comparison } from './metric-verdict.ts'

const comparison = (metric: Comparison['metric'], low: number, value: number, high: number) =>
  ({ metric, ratio: { low, value, high } }) as Comparison
const ratio = (kind: 'micro' | 'http', ...comparisons: Comparison[]): Interval | null =>
  costRatioOf(kind, comparisons)

test('the cost of an op is wall time, or CPU time that says the same more closely; the server’s for HTTP', () => {
  const speed = comparison('opsPerSecond', 0.5, 0.8, 1)
  const wall = { low: 1, value: 1.25, high: 2 }
  assert.deepEqual(ratio('micro', speed), wall)
  assert.deepEqual(ratio('micro', speed, comparison('cpuNsPerOp', 1.2, 1.3, 1.4)), {
    low: 1.2,
    value: 1.3,
    high: 1.4,
  })
  assert.deepEqual(ratio('micro', speed, comparison('cpuNsPerOp', 0.5, 1.3, 3)), wall)
  assert.deepEqual(ratio('http', speed, comparison('cpuNsPerOp', 0.5, 1.3, 3)), {
    low: 0.5,
    value: 1.3,
    high: 3,
  })
  assert.equal(ratio('micro'), null)
})

test('an op that waits longer than before has changed, whatever its CPU time says', () => {
  const waits = ratio(
    'micro',
    comparison('opsPerSecond', 0.45, 0.5, 0.55),
    comparison('cpuNsPerOp', 0.99, 1, 1.01),
  )
  assert.equal(waits?.value, 2)
  assert.ok(hasChanged(waits))
  assert.ok(!hasChanged({ low: 0.99, value: 1, high: 1.01 }))
  assert.ok(!hasChanged(null))
  assert.ok(!hasChanged({ low: 1.005, value: 1.01, high: 1.02 }))
  assert.ok(hasChanged({ low: 0.9, value: 0.95, high: 0.98 }))
})
