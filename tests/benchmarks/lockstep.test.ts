import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Ratios } from '../../perf/measure/turns.ts'
import { createRandom } from '../../perf/stats/random.ts'
import { plan } from '../support/run-data.ts'
import { renderTables } from './lockstep-tables.ts'
import { cellsOf, type Measured, type Way, waysOf } from './lockstep-ways.ts'
import { formatScatter, scatterOf } from './scatter.ts'

const BOTH = ['quiet', 'loaded'] as const
const ALL = ['cores', 'lengths', 'connections'] as const

describe('scatter', () => {
  test('1.4826 × the median distance of ln(ratio) from 0; an odd pair does not move it', () => {
    // Distances 0.01 to 0.04 and 0.5: the middle one is 0.03.
    const { low, value, high } = scatterOf([-0.01, 0.02, -0.03, 0.04, 0.5].map(Math.exp))
    assert.ok(Math.abs(value - 1.4826 * 0.03) < 1e-12, `${value}`)
    assert.ok(low < value && value < high)
  })

  test('what puts all pairs off by as much counts', () => {
    // 1.4826 × ln 1.1 = 0.1413
    assert.equal(formatScatter(scatterOf([1.1, 1.1, 1.1])), '14 % [14, 14]')
  })

  test('of nothing there is none', () => assert.equal(formatScatter(scatterOf([])), '–'))

  for (const count of [8, 12, 24]) {
    test(`95 % intervals of ${count} pairs cover the truth`, () => {
      const random = createRandom(count)
      const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      let covered = 0
      for (let i = 0; i < 400; i++) {
        const { low, high } = scatterOf(Array.from({ length: count }, () => Math.exp(0.03 * normal())))
        if (low <= 0.03 && 0.03 <= high) covered++
      }
      // Three standard errors of 0.95 in 400 trials are 0.033; of eight pairs it falls short by 0.03.
      assert.ok(covered / 400 >= 0.89 && covered / 400 <= 0.98, `${covered} of 400`)
    })
  }
})

describe('the order of the pairs', () => {
  const scenarios = [plan('a/one.apply'), plan('b/one.apply')]

  test('there, back, back, there; every round has one pair of every way', () => {
    const cells = cellsOf(scenarios, BOTH, ALL, 4)
    const rounds = [0, 1, 2, 3].map((round) => cells.filter((cell) => cell.round === round))
    const names = rounds.map((cells) =>
      cells.map(({ discovered, load, way }) => `${discovered.scenario.id} ${load} ${JSON.stringify(way)}`),
    )
    assert.equal(new Set(names[0]).size, names[0]!.length)
    assert.deepEqual(names[1], names[0]!.toReversed())
    assert.deepEqual(names[2], names[1])
    assert.deepEqual(names[3], names[0])
    assert.equal(cells.length, rounds.flat().length)
  })

  test('lengths are asked under the first load alone', () => {
    const cells = cellsOf(scenarios, BOTH, ALL, 1)
    const loadsOf = (isOf: (way: Way) => boolean) => [
      ...new Set(cells.filter(({ way }) => isOf(way)).map(({ load }) => load)),
    ]
    assert.deepEqual(
      loadsOf(({ slices }) => slices !== 1),
      ['quiet'],
    )
    assert.deepEqual(
      loadsOf(({ placement }) => placement !== 'all on one core'),
      ['quiet', 'loaded'],
    )
    assert.deepEqual(
      cellsOf(scenarios, BOTH, ['lengths'], 1).map(({ load }) => load),
      Array(8).fill('quiet'),
    )
  })

  test('what runs do comes first, once; only HTTP has a client to place, connections to count, and a warm-up to shorten', () => {
    for (const kind of ['micro', 'http'] as const) {
      const [first, ...others] = waysOf(kind, ALL)
      assert.deepEqual(first, { placement: 'all on one core', slices: 1, turns: 2, warmup: 1 })
      assert.equal(
        others.some((way) => JSON.stringify(way) === JSON.stringify(first)),
        false,
      )
      assert.equal(
        others.some(({ placement }) => placement.includes('client')),
        kind === 'http',
      )
      assert.equal(
        others.some(({ warmup }) => warmup < 1),
        kind === 'http',
      )
      assert.equal(
        others.some(({ connections }) => connections !== undefined),
        kind === 'http',
      )
    }
  })
})

describe('the tables', () => {
  const ratios = (ratio: number): Ratios => ({
    opsPerSecond: 1 / ratio,
    p50Ns: ratio,
    p95Ns: null,
    p99Ns: ratio,
    cpuNsPerOp: ratio ** 2,
  })
  const AS_RUNS: Way = { placement: 'all on one core', slices: 1, turns: 2, warmup: 1 }
  /** A pair that is off by so much at half, the whole and twice the length of runs. */
  const pair = (off: readonly number[], way: Partial<Way> = {}, more: Partial<Measured> = {}): Measured => ({
    scenarioId: 'a/one.apply',
    kind: 'micro',
    load: 'quiet',
    way: { ...AS_RUNS, ...way },
    sliceMs: 9,
    looks: off.map((ln, i) => ({
      turns: 2 ** (i - 1),
      slicesPerSide: 10 * 2 ** i,
      ratios: ratios(Math.exp(ln)),
    })),
    normalised: undefined,
    ...more,
  })
  const linesOf = (text: string) => text.split('\n').filter((line) => line.startsWith('|'))

  test('cores: one look, as long as in runs; the canary beside what it divides', () => {
    const free = { placement: 'where the system puts them', turns: 1 } as const
    const text = renderTables([
      pair([0.5, 0.01, 0.5]),
      pair([0.5, -0.02], free, { normalised: ratios(Math.exp(0.03)) }),
    ])
    assert.match(text, /^### Micro: cores\n\n/)
    // 1.4826 × 0.01, 0.02 and 0.03; twice that for the square
    assert.deepEqual(linesOf(text).slice(2), [
      '| `a/one.apply` | quiet | **all on one core** | 1.5 % [1.5, 1.5] | 1.5 % [1.5, 1.5] | – | 3.0 % [3.0, 3.0] | 1 |',
      '| `a/one.apply` | quiet | where the system puts them | 3.0 % [3.0, 3.0] | 3.0 % [3.0, 3.0] | – | 5.9 % [5.9, 5.9] | 1 |',
      '| `a/one.apply` | quiet | the same, each version divided by its canary | 4.4 % [4.4, 4.4] | 4.4 % [4.4, 4.4] | – | 8.9 % [8.9, 8.9] | 1 |',
    ])
  })

  test('several scenarios: each, and all of them', () => {
    const free = { placement: 'where the system puts them', turns: 1 } as const
    const other = { scenarioId: 'b/one.apply' }
    const text = renderTables([
      pair([0, 0.01, 0]),
      pair([0, 0.03, 0], {}, other),
      pair([0, 0.01], free),
      pair([0, 0.01], free, other),
    ])
    const rows = linesOf(text).map((line) => line.split(' | '))
    assert.deepEqual(
      rows.slice(2).map(([name, , , throughput, , , , n]) => [name, throughput!.split(' [')[0], n]),
      [
        ['| `a/one.apply`', '1.5 %', '1 |'],
        ['| `a/one.apply`', '1.5 %', '1 |'],
        ['| `b/one.apply`', '4.4 %', '1 |'],
        ['| `b/one.apply`', '1.5 %', '1 |'],
        // The middle of 0.01 and 0.03
        ['| all of them', '3.0 %', '2 |'],
        ['| all of them', '1.5 %', '2 |'],
      ],
    )
  })

  test('slices and turns: by length, as measured; what runs do in bold', () => {
    const text = renderTables([
      pair([0.02, 0.01, 0.005]),
      pair([0, 0, 0], { slices: 0.25 }, { sliceMs: 2.6 }),
    ])
    assert.match(text, /^### Micro: slices and turns\n\n/)
    assert.deepEqual(
      linesOf(text)
        .slice(2)
        .map((line) => line.split(' | ').slice(0, 6)),
      [
        ['| quiet', '0.25 × as long', '2.6 ms', '0.1 s', '10', '0.0 % [0.0, 0.0]'],
        ['| quiet', '0.25 × as long', '2.6 ms', '**0.2 s**', '20', '0.0 % [0.0, 0.0]'],
        ['| quiet', '0.25 × as long', '2.6 ms', '0.4 s', '40', '0.0 % [0.0, 0.0]'],
        ['| quiet', '**as in runs**', '9.0 ms', '0.1 s', '10', '3.0 % [3.0, 3.0]'],
        ['| quiet', '**as in runs**', '9.0 ms', '**0.2 s**', '20', '1.5 % [1.5, 1.5]'],
        ['| quiet', '**as in runs**', '9.0 ms', '0.4 s', '40', '0.7 % [0.7, 0.7]'],
      ],
    )
  })

  test('warm-up: where a load has two, each with its own', () => {
    const http = { kind: 'http' } as const
    const text = renderTables([
      pair([0, 0.01, 0], {}, http),
      pair([0, 0.02], { warmup: 0.5, turns: 1 }, http),
      pair([0, 0.01, 0], {}, { ...http, load: 'loaded' }),
    ])
    assert.match(text, /^### HTTP: warm-up\n\n/)
    assert.deepEqual(
      linesOf(text)
        .slice(2)
        .map((line) => line.split(' | ').slice(0, 3)),
      [
        ['| quiet', '**1.4 to 1.8 s**', '1.5 % [1.5, 1.5]'],
        ['| quiet', '0.7 to 0.9 s', '3.0 % [3.0, 3.0]'],
      ],
    )
  })

  test('connections: each on its own, those of runs among them; in no other table', () => {
    const http = { kind: 'http', scenarioId: 'a/one.http' } as const
    const text = renderTables([
      pair([0, 0.01, 0], {}, http),
      pair([0, 0.02], { connections: 1, turns: 1 }, http),
      pair([0, 0.03], { connections: 32, turns: 1 }, http),
    ])
    assert.match(text, /^### HTTP: connections\n\n[^#]*$/)
    assert.deepEqual(
      linesOf(text)
        .slice(2)
        .map((line) => line.split(' | ').slice(0, 4)),
      [
        ['| `a/one.http`', 'quiet', '**as in runs**', '1.5 % [1.5, 1.5]'],
        ['| `a/one.http`', 'quiet', '1', '3.0 % [3.0, 3.0]'],
        ['| `a/one.http`', 'quiet', '32', '4.4 % [4.4, 4.4]'],
      ],
    )
  })

  test('nothing to compare: no table', () => assert.equal(renderTables([pair([0, 0, 0])]), ''))
})
