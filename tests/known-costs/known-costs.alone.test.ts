import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureKnownCosts, measureKnownTotals, TOLERANCE } from './measure.ts'
import { TOTALS } from './packages/known/src/async.ts'
import { TRUTH } from './packages/known/src/index.ts'

test('functions of known cost, not inlined, inlined, and inlined from another file', async (t) => {
  for (const { scenarioId, corrected, callsPerOp } of await measureKnownCosts()) {
    await t.test(scenarioId, () => {
      for (const [name, { share, calls }] of Object.entries(TRUTH)) {
        assert.ok(Math.abs(corrected[name]! - share) <= TOLERANCE, `${name}: ${corrected[name]} of ${share}`)
        assert.equal(callsPerOp[name], calls, `calls of ${name}`)
      }
    })
  }
})

test('functions with all that they wait for: chains, several callers, recursion, Promise.all, streams, listeners', async () => {
  const { plain, stitched, hasSameSelf } = await measureKnownTotals()
  for (const [name, share] of Object.entries(TOTALS)) {
    assert.ok(Math.abs(stitched[name]! - share) <= TOLERANCE, `${name}: ${stitched[name]} of ${share}`)
  }
  assert.ok(plain.chain! < TOTALS.chain! / 2, 'V8 alone would have known')
  assert.ok(hasSameSelf)
})
