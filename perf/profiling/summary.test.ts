import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitTime } from './summary.ts'

describe('the time of an op', () => {
  for (const [name, wall, cpu, idle, busy] of [
    ['that works all the time is its own', 1000, 900, [0, 0, 0], 1000],
    // A neighbour on the core: CPU time is less, and nothing is waited for.
    ['that was kept from working too', 1000, 500, [0, 0, 0], 1000],
    ['that sleeps is what its thread was busy for', 20_000, 2_000, [0.98, 0.99, 0.99], 200],
    ['that waits for a short time is its CPU time at most', 20_000, 2_000, [0.5, 0.5, 0.5], 2_000],
  ] as const) {
    test(name, () => {
      const { busyNs, waitingNs } = splitTime(
        wall,
        cpu,
        idle.map((idleShare) => ({ idleShare })),
      )
      assert.ok(Math.abs(busyNs - busy) < 1e-6)
      assert.ok(Math.abs(busyNs + waitingNs - wall) < 1e-6)
    })
  }
})
