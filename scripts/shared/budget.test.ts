import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plan } from '../../tests/support/run-data.ts'
import { COMPARISON_BUDGET, patientBudget } from './budget.ts'
import { readMeasureOptions } from './options.ts'

const SCENARIOS = [plan('a/one.apply'), plan('a/two.apply')]

test('a comparison has time for each scenario, and no more of it on a slow machine', () => {
  const { budgetMs, isPatient } = readMeasureOptions({}, COMPARISON_BUDGET, SCENARIOS)
  assert.deepEqual({ budgetMs, isPatient }, { budgetMs: 30_000, isPatient: false })
  assert.equal(readMeasureOptions({}, COMPARISON_BUDGET, SCENARIOS.slice(1)).budgetMs, 15_000)
})

test('a run has its time whatever is measured, and more of it on a slow machine', () => {
  const { budgetMs, isPatient } = readMeasureOptions({}, patientBudget(1_000), SCENARIOS)
  assert.deepEqual({ budgetMs, isPatient }, { budgetMs: 1_000, isPatient: true })
})

test('what somebody said is what it has', () => {
  for (const budget of [COMPARISON_BUDGET, patientBudget(1_000)]) {
    const { budgetMs, isPatient } = readMeasureOptions({ time: 2 }, budget, SCENARIOS)
    assert.deepEqual({ budgetMs, isPatient }, { budgetMs: 2_000, isPatient: false })
  }
})
