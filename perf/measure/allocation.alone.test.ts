// What the harness allocates beside an op: measured values beside a known one, with nothing else running.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median } from '../stats/quantile.ts'
import type { MicroScenario } from '../suite/scenario.ts'
import { measureWorkload } from './measure.ts'
import { openMicroWorkload } from './micro-workload.ts'

const PLAN = {
  warmupMinMs: 150,
  warmupMaxMs: 400,
  measureMinMs: 150,
  measureMaxMs: 300,
  minSamples: 1,
  minBusyMs: 0,
}

/** Allocated bytes per op, with what the harness allocates taken out or not. */
async function measureOp(op: MicroScenario<unknown, unknown>['op'], isTakenOut: boolean): Promise<number> {
  const scenario: MicroScenario<unknown, unknown> = { kind: 'micro', id: 'test/op.micro', setup: () => 0, op }
  const workload = await openMicroWorkload(scenario, undefined, undefined)
  if (!isTakenOut) delete workload.runEmptyMemorySlice
  return (await measureWorkload(workload, PLAN)).allocatedBytesPerOp
}

let sink = 0

for (const [name, op] of [
  [
    'short',
    () => {
      for (let i = 0; i < 400; i++) sink = (sink + i) & 1023
      return sink
    },
  ],
  [
    'long',
    () => {
      for (let i = 0; i < 20_000; i++) sink = (sink + i) & 1023
      return sink
    },
  ],
] as const) {
  test(`a ${name} op that allocates nothing: what the harness allocates is taken out, as far as it can be seen`, async () => {
    const measure = async (isTakenOut: boolean) =>
      median([
        await measureOp(op, isTakenOut),
        await measureOp(op, isTakenOut),
        await measureOp(op, isTakenOut),
      ])
    const [all, rest] = [await measure(false), await measure(true)]
    // What this process does beside the op, as a test runner, is in what is left.
    assert.ok(rest < all / 2, `${rest} of ${all}`)
  })
}
