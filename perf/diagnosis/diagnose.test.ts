import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { diagnose } from './diagnose.ts'
import type { OpEvidence } from './evidence.ts'

// What profile passes left of programs of known illness, and of healthy ones: tests/diagnosis/measure.ts.
const programs: readonly { readonly id: string; readonly isSick: boolean; readonly evidence: OpEvidence }[] =
  JSON.parse(await readFile(new URL('../../tests/recordings/diagnosis.json', import.meta.url), 'utf8'))

describe('sick programs: the first finding is their illness', () => {
  for (const { id, evidence } of programs.filter(({ isSick }) => isSick)) {
    test(id, () => {
      const [first] = diagnose(evidence)
      assert.ok(first !== undefined)
      assert.equal(first.code, id.split(' ')[0])
      assert.ok(first.share <= 1.01, `${first.share} of the op`)
      assert.match(first.file, /^tests\/diagnosis\/packages\/programs\/|^node_modules\//)
      assert.ok(first.line > 1)
    })
  }
})

describe('healthy programs: nothing is found', () => {
  for (const { id, evidence } of programs.filter(({ isSick }) => !isSick)) {
    test(id, () => assert.deepEqual(diagnose(evidence), []))
  }
})

test('there are at least twelve of each', () => {
  const sick = programs.filter(({ isSick }) => isSick).length
  assert.ok(sick >= 12 && programs.length - sick >= 12, `${sick} of ${programs.length} are sick`)
})
