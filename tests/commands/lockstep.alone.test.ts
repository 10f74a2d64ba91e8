import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RUN, readReport, twoCheckouts } from '../support/checkouts.ts'
import { runCommand } from '../support/project.ts'

test('--against: the same code is green under STRICT_PERF, and the gate has proved itself', async (t) => {
  const { root, other } = await twoCheckouts(t)
  const { code, stdout, stderr } = await runCommand(root, [...RUN, '--against', other], {
    STRICT_PERF: 'true',
  })
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /2 scenarios, in lockstep with .*other chëckout/)
  const { gate, run, scenarios } = await readReport(root)
  assert.ok(gate.compared >= 1)
  assert.equal(gate.proof?.failure, null)
  assert.ok(gate.proof.plantedRatio!.low > 1.2)
  assert.match(run.against!, /other chëckout/)
  for (const result of scenarios) assert.ok(result.status === 'measured' && result.pairs.length >= 3)
})
