import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChildFailure, within } from './child.ts'

const { signal } = new AbortController()

test('what says nothing for too long is cut off, and what gives signs of life is not', async () => {
  const never = new Promise<never>(() => {})
  await assert.rejects(within(never, 30, signal), ChildFailure)
  const slow = new Promise<string>((resolve) => setTimeout(resolve, 150, 'done'))
  assert.equal(await within(slow, 30, signal, () => performance.now()), 'done')
  // From the last sign on the time counts again.
  const start = performance.now()
  await assert.rejects(
    within(never, 60, signal, () => start + 40),
    ChildFailure,
  )
  assert.ok(performance.now() - start >= 99)
})
