import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureKnownCosts } from './measure.ts'
import { TRUTH } from './packages/known/src/index.ts'

/** Shares are off by chance, too: seven profiles of some 1,500 stack samples. */
const TOLERANCE = 0.03

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
