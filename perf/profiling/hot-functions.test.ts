import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeProfiles } from '../../profile/model/merge.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { Sources } from '../../profile/source/sources.ts'
import { drawProfile } from '../../tests/support/drawn.ts'
import { findHotFunctions } from './hot-functions.ts'

/** Three processes of one scenario: V8 inlined a function in the second, and the third was cut short. */
const PROFILES = [
  drawProfile([
    ['op', 500],
    ['op > sort', 300],
    ['op > sort > compare', 200],
  ]),
  drawProfile([
    ['op', 400],
    ['op > sort', 600],
  ]),
  drawProfile([
    ['op', 90],
    ['op > sort > compare', 10],
  ]),
]

test('functions take the time that the flamegraph of all profiles shows', () => {
  const merged = mergeProfiles(PROFILES)
  const self = selfTimeByNode(merged)
  const shown = new Map<string, number>()
  for (const [node, us] of self.entries()) {
    const { functionName } = merged.frames[merged.nodeFrame[node]!]!
    shown.set(functionName, (shown.get(functionName) ?? 0) + us / sumOf(self))
  }
  const functions = findHotFunctions(PROFILES, 1_000, undefined, new Sources([]), 1)
  assert.deepEqual(
    functions.map(({ functionName }) => functionName),
    ['op', 'sort', 'compare'],
  )
  for (const { functionName, selfShare, selfNsPerOp } of functions) {
    assert.ok(Math.abs(selfShare.value - shown.get(functionName)!) < 1e-6, functionName)
    assert.ok(Math.abs(selfNsPerOp.value - selfShare.value * 1_000) < 1e-6, functionName)
    assert.ok(selfShare.low < selfShare.value && selfShare.value < selfShare.high, functionName)
  }
})
