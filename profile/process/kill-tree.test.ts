import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { processesNaming } from '../../tests/support/processes.ts'
import { endTree, killTree } from './kill-tree.ts'

/** Starts a process that starts one more, for ten seconds; both name `mark`. Resolves with its id when both run. */
async function startTwo(mark: string): Promise<number> {
  const inner = `setTimeout(() => {}, 10_000); process.stdout.write('up') // ${mark}`
  const outer = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })`
  const child = spawn(process.execPath, ['-e', outer], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  await once(child.stdout, 'data')
  assert.equal(processesNaming(mark).length, 2)
  return child.pid!
}

describe('a process and what it started', { skip: existsSync('/proc') ? false : 'no /proc' }, () => {
  test('are gone when endTree resolves', async () => {
    const mark = `kill-tree-end-${process.pid}`
    await endTree(await startTwo(mark))
    assert.deepEqual(processesNaming(mark), [])
  })

  test('go when killTree is called, and calling it again is no error', async () => {
    const mark = `kill-tree-kill-${process.pid}`
    const pid = await startTwo(mark)
    killTree(pid)
    await endTree(pid)
    killTree(pid)
    assert.deepEqual(processesNaming(mark), [])
  })
})
