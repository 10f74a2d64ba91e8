import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { makeFork } from '../../tests/support/fork-data.ts'
import { decideInLockstep } from '../../tests/support/run-data.ts'
import type { CanaryName } from '../measure/canary.ts'
import { type ForkMeasurement, normalisedValue, type OpCost, rawValue } from '../measure/measure.ts'
import type { PairMeasurement, Ratios } from '../measure/turns.ts'
import type { BaselineScenario } from '../results/baseline.ts'
import { pairLooksOf } from '../run/durations.ts'
import type { PairRunner } from '../run/methods/pair.ts'
import { compareTrack } from '../run/trials.ts'
import { createRandom } from '../stats/random.ts'
import { DEFAULT_LIMITS, TIMED_METRICS } from '../suite/metrics.ts'
import { comparePairs } from './compare-pairs.ts'
import { compareStored } from './compare-stored.ts'
import { confidenceFor } from './error-budget.ts'
import { isBeyond } from './metric-verdict.ts'

// What whole runs of unchanged code measured on a shared 2-core machine, alone and beside a process that was busy half of
// the time: pairs of lockstep comparisons, and forks that are compared with stored ones.

type Metrics = readonly (number | null)[]

async function readRecording<T>(name: string): Promise<Record<string, { scenarios: Record<string, T> }>> {
  return JSON.parse(await readFile(new URL(`../../tests/recordings/${name}.json`, import.meta.url), 'utf8'))
}

const FORK = makeFork()

/** Pairs as they were recorded, of code that was slower by so much. */
function toPairs(rows: readonly Metrics[], slowdown: number): PairMeasurement[] {
  return rows.map((row) => {
    const ratios = Object.fromEntries(
      TIMED_METRICS.map((metric, i) => {
        const value = row[i] ?? null
        return [
          metric,
          value === null ? null : metric === 'opsPerSecond' ? value / slowdown : value * slowdown,
        ]
      }),
    ) as Ratios
    return { ratios, baseline: FORK, candidate: FORK }
  })
}

describe('recorded pairs', async () => {
  const recordings = await readRecording<Metrics[]>('pairs')

  for (const [name, { scenarios }] of Object.entries(recordings)) {
    const confidence = confidenceFor({
      comparisons: Object.keys(scenarios).length * TIMED_METRICS.length,
      looks: 3,
      confirmingLooks: 3,
      correlation: 0,
    })
    const compare = (id: string, slowdown = 1, pairs = 10, alike: readonly PairMeasurement[][] = []) =>
      comparePairs(
        {
          isKey: true,
          limits: DEFAULT_LIMITS,
          pairs: toPairs(scenarios[id]!, slowdown).slice(0, pairs),
          confirmingPairs: [],
        },
        { confidence, seed: 1 },
        alike,
      )
    const ids = Object.keys(scenarios)
    const micros = ids.filter((id) => !id.endsWith('.http'))
    const gatedCost = (id: string, slowdown: number) =>
      compare(id, slowdown).find(({ metric }) => metric === 'cpuNsPerOp')!.ratio!

    test(`${name}: unchanged code is beyond no limit, in none of ${ids.length} scenarios`, () => {
      assert.equal(ids.length, 28)
      for (const id of ids) assert.deepEqual(compare(id).filter(isBeyond), [], id)
    })

    test(`${name}: most scenarios pass at the first look`, () => {
      const passed = ids.filter((id) =>
        compare(id).every(({ isGated, verdict }) => !isGated || verdict.kind === 'pass'),
      )
      assert.ok(passed.length >= 18, `${passed.length}`)
    })

    test(`${name}: with four pairs more pass where those of all say how far pairs scatter, and none is beyond`, () => {
      const isHttp = (id: string) => id.endsWith('.http')
      const alikeOf = (id: string) =>
        ids
          .filter((other) => isHttp(other) === isHttp(id))
          .map((other) => toPairs(scenarios[other]!, 1).slice(0, 4))
      const passes = (comparisons: ReturnType<typeof compare>) =>
        comparisons.every(({ isGated, verdict }) => !isGated || verdict.kind === 'pass')
      const alone = ids.filter((id) => passes(compare(id, 1, 4)))
      const together = ids.filter((id) => passes(compare(id, 1, 4, alikeOf(id))))
      assert.ok(together.length >= alone.length + 3, `${together.length} after ${alone.length}`)
      for (const id of ids) assert.deepEqual(compare(id, 1, 4, alikeOf(id)).filter(isBeyond), [], id)
    })

    test(`${name}: 10 % more is above nothing, and estimated within 3 points, in nearly every micro scenario`, () => {
      const seen = micros.filter((id) => {
        const { low, value } = gatedCost(id, 1.1)
        return low > 1 && Math.abs(value - 1.1) < 0.03
      })
      assert.ok(seen.length >= micros.length - 3, `${seen.length} of ${micros.length}`)
    })

    test(`${name}: 50 % more is beyond a limit in all of them`, () => {
      for (const id of ids) assert.ok(compare(id, 1.5).some(isBeyond), id)
    })
  }
})

describe('recorded pairs of servers, drawn as runs take them', async () => {
  const recordings = await readRecording<Metrics[]>('http-pairs')
  const rows = Object.values(recordings).flatMap(({ scenarios }) => Object.values(scenarios).flat())

  /**
   * Shares of the comparisons, each in a run of 28 scenarios, that see a slow-down in the fewest pairs and in the end, and
   * the pairs one took in the mean.
   */
  async function shareSeen(slowdown: number, forks: number) {
    const random = createRandom(1)
    const trials = 300
    const most = pairLooksOf({ isQuick: false, forks }, 1).at(-1)!
    const seen = { first: 0, last: 0, pairs: 0 }
    for (let trial = 0; trial < trials; trial++) {
      const drawn = Array.from({ length: most }, () => rows[Math.floor(random() * rows.length)]!)
      const pairs = toPairs(drawn, slowdown)
      const runPair: PairRunner = async (_pair, _plan, index) => ({
        kind: 'measured',
        measurement: pairs[index % most]!,
      })
      const { track, session } = await decideInLockstep(runPair, { forks }, 28)
      const isSeenIn = (first: readonly PairMeasurement[]) =>
        compareTrack({ ...track, first: [...first] }, session).find(({ metric }) => metric === 'cpuNsPerOp')!
          .ratio!.low > 1
      if (isSeenIn(track.first.slice(0, session.method.fewest))) seen.first += 1 / trials
      if (isSeenIn(track.first)) seen.last += 1 / trials
      seen.pairs += track.first.length / trials
    }
    return seen
  }

  test('10 % more is above nothing in nearly all of them; with six pairs at first, which save few, in fewer', async () => {
    const asInRuns = await shareSeen(1.1, 5)
    assert.ok(asInRuns.first > 0.88 && asInRuns.last > 0.93, JSON.stringify(asInRuns))
    const ofSix = await shareSeen(1.1, 3)
    assert.ok(ofSix.first < 0.75 && ofSix.last < asInRuns.last, JSON.stringify(ofSix))
    assert.ok(ofSix.pairs > 0.85 * asInRuns.pairs, JSON.stringify(ofSix))
  })

  /** How so many comparisons of a run that is about limits end, and the pairs that one takes in the mean. */
  async function verdictsOf(slowdown: number, seeks: 'regressions' | 'changes') {
    const random = createRandom(2)
    const trials = 100
    const found = { pass: 0, regressed: 0, inconclusive: 0, pairs: 0 }
    for (let trial = 0; trial < trials; trial++) {
      const runPair: PairRunner = async () => ({
        kind: 'measured',
        measurement: toPairs([rows[Math.floor(random() * rows.length)]!], slowdown)[0]!,
      })
      const { track, session } = await decideInLockstep(runPair, { seeks }, 28)
      const kinds = compareTrack(track, session).flatMap(({ isGated, verdict }) =>
        isGated ? [verdict.kind] : [],
      )
      const kind = kinds.includes('regressed')
        ? 'regressed'
        : kinds.includes('inconclusive')
          ? 'inconclusive'
          : 'pass'
      found[kind] += 1 / trials
      found.pairs += (track.first.length + track.confirming.length) / trials
    }
    return found
  }

  test('four pairs tell unchanged code as ten do; a clear regression takes four and four, whatever is sought', async () => {
    const both = (slowdown: number) =>
      Promise.all((['regressions', 'changes'] as const).map((seeks) => verdictsOf(slowdown, seeks)))
    const [early, late] = await both(1)
    assert.ok(early!.pass > 0.95 && late!.pass > 0.95, JSON.stringify({ early, late }))
    assert.ok(early!.pairs < 0.85 * late!.pairs, JSON.stringify({ early, late }))
    for (const found of await both(1.4))
      assert.ok(found.regressed > 0.95 && found.pairs < 10, JSON.stringify(found))
  })

  test('unchanged code is, in few', async () => assert.ok((await shareSeen(1, 5)).last < 0.03))
})

describe('recorded forks', async () => {
  type Views = Partial<Record<CanaryName, number[]>>
  const recordings = await readRecording<Views[]>('forks')
  const toForks = (rows: readonly Views[], slowdown = 1) =>
    rows.map((views): ForkMeasurement => {
      const canaries = Object.fromEntries(
        Object.entries(views).map(([name, [medianNs, residual, ...costs]]) => {
          const [nsPerOp, p50Ns, p95Ns, p99Ns, cpuNsPerOp] = costs.map((cost) => cost * slowdown) as [
            number,
            number,
            number,
            number,
            number,
          ]
          const normalised: OpCost = { nsPerOp, p50Ns, p95Ns, p99Ns, cpuNsPerOp }
          return [name, { medianNs: medianNs!, residual: residual!, normalised }]
        }),
      )
      return { ...makeFork(), canaries, counters: {} }
    })
  const toBaseline = (forks: readonly ForkMeasurement[]): BaselineScenario => {
    const values = (read: (fork: ForkMeasurement, metric: (typeof TIMED_METRICS)[number]) => number) =>
      Object.fromEntries(
        TIMED_METRICS.map((metric) => [metric, forks.map((fork) => read(fork, metric))]),
      ) as BaselineScenario['raw']
    const names = Object.keys(forks[0]!.canaries) as CanaryName[]
    const canaries = names.map((name) => [
      name,
      {
        medianNs: forks.map((fork) => fork.canaries[name]!.medianNs),
        residual: forks.map((fork) => fork.canaries[name]!.residual),
        normalised: values((fork, metric) => normalisedValue(fork, metric, name)),
      },
    ])
    return {
      parameters: {},
      counters: {},
      raw: values(rawValue),
      canaries: Object.fromEntries(canaries),
    }
  }
  const confidence = confidenceFor({ comparisons: 140, looks: 4, confirmingLooks: 1, correlation: 0.5 })
  const compare = (id: string, candidate: string, slowdown = 1) =>
    compareStored(
      toBaseline(toForks(recordings.quiet!.scenarios[id]!)),
      {
        parameters: {},
        isKey: true,
        limits: DEFAULT_LIMITS,
        handicap: undefined,
        forks: toForks(recordings[candidate]!.scenarios[id]!, slowdown),
        confirmingForks: [],
      },
      { confidence, seed: 1 },
    )
  const ids = Object.keys(recordings.quiet!.scenarios)

  for (const candidate of ['quiet again', 'loaded']) {
    test(`${candidate}: unchanged code is beyond no limit, in none of ${ids.length} scenarios`, () => {
      assert.equal(ids.length, 28)
      for (const id of ids) assert.deepEqual(compare(id, candidate).filter(isBeyond), [], id)
    })

    test(`${candidate}: twice the cost is beyond one in nearly every scenario that can be compared`, () => {
      const comparable = ids.filter((id) => compare(id, candidate).some(({ ratio }) => ratio !== null))
      assert.ok(comparable.length >= 20, `${comparable.length}`)
      const beyond = comparable.filter((id) => compare(id, candidate, 2).some(isBeyond))
      assert.ok(beyond.length >= comparable.length - 2, `${beyond.length} of ${comparable.length}`)
    })
  }
})
