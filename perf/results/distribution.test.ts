import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFork } from '../../tests/support/fork-data.ts'
import { QUANTILES } from '../measure/measure.ts'
import { summariseDistribution } from './distribution.ts'

const fork = (ns: number) => ({ ...makeFork(), quantilesNs: QUANTILES.map((q) => ns * (1 + q)) })

test('of each version the middle of its forks', () => {
  const found = summariseDistribution([fork(100), fork(300), fork(200)], [fork(50)])
  const at = QUANTILES.indexOf(0.5)
  assert.deepEqual([found?.candidateNs[at], found?.baselineNs?.[at]], [300, 75])
  assert.equal(found?.quantiles[at], 0.5)
})

test('of a version that was not measured there is none', () => {
  assert.equal(summariseDistribution([fork(100)], [])?.baselineNs, null)
  const { quantilesNs: _, ...old } = fork(100)
  assert.equal(summariseDistribution([old], []), undefined)
})
