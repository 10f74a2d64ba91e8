import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepeatRecorder } from './repeats.ts'

test('texts that come again, by how many calls before', (t) => {
  const { parse, stringify } = JSON
  t.after(() => Object.assign(JSON, { parse, stringify }))
  const recorder = new RepeatRecorder()
  JSON.parse('"before"')
  recorder.isRecording = true
  for (const text of ['"a"', '"b"', '"a"', '"a"', '"cc"', '"b"']) JSON.parse(text)
  assert.equal(JSON.stringify(undefined), undefined)
  assert.deepEqual(
    JSON.parse('[1]', (_, value) => (value === 1 ? 2 : value)),
    [2],
  )
  recorder.isRecording = false
  const [read, written] = recorder.repeats()
  assert.equal(read!.calls, 7)
  // `a` after 2 calls and after 1, `b` after 4.
  assert.deepEqual(read!.again.slice(0, 5), [1, 1, 0, 1, 0])
  assert.equal(read!.meanLength, 3)
  assert.deepEqual([written!.calls, written!.meanLength], [0, 0])
})
