import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeForks } from '../../tests/support/fork-data.ts'
import { summariseForks } from './scenario-metrics.ts'

const options = { seed: 1, isQuick: false }

/** Other processes want the cores: what crosses the loopback device waits for one, and what a process computes does not. */
const BUSY = { isHttp: true, canarySlowness: { loopback: 38 } }

test('CPU time at reference speed does not become less where requests wait for a core', () => {
  const middle = (traits: object) =>
    summariseForks(makeForks(4, 200_000, 0.01, 1, traits), options).metrics.cpuNsPerOp.normalised.value
  assert.equal(middle(BUSY), middle({ isHttp: true }))
})

test('percentiles of servers are normalised by the loopback canary', () => {
  const { canary, metrics } = summariseForks(makeForks(4, 200_000, 0.01, 1, BUSY), options)
  assert.equal(canary.name, 'loopback')
  assert.ok(metrics.p50Ns.normalised.value < metrics.p50Ns.raw.value / 30)
})
