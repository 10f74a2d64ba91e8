import assert from 'node:assert/strict'
import { test } from 'node:test'
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

type Op = MicroScenario<unknown, unknown>['op']

async function measureOp(op: Op) {
  const scenario: MicroScenario<unknown, unknown> = { kind: 'micro', id: 'test/op.micro', setup: () => 0, op }
  return measureWorkload(await openMicroWorkload(scenario, undefined, undefined), PLAN)
}

test('a promise is awaited, also of an op that returns one at times only', async () => {
  let isRunning = false
  let awaited = 0
  await measureOp((_, index) => {
    if (isRunning) throw new Error('the op before was not awaited')
    if (index % 300 !== 299) return JSON.stringify({ index })
    isRunning = true
    return new Promise((resolve) => {
      setImmediate(() => {
        isRunning = false
        awaited++
        resolve(index)
      })
    })
  })
  assert.ok(awaited > 0)
})

test('a promise that rejects at last fails the op', async () => {
  await assert.rejects(
    measureOp((_, index) => (index < 500 ? index : Promise.reject(new Error('late')))),
    /late/,
  )
})

test('what is around an op is done each time, and not timed; an op’s own clock counts', async () => {
  const log: string[] = []
  const workload = await openMicroWorkload(
    {
      kind: 'micro',
      id: 'test/around.micro',
      setup: () => 0,
      op: () => void log.push('op'),
      around: () => ({
        before: async () => log.push('before'),
        after: () => log.push('after'),
        elapsedMs: () => 7,
      }),
    },
    undefined,
    undefined,
  )
  workload.calibrate?.(10)
  log.length = 0
  await workload.runOps(2)
  const { samplesNs } = await workload.runSlice(2)
  assert.deepEqual(log, Array(4).fill(['before', 'op', 'after']).flat())
  assert.deepEqual(samplesNs, [7e6, 7e6])
})
