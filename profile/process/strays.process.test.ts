import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { findMarked, markOf } from '../../tests/support/processes.ts'

const source = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
/** Starts processes in groups of their own without end, and leaves while they are being started. */
const LEAVES = `
  await import(${source('../../perf/process/strip-types/register.mjs')})
  const { markOfOwn } = await import(${source('strays.ts')})
  const { spawn } = await import('node:child_process')
  const env = { ...process.env, ...markOfOwn() }
  spawn('sh', ['-c', 'while true; do setsid sleep 60 & sleep 0.001; done'], { env, stdio: 'ignore', detached: true })
  setTimeout(() => process.exit(), 400)`

test('what is started while the own processes are ended does not stay', {
  skip: process.platform === 'linux' ? false : 'Linux alone tells the variables of a process',
}, async (t) => {
  const name = 'strays'
  t.after(() => {
    for (let left = findMarked(name); left.length > 0; left = findMarked(name))
      for (const pid of left) process.kill(pid, 'SIGKILL')
  })
  for (let again = 0; again < 3; again++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', LEAVES], {
      env: { ...process.env, ...markOf(name) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    assert.deepEqual(await once(child, 'exit'), [0, null])
    await pause(50)
    assert.deepEqual(findMarked(name), [])
  }
})
