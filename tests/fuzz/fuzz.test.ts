// The short form of `npm run fuzz`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('readers have an answer for 4,000 inputs that are almost right', async () => {
  const faults = await fuzz(4_000, 20_260_000)
  assert.deepEqual(
    faults.map(({ reader, seed, reason }) => `seed ${seed}, ${reader}: ${reason}`),
    [],
  )
})
