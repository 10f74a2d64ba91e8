import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createRandom, type Random } from '../stats/random.ts'
import { clock } from './clock.ts'
import { measureWorkload, observeWorkload, summariseSlices } from './measure.ts'
import { isSteadySeries, type Slice } from './slice-series.ts'
import type { SliceCost, Workload } from './workload.ts'

const slice = (nsPerOp: number, canaryNs: number, samplesNs = [nsPerOp]): Slice => ({
  samplesNs,
  nsPerOp,
  cpuNsPerOp: 2 * nsPerOp,
  canaries: { json: canaryNs },
})

describe('summariseSlices', () => {
  test('raw is the mean over all slices and the percentiles over all samples', () => {
    const { raw } = summariseSlices([slice(20, 1e5, [10, 30]), slice(40, 1e5, [40, 40])], ['json'], 'slice')
    // mean of 20 and 40; samples 10 30 40 40: position 1.5 lies between 30 and 40
    assert.equal(raw.nsPerOp, 30)
    assert.equal(raw.cpuNsPerOp, 60)
    assert.equal(raw.p50Ns, 35)
    assert.equal(raw.maxNs, 40)
  })

  test('a machine at half speed gives the same normalised cost', () => {
    const cost = (factor: number) =>
      summariseSlices(
        Array.from({ length: 40 }, () => slice(1000 * factor, 1e5 * factor)),
        ['json'],
        'slice',
      ).canaries.json!
    assert.equal(cost(1).normalised.nsPerOp, 1000)
    assert.equal(cost(2).normalised.nsPerOp, 1000)
    assert.equal(cost(2).medianNs, 2e5)
  })

  test('the slices with the fastest canaries are what counts', () => {
    // 15 quiet slices cost what they should; in 45 the op suffers more than the canary does.
    const slices = [
      ...Array.from({ length: 45 }, () => slice(3000, 1.5e5)),
      ...Array.from({ length: 15 }, () => slice(1000, 1e5)),
    ]
    assert.equal(summariseSlices(slices, ['json'], 'slice').canaries.json!.normalised.nsPerOp, 1000)
  })

  test('a slow first third is a trend downwards, a slow last one upwards', () => {
    const falling = [3, 3, 2, 2, 1, 1].map((cost) => slice(cost * 1000, 1e5))
    assert.ok(Math.abs(summariseSlices(falling, ['json'], 'slice').trend - (1 / 3 - 1)) < 1e-12)
    assert.ok(Math.abs(summariseSlices(falling.reverse(), ['json'], 'slice').trend - 2) < 1e-12)
  })

  test('a canary that follows leaves no residual, one that does not leaves all', () => {
    const slices = [1, 2, 1, 2].map((speed) => ({
      ...slice(1000 * speed, 1e5 * speed),
      canaries: { json: 1e5 * speed, integer: 1e5 },
    }))
    const { canaries } = summariseSlices(slices, ['json', 'integer'], 'slice')
    assert.equal(canaries.json!.residual, 0)
    assert.ok(canaries.integer!.residual > 0.3)
  })
})

describe('normalised percentiles', () => {
  const slices = Array.from({ length: 20 }, (_, i) => ({
    ...slice(1000, 1e5, [100, 200, i === 0 ? 9000 : 300]),
    canaries: { json: i < 10 ? 1e5 : 2e5 },
  }))

  test('by slice: the median of what the quiet slices say', () => {
    assert.equal(summariseSlices(slices, ['json'], 'slice').canaries.json!.normalised.p50Ns, 200)
  })

  test('by fork: over all samples of the quieter three quarters, each at reference speed', () => {
    const { normalised } = summariseSlices(slices, ['json'], 'fork').canaries.json!
    // ten slices of 100 200 300 and five of 50 100 150: the 23rd of 45 is 150
    assert.equal(normalised.p50Ns, 150)
    assert.ok(normalised.p99Ns > 300, 'one slow sample of 45 is in the tail')
  })
})

describe('isSteadySeries', () => {
  const flat = (length: number, cost = 100) => Array.from({ length }, () => cost)
  for (const [name, costs, expected] of [
    ['too short to tell', flat(31), false],
    ['flat', flat(32), true],
    ['a step down of 10 %', [...flat(16, 110), ...flat(16, 100)], false],
    ['a step within 3 %', [...flat(16, 102), ...flat(16, 100)], true],
    ['a step long ago', [...flat(20, 200), ...flat(32, 100)], true],
    ['noise of 20 % with no step', Array.from({ length: 32 }, (_, i) => 100 + ((i * 7) % 5) * 10), true],
  ] as const) {
    test(name, () => assert.equal(isSteadySeries(costs), expected))
  }

  /** Slices of 4 ms of code that costs `extra` more at first and gets there with a time constant of `slices`. */
  const settling = (random: Random, extra: number, slices: number, noise: number, length: number) =>
    Array.from(
      { length },
      (_, i) => 100 * (1 + extra * Math.exp(-i / slices)) * Math.exp(noise * (random() + random() - 1)),
    )
  const shareSteady = (extra: number, noise: number, length: number) => {
    const random = createRandom(length)
    const trials = 400
    let steady = 0
    for (let i = 0; i < trials; i++) if (isSteadySeries(settling(random, extra, 20, noise, length))) steady++
    return steady / trials
  }

  test('simulated: code that is warm is told so, code that still gains 10 % is not', () => {
    for (const noise of [0.02, 0.05, 0.1]) assert.ok(shareSteady(0, noise, 32) >= 0.9, `${noise}`)
    // After 32 slices of a time constant of 20, the last 16 cost 14 % less than the 16 before them.
    for (const noise of [0.02, 0.05]) assert.ok(shareSteady(0.5, noise, 32) <= 0.05, `${noise}`)
    // After 140, a thousandth.
    for (const noise of [0.02, 0.05, 0.1]) assert.ok(shareSteady(0.5, noise, 140) >= 0.9, `${noise}`)
  })
})

describe('measureWorkload', () => {
  /**
   * Ops whose cost is given by the number of slices run so far; canaries of reference speed. A slice takes a millisecond, or
   * one op, however fast the machine is.
   */
  function fakeWorkload(
    t: TestContext,
    costAt: (slice: number) => number,
    cpuShare = 1,
  ): Workload & { slices: number } {
    let nowMs = 0
    t.mock.method(clock, 'now', () => nowMs)
    return {
      slices: 0,
      canaryNames: ['json'],
      minSliceSamples: 1,
      turnMs: 1,
      sliceMs: 1,
      percentileScope: 'slice',
      opsPerSample: 1,
      counters: { patchBytes: 7 },
      clientBusyShare: null,
      async runSlice(samples): Promise<SliceCost> {
        const nsPerOp = costAt(this.slices++)
        nowMs += Math.max(1, (samples * nsPerOp) / 1e6)
        const samplesNs = Array.from({ length: samples }, () => nsPerOp)
        return { samplesNs, nsPerOp, cpuNsPerOp: nsPerOp * cpuShare }
      },
      runMemorySlice: async (samples) => ({ allocatedBytes: 100 * samples, gcCount: 1, gcNs: 1000 }),
      runOps: async () => {},
      observe: async () => {},
      windows: () => [],
      timeCanaries: async () => ({ json: 1e5 }),
      close: async () => {},
    }
  }
  const plan = {
    warmupMinMs: 1,
    warmupMaxMs: 60,
    measureMinMs: 1,
    measureMaxMs: 500,
    minSamples: 50_000,
    minBusyMs: 0,
  }

  test('slices are sized to the op, and go on until there are enough samples', async (t) => {
    const measurement = await measureWorkload(
      fakeWorkload(t, () => 1000),
      plan,
    )
    // 1 ms of ops that take 1 µs is 1000 samples: 50 slices
    assert.equal(measurement.slices, 50)
    assert.equal(measurement.samples, 50_000)
    assert.equal(measurement.raw.nsPerOp, 1000)
    assert.equal(measurement.isSteady, true)
  })

  for (const [cpuShare, slices, why] of [
    [1, 20, 'the time of the plan'],
    [0.25, 40, 'until they had a core for 10 ms'],
    [0.01, 100, 'no longer than the plan has patience'],
  ] as const) {
    test(`ops that have ${cpuShare} of a core: ${why}`, async (t) => {
      const times = { measureMinMs: 20, measureMaxMs: 100, minSamples: 1, minBusyMs: 10 }
      const workload = fakeWorkload(t, () => 1000, cpuShare)
      assert.equal((await measureWorkload(workload, { ...plan, ...times })).slices, slices)
    })
  }

  test('a pause comes after the warm-up, and the slice that it left cold is not measured', async (t) => {
    let pausedAt: number | undefined
    const workload = fakeWorkload(t, (slice) => (slice === pausedAt ? 5000 : 1000))
    const measurement = await measureWorkload(workload, plan, async () => {
      pausedAt = workload.slices
    })
    assert.equal(measurement.isSteady, true)
    assert.ok(pausedAt! > 10, `${pausedAt} slices of warm-up`)
    assert.equal(workload.slices, pausedAt! + 1 + measurement.slices)
    assert.equal(measurement.raw.maxNs, 1000)
  })

  test('an op that takes longer than a slice becomes steady, too: windows are shorter', async (t) => {
    const measurement = await measureWorkload(
      fakeWorkload(t, () => 60e6),
      { ...plan, warmupMaxMs: 600 },
    )
    assert.equal(measurement.isSteady, true)
  })

  test('what was slow while it warmed up is not in the numbers', async (t) => {
    const measurement = await measureWorkload(
      fakeWorkload(t, (i) => (i < 20 ? 9000 : 1000)),
      plan,
    )
    assert.equal(measurement.raw.maxNs, 1000)
  })

  test('an op that never becomes steady is measured all the same, and said to be unsteady', async (t) => {
    const measurement = await measureWorkload(
      fakeWorkload(t, (i) => 1000 * 1.02 ** i),
      { ...plan, measureMaxMs: 10 },
    )
    assert.equal(measurement.isSteady, false)
    assert.ok(measurement.samples > 0)
  })

  test('memory is per op, from slices of its own', async (t) => {
    const measurement = await measureWorkload(
      fakeWorkload(t, () => 1000),
      plan,
    )
    assert.equal(measurement.allocatedBytesPerOp, 100)
    // one collection a slice of 1000 ops
    assert.equal(measurement.gcPerThousandOps, 1)
    assert.deepEqual(measurement.counters, { patchBytes: 7 })
  })

  test('what is observed runs ops between the observer’s two calls, and little else', async (t) => {
    const workload = fakeWorkload(t, () => 1000)
    const told: string[] = []
    let canaries = 0
    const { cost, slices } = await observeWorkload(
      Object.assign(workload, {
        observe: async (command: string) => void told.push(`${command} after ${workload.slices} slices`),
        runMemorySlice: () => Promise.reject(new Error('nobody reads what the heap did')),
        timeCanaries: async () => {
          canaries++
          return { json: 1e5 }
        },
      }),
      { ...plan, measureMinMs: 200, minSamples: 1 },
    )
    assert.equal(slices, 200)
    const last = workload.slices
    assert.deepEqual(told, [`start-profile after ${last - 200} slices`, `stop-profile after ${last} slices`])
    assert.deepEqual([cost.raw.nsPerOp, cost.canaries.json?.normalised.nsPerOp], [1000, 1000])
    // one at first, then one in 50 ms
    assert.ok(canaries <= 1 + workload.slices / 50, `${canaries} in ${workload.slices} ms`)
  })
})
