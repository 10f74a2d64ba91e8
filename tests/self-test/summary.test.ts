import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readEnvironment } from '../../perf/results/environment.ts'
import { renderSelfTest } from './report.ts'
import { findFaults, summariseTrials } from './summary.ts'
import { SELF_TEST_VERSION, type Trial } from './trial.ts'

const trial = (more: Partial<Trial>): Trial => ({
  scenarioId: 'arrays/append.apply',
  kind: 'micro',
  load: 'quiet',
  tool: 'flamegate',
  effect: 0,
  trueRatio: 1,
  ratio: 1.01,
  isSeen: false,
  verdict: 'pass',
  elapsedMs: 5_000,
  ...more,
})

describe('the summary', () => {
  test('counts what was called slower, and how far estimates were off', () => {
    const [cell] = summariseTrials([
      trial({ ratio: 1.02 }),
      trial({ ratio: 0.96, verdict: 'inconclusive' }),
      trial({ ratio: 1, isSeen: true }),
    ])
    assert.deepEqual(cell && { ...cell, spread: 0, meanErrorPoints: 0, worstErrorPoints: 0 }, {
      kind: 'micro',
      load: 'quiet',
      effect: 0,
      tool: 'flamegate',
      trials: 3,
      seen: 1,
      meanErrorPoints: 0,
      worstErrorPoints: 0,
      spread: 0,
      verdicts: { pass: 2, inconclusive: 1 },
    })
    // |2| + |-4| + 0 over 3
    assert.ok(Math.abs(cell!.meanErrorPoints - 2) < 1e-9)
    assert.ok(Math.abs(cell!.worstErrorPoints - 4) < 1e-9)
    // 1.96 × √((ln² 1.02 + ln² 0.96) / 3) = 0.0513
    assert.ok(Math.abs(cell!.spread - (Math.exp(0.0513) - 1)) < 2e-4, `${cell!.spread}`)
  })

  test('a cell for every kind, load, effect and tool that has trials', () => {
    const cells = summariseTrials([
      trial({ effect: 0.1 }),
      trial({ load: 'loaded' }),
      trial({ tool: 'mitata', verdict: null }),
      trial({ kind: 'http' }),
    ])
    assert.deepEqual(
      cells.map(({ kind, load, effect, tool }) => [kind, load, effect, tool]),
      [
        ['micro', 'quiet', 0, 'mitata'],
        ['micro', 'quiet', 0.1, 'flamegate'],
        ['micro', 'loaded', 0, 'flamegate'],
        ['http', 'quiet', 0, 'flamegate'],
      ],
    )
  })

  test('the same code called a regression, or 40 % missed, is a fault; less is not', () => {
    assert.deepEqual(
      findFaults([
        trial({ verdict: 'inconclusive' }),
        trial({ effect: 0.2, verdict: 'pass' }),
        trial({ effect: 0.4, verdict: 'regressed' }),
        trial({ effect: 0.4, tool: 'mitata', verdict: null }),
      ]),
      [],
    )
    assert.deepEqual(
      findFaults([
        trial({ verdict: 'regressed' }),
        trial({ effect: 0.4, load: 'loaded', verdict: 'inconclusive' }),
      ]),
      [
        'the same code was called a regression: arrays/append.apply, quiet, +0 %',
        'a slow-down was not called a regression: arrays/append.apply, loaded, +40 %, inconclusive',
      ],
    )
  })

  test('reads as Markdown', () => {
    const text = renderSelfTest({
      schemaVersion: SELF_TEST_VERSION,
      startedAt: '2026-01-01T00:00:00Z',
      isComplete: true,
      environment: readEnvironment(),
      trials: [trial({}), trial({ effect: 0.4, verdict: 'pass' })],
    })
    assert.match(text, /^# flamegate self-test: THE GATE DOES NOT WORK HERE\n/)
    assert.match(text, /\n- a slow-down was not called a regression/)
    assert.match(
      text,
      /\| quiet \| nothing \| flamegate \| 0 of 1 \| 1\.0 points \| 1\.0 \| ±2\.0 % \| 1 pass \|/,
    )
  })
})
