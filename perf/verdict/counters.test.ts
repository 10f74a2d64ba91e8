import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareCounters, counterChanged } from './counters.ts'

test('a counter is beside the baseline’s, with the unit that its name ends in', () => {
  assert.deepEqual(compareCounters({ patchBytes: 110, rows: 3 }, { patchBytes: 111, rows: 3, waitNs: 5 }), [
    { name: 'patchBytes', unit: 'bytes', perOp: 111, baselinePerOp: 110 },
    { name: 'rows', unit: 'count', perOp: 3, baselinePerOp: 3 },
    { name: 'waitNs', unit: 'ns', perOp: 5, baselinePerOp: null },
  ])
})

test('any other number is a change; nothing to compare with is none', () => {
  const changed = (baselinePerOp: number | null) =>
    counterChanged({ name: 'patchBytes', unit: 'bytes', perOp: 111, baselinePerOp })
  assert.equal(changed(111), false)
  assert.equal(changed(110), true)
  assert.equal(changed(0), true)
  assert.equal(changed(null), false)
})
