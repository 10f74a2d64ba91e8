import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sampleReports } from '../../../tests/support/sample-reports.ts'
import { cleanAfterSuite } from '../../../tests/support/shared.ts'
import type { MeasuredResult } from '../../results/report.ts'
import { evidenceOf } from './evidence.ts'

describe('where the time went, on the page', () => {
  const { reports } = sampleReports(cleanAfterSuite())
  const blamed = async () => {
    const { scenarios } = await reports['lockstep-blamed']!()
    return scenarios.find((result) => result.status === 'measured' && result.blame !== null) as MeasuredResult
  }
  const namesOf = (result: MeasuredResult) => evidenceOf(result).deltas.map(({ cells }) => cells[0])

  test('who is named has one row, the first, also where it is called more often', async () => {
    const result = await blamed()
    const blame = result.blame!
    const [suspect] = blame.suspects
    const moreOften = { callsPerOp: { baseline: 1, candidate: 2 } }
    const functions = blame.functions.map((row) =>
      row.functionName === suspect!.functionName ? { ...row, ...moreOften } : row,
    )
    const suspects = [{ ...suspect!, ...moreOften }]
    const names = namesOf({ ...result, blame: { ...blame, functions, suspects } })
    assert.equal(names[0], suspect!.functionName)
    assert.equal(names.filter((name) => name === suspect!.functionName).length, 1)
  })

  test('a namesake in the same file is another function', async () => {
    const result = await blamed()
    const blame = result.blame!
    const [suspect] = blame.suspects
    const namesake = {
      ...blame.functions.find(({ functionName }) => functionName === suspect!.functionName)!,
      changeShare: 0.5,
      changeNs: { low: 1_900, value: 2_000, high: 2_100 },
    }
    const names = namesOf({ ...result, blame: { ...blame, functions: [...blame.functions, namesake] } })
    assert.equal(names.filter((name) => name === suspect!.functionName).length, 2)
  })
})
