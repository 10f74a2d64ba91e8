import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProject, finish, runCommand, startCommand, untilSaid } from '../support/project.ts'

test('flamegate selftest: an injected slow-down is seen, in a project without scenarios', async (t) => {
  const root = await createProject(t, '')
  const { code, stdout, stderr } = await runCommand(root, ['selftest', '--json'])
  const { plantedRatio, sameRatio, failure } = JSON.parse(stdout)
  // Whether the same code is told from itself is up to the machine; 40 % more work is not.
  assert.ok(plantedRatio.value > 1.2, stderr)
  assert.ok(sameRatio.low < sameRatio.high)
  assert.equal(code, failure === null ? 0 : 2)
  assert.match(stderr, /proving 0\/\d+, now the gate itself/)
})

test('an interrupted selftest is exit code 130', async (t) => {
  const child = startCommand(await createProject(t, ''), ['selftest'])
  const ended = finish(child)
  await untilSaid(child, /proving/)
  child.kill('SIGINT')
  const { code, stderr, stdout } = await ended
  assert.equal(code, 130, stderr)
  assert.match(stderr, /interrupted before the gate was proven\n$/)
  assert.equal(stdout, '')
})
