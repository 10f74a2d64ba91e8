import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeFork } from '../../tests/support/fork-data.ts'
import { normal } from '../../tests/support/normal.ts'
import { decideInLockstep } from '../../tests/support/run-data.ts'
import type { PairMeasurement, Ratios } from '../measure/turns.ts'
import type { PairRunner } from '../run/methods/pair.ts'
import { compareTrack } from '../run/trials.ts'
import { createRandom, type Random } from '../stats/random.ts'
import { confidenceFor } from './error-budget.ts'

/** Five forks ask for them: what a run takes where nothing is unclear. */
const FEWEST_PAIRS = 10

/** What ln(ratio) of one pair is off by; `i` counts the pairs of a scenario. */
const NOISES: Readonly<Record<string, (random: Random, i: number) => number>> = {
  independent: (random) => 0.03 * normal(random),
  // One process in twelve is optimised otherwise and costs 40 % more for good, on either side.
  'two kinds of processes': (random) =>
    0.02 * normal(random) + (random() < 1 / 6 ? 0.34 * Math.sign(random() - 0.5) : 0),
  'a machine that drifts': (random, i) => 0.02 * normal(random) + 0.04 * Math.sin(i / 3),
  'heavy tails': (random) =>
    (0.02 * normal(random)) /
    Math.sqrt((normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2) / 3),
}

const fork = makeFork()

function makePair(cost: number): PairMeasurement {
  const ratios: Ratios = { opsPerSecond: 1 / cost, p50Ns: cost, p95Ns: cost, p99Ns: cost, cpuNsPerOp: cost }
  return { ratios, baseline: fork, candidate: fork }
}

/** What a run decides about one scenario whose cost is `truth` times as large. */
async function decide(truth: number, noise: (random: Random, i: number) => number, seed: number) {
  const random = createRandom(seed)
  const runPair: PairRunner = async (_pair, _plan, index) => ({
    kind: 'measured',
    measurement: makePair(truth * Math.exp(noise(random, index))),
  })
  const { track, session } = await decideInLockstep(runPair, { seed })
  const comparisons = compareTrack(track, session)
  return {
    isRed: comparisons.some(({ isGated, verdict }) => isGated && verdict.kind === 'regressed'),
    ratio: comparisons.find(({ metric }) => metric === 'cpuNsPerOp')!.ratio!,
    pairs: track.first.length + track.confirming.length,
  }
}

async function share(trials: number, is: (seed: number) => Promise<boolean>): Promise<number> {
  let count = 0
  for (let seed = 0; seed < trials; seed++) if (await is(seed)) count++
  return count / trials
}

describe('the whole decision, on made-up noise', () => {
  for (const [name, noise] of Object.entries(NOISES)) {
    test(`${name}: the same code is never red`, async () => {
      assert.equal(await share(100, async (seed) => (await decide(1, noise, seed)).isRed), 0)
    })

    test(`${name}: what lies exactly at its limit is red in at most one of 20`, async () => {
      // Three standard errors above 0.05 in 80 trials are 0.123.
      const red = await share(80, async (seed) => (await decide(1.2, noise, seed)).isRed)
      assert.ok(red <= 0.123, `${red}`)
    })

    test(`${name}: twice the limit is red`, async () => {
      const red = await share(60, async (seed) => (await decide(1.4, noise, seed)).isRed)
      assert.ok(red >= 0.95, `${red}`)
    })
  }

  test('a slow-down of 25 %, just beyond a limit of 20 %, is red in 99 of 100', async () => {
    const noise = (random: Random) => 0.02 * normal(random)
    const red = await share(150, async (seed) => (await decide(1.25, noise, seed)).isRed)
    assert.ok(red >= 0.97, `${red}`)
  })

  test('the same code takes the fewest pairs', async () => {
    const isShort = async (seed: number) =>
      (await decide(1, NOISES.independent!, seed)).pairs === FEWEST_PAIRS
    assert.ok((await share(100, isShort)) >= 0.99)
  })

  test('intervals cover the truth at least as often as they say, and half of them less often, stopping where it suits them', async () => {
    for (const name of ['independent', 'two kinds of processes', 'heavy tails']) {
      const noise = NOISES[name]!
      for (const truth of [1, 1.2]) {
        let inHalf = 0
        const covered = await share(80, async (seed) => {
          const { low, value, high } = (await decide(truth, noise, seed)).ratio
          if (Math.sqrt(low * value) <= truth && truth <= Math.sqrt(value * high)) inHalf++
          return low <= truth && truth <= high
        })
        // Three standard errors below 0.95 in 80 trials are 0.877.
        assert.ok(covered >= 0.877, `${name}, ${truth}: ${covered}`)
        // Half of an interval of 98.3 % covers in 0.86 of the cases; half of one that is twice too wide in 0.98.
        assert.ok(inHalf / 80 <= 0.95, `${name}, ${truth}: ${inHalf / 80} in half of the interval`)
      }
    }
  })
})

describe('the error budget', () => {
  for (const [chances, expected] of [
    // Few chances: no interval below 95 %, over all looks together.
    [{ comparisons: 1, looks: 3, confirmingLooks: 3, correlation: 0 }, 1 - 0.05 / 3],
    [{ comparisons: 1, looks: 1, confirmingLooks: 1, correlation: 0 }, 0.95],
    // 0.05 / (140 × 3 × 3) = 3.97e-5, its root 0.0063 on either side.
    [{ comparisons: 140, looks: 3, confirmingLooks: 3, correlation: 0 }, 1 - 2 * Math.sqrt(0.05 / 1260)],
    // Nearly one look: nearly Bonferroni's 0.05 / 560 on either side.
    [{ comparisons: 140, looks: 4, confirmingLooks: 1, correlation: 0.99999 }, 1 - 2 * (0.05 / 560)],
  ] as const) {
    test(`${JSON.stringify(chances)}`, () => {
      assert.ok(
        Math.abs(confidenceFor(chances) - expected) < 0.03 * (1 - expected),
        `${confidenceFor(chances)}`,
      )
    })
  }

  test('what both phases share takes more confidence', () => {
    const at = (correlation: number) =>
      confidenceFor({ comparisons: 140, looks: 4, confirmingLooks: 1, correlation })
    assert.ok(at(0) < at(0.5) && at(0.5) < at(0.9))
  })
})
