import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCoreList } from '../process/cores/affinity.ts'
import { createRandom } from '../stats/random.ts'
import type { ForkMeasurement, OpCost } from './measure.ts'
import type { Side } from './side.ts'
import { ratiosOf, takeTurns, warmSides } from './turns.ts'

/** Slices that cost what `cost` says when they are run; notes the order. */
function fakeSide(name: string, cost: () => number, order: string[]): Side {
  return {
    async warmUp() {
      order.push(`${name} warm`)
      return cost()
    },
    async settle(nsPerOp) {
      order.push(`${name} ${Math.round(nsPerOp)}`)
      return undefined
    },
    async runSlice() {
      order.push(name)
      return slice(cost())
    },
    finish: () => Promise.reject(new Error('not here')) as Promise<ForkMeasurement>,
  }
}

const slice = (ns: number, cpuNs = ns): OpCost => ({
  nsPerOp: ns,
  cpuNsPerOp: cpuNs,
  p50Ns: 0.9 * ns,
  p95Ns: 2 * ns,
  p99Ns: 4 * ns,
})

describe('turns', () => {
  for (const [isCandidateFirst, block] of [
    [false, ['A', 'B', 'B', 'A']],
    [true, ['B', 'A', 'A', 'B']],
  ] as const) {
    test(`${block.join(' ')}, at least six blocks, after two that do not count`, async () => {
      const order: string[] = []
      const [a, b] = [fakeSide('A', () => 10, order), fakeSide('B', () => 20, order)]
      const blocks = await takeTurns(a, b, 0, isCandidateFirst)
      assert.equal(blocks.length, 6)
      assert.deepEqual(order, Array(8).fill(block).flat())
      for (const { baseline, candidate } of blocks) {
        assert.deepEqual(
          [...baseline, ...candidate].map(({ nsPerOp }) => nsPerOp),
          [10, 10, 20, 20],
        )
      }
    })
  }

  test('both sides get slices for the same cost, between their own', async () => {
    const order: string[] = []
    const plan = { warmupMinMs: 0, warmupMaxMs: 0 }
    await warmSides(
      fakeSide('A', () => 100, order),
      fakeSide('B', () => 400, order),
      plan,
    )
    // The geometric mean of 100 and 400.
    assert.deepEqual(order.sort(), ['A 200', 'A warm', 'B 200', 'B warm'])
  })
})

describe('the ratio of a pair', () => {
  const measure = async (truth: number, slowness: (i: number) => number) => {
    let slice = 0
    const side = (cost: number) => fakeSide('', () => cost * slowness(slice++), [])
    const blocks = await takeTurns(side(1000), side(1000 * truth), 0, false)
    return ratiosOf(blocks)
  }

  test('throughput falls where costs rise', async () => {
    const ratios = await measure(1.25, () => 1)
    for (const [metric, ratio] of Object.entries(ratios)) {
      assert.ok(Math.abs(ratio! - (metric === 'opsPerSecond' ? 0.8 : 1.25)) < 1e-12, metric)
    }
  })

  test('a machine that becomes evenly slower harms neither side', async () => {
    const { cpuNsPerOp } = await measure(1.1, (i) => 1 + 0.005 * i)
    assert.ok(Math.abs(cpuNsPerOp! - 1.1) < 0.011, `${cpuNsPerOp}`)
  })

  test('nor does one that is 1.6 times slower in half of the slices', async () => {
    const random = createRandom(3)
    const { cpuNsPerOp } = await measure(1.1, () => (random() < 0.5 ? 1.6 : 1))
    assert.ok(Math.abs(cpuNsPerOp! - 1.1) < 1e-9, `${cpuNsPerOp}`)
  })

  test('a clock too coarse for a slice tells over all of them, and not at all where it reads nothing', () => {
    const block = (baseline: number, candidate: number) => ({
      baseline: [slice(10, baseline), slice(10, 0)] as const,
      candidate: [slice(10, candidate), slice(10, 0)] as const,
    })
    // 16 + 0 against 24 + 0
    assert.equal(ratiosOf([block(16, 24)]).cpuNsPerOp, 1.5)
    assert.equal(ratiosOf([block(0, 0)]).cpuNsPerOp, null)
    assert.equal(ratiosOf([block(0, 24)]).cpuNsPerOp, null)
  })
})

test('core lists as Linux writes them', () => {
  assert.deepEqual(parseCoreList('0-3,6'), [0, 1, 2, 3, 6])
  assert.deepEqual(parseCoreList('5'), [5])
})
