import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryMeter } from './memory-meter.ts'

let sink: unknown

test('allocated bytes are those that were allocated, over many collections', () => {
  const meter = new MemoryMeter()
  const arrays = 20_000
  meter.start()
  for (let i = 0; i < arrays; i++) sink = new Array(1000).fill(i)
  meter.stop()
  const { allocatedBytes, gcCount, gcNs } = meter.use
  // 1000 elements of 8 bytes, a header of 16, and the array object itself of 32
  const truth = arrays * 8048
  assert.ok(Math.abs(allocatedBytes / truth - 1) < 0.05, `${allocatedBytes} against ${truth}`)
  assert.ok(gcCount > 1 && gcNs > 0)
  assert.ok(sink)
})
