import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPageCode } from './code.ts'

const WORK = { baseline: 1_000, candidate: 1_380 }

test('what differs, what is called otherwise often, and how much code runs', () => {
  const code = toPageCode({
    change: { functions: [{ file: 'a.ts', name: '' }], others: ['package qs'] },
    tokensPerOp: WORK,
    calls: [{ file: 'a.ts', name: 'deepClone', baseline: 808, candidate: 1_616 }],
  })
  assert.equal(code.sentence, '2 things that it runs differ from the baseline.')
  assert.deepEqual(code.changed, [
    ['(anonymous)', 'a.ts'],
    ['package qs', ''],
  ])
  assert.deepEqual(code.calls, [['deepClone', 'a.ts', '808', '1,616']])
  assert.deepEqual(code.work, { baseline: '1,000', candidate: '1,380', change: '+38 %' })
})

test('the same code, and nothing to compare with', () => {
  const same = toPageCode({ change: { functions: [], others: [] }, tokensPerOp: WORK, calls: [] })
  assert.match(same.sentence, /^Same code/)
  const alone = toPageCode({ change: null, tokensPerOp: { ...WORK, baseline: null }, calls: [] })
  assert.match(alone.sentence, /^There is no code/)
  assert.deepEqual(alone.work, { baseline: '–', candidate: '1,380', change: '–' })
})
