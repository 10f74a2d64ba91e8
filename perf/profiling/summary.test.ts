import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitTime } from './summary.ts'

describe('the time of an op', () => {
  for (const [name, kind, wall, cpu, idle, busy] of [
    ['that works all the time is its own', 'micro', 1000, 900, [0, 0, 0], 1000],
    // A neighbour on the core: CPU time is less, and nothing is waited for.
    ['that was kept from working too', 'micro', 1000, 500, [0, 0, 0], 1000],
    ['that sleeps is what its thread was busy for', 'micro', 20_000, 2_000, [0.99, 0.995, 0.992], 200],
    ['that waits for a short time is its CPU time at most', 'micro', 20_000, 2_000, [0.5, 0.5, 0.5], 2_000],
    ['whose thread was idle in one profile alone did not wait', 'micro', 1000, 900, [0, 0.9, 0.8], 1000],
    ['of a server is CPU time, all of it work', 'http', 2_000, 2_000, [0.5, 0.6, 0.5], 2_000],
  ] as const) {
    test(name, () => {
      const { busyNs, waitingNs } = splitTime(
        kind,
        wall,
        cpu,
        idle.map((idleShare) => ({ idleShare })),
      )
      assert.ok(Math.abs(busyNs - busy) < 1e-6)
      assert.ok(Math.abs(busyNs + waitingNs - wall) < 1e-6)
    })
  }
})
