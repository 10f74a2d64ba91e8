import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Child } from './child.ts'
import type { Job } from './protocol.ts'

const { signal } = new AbortController()
const HEAD = { name: 'later', workingFolder: undefined }

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid!, 0)
  } catch {
    return false
  }
}

test('a child that is started early does its job once that is known, and fails as the job does', async () => {
  let tell: (job: Job) => void = () => {}
  const told = Child.startEarly(HEAD, new Promise<Job>((resolve) => (tell = resolve)))
  const untold = Child.startEarly(HEAD, Promise.reject(new Error('there is no server')))
  try {
    assert.ok(isAlive(told.pid))
    const answer = told.answer(20_000, signal)
    tell({ kind: 'probe', scenarios: [] })
    assert.equal((await answer).kind, 'probed')
    await assert.rejects(untold.answer(20_000, signal), /there is no server/)
  } finally {
    await Promise.all([told.end(), untold.end()])
  }
  assert.ok(!isAlive(told.pid) && !isAlive(untold.pid))
})
