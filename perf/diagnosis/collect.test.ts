import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stitchContinuations } from '../../profile/correct/stitch.ts'
import { countProgram } from '../../tests/support/counted-program.ts'
import { drawProfile } from '../../tests/support/drawn.ts'
import type { CountedFork } from '../profiling/fork.ts'
import { collectEvidence } from './collect.ts'
import { diagnose } from './diagnose.ts'

const PROGRAM = `
const base = 2
export async function op() {
  let sum = 0
  for (const x of [1, 2, 3, 4, 5]) {
    sum += x * (await rateOf(base))
  }
  return sum
}
async function rateOf(value) { await null; return value }
`

test('what goes on after an await is told of its caller', async (t) => {
  const { sources, countedOps, at } = await countProgram(t, { 'index.mjs': PROGRAM })
  const stacks = [
    [at('op'), 10],
    [at('rateOf'), 30],
    [at('rateOf'), 30],
    [at('rateOf'), 30],
  ] as const
  const { profile } = stitchContinuations(drawProfile(stacks), sources, 'op')
  const counted = {
    ops: { calls: countedOps, heap: 1 },
    observations: { heap: null },
  } as unknown as CountedFork
  const evidence = collectEvidence(
    {
      scenarioId: 'op',
      profiles: [{ profile, places: [] }],
      costs: [],
      counted,
      sources,
      problems: [],
    },
    { kind: 'micro', busyNs: 1_000, waitingNs: 0 },
    '/',
  )
  assert.ok(evidence.frames.every(({ functionName }) => functionName !== '(await)'))
  const [first] = diagnose(evidence)
  assert.deepEqual([first?.code, first?.functionName, first?.line], ['repeated-call', 'op', 6])
  assert.match(first!.message, /^rateOf is called 5× per op/)
})
