import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { isOver, ownLife } from './life.ts'

test('this process is not over', async () => {
  assert.equal(await isOver(ownLife()), false)
})

test('one whose id another process has by now is over', async () => {
  const { start, ...rest } = ownLife()
  const earlier = `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`
  assert.equal(await isOver({ ...rest, start: process.platform === 'linux' ? earlier : '1' }), true)
})

test('one that has ended is over', async () => {
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'exit')
  assert.equal(await isOver({ ...ownLife(), pid: dead.pid! }), true)
})

test('of one on another machine nothing is known', async () => {
  const dead = { ...ownLife(), pid: 2 ** 30 }
  assert.equal(await isOver(dead), true)
  assert.equal(await isOver({ ...dead, place: 'elsewhere' }), false)
})
