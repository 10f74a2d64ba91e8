import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { InspectedProcess } from './inspected-process.ts'

describe('a process that cannot be asked', () => {
  test('is not there', async () => {
    await assert.rejects(InspectedProcess.find(2 ** 30), /there is no process 1073741824/)
  })

  test('is none of Node’s, and is left alone', {
    skip: process.platform === 'linux' ? false : 'no /proc',
  }, async (t) => {
    const other = spawn('sleep', ['20'])
    t.after(() => other.kill())
    await once(other, 'spawn')
    await assert.rejects(InspectedProcess.byId(other.pid!), /is .*sleep|coreutils|busybox.*, not Node/)
    assert.equal(other.signalCode, null)
  })

  test('takes the signal for itself', {
    skip: process.platform === 'linux' ? false : 'no /proc',
  }, async (t) => {
    const script = "process.on('SIGUSR1', () => {}); console.log('up'); setInterval(() => {}, 1000)"
    const own = spawn(process.execPath, ['-e', script])
    t.after(() => own.kill())
    await once(own.stdout, 'data')
    await assert.rejects(InspectedProcess.byId(own.pid!), /did not open its inspector/)
    assert.equal(own.signalCode, null)
  })
})
