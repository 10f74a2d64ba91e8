import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DrawnVersions, drawDiff } from '../../tests/support/drawn-diff.ts'
import { diffTreeOf, findChanges, strengthOf, widthsOf } from './viewer/graph/diff.ts'
import { functionRows } from './viewer/table/rows.ts'
import { formatBytesPair, formatCallsPair, formatPair, formatSignedCost } from './viewer/units.ts'

/** What is thought of each node, by its path. */
function changesOf(drawn: DrawnVersions) {
  const graph = drawDiff(drawn)
  const changes = findChanges(diffTreeOf(graph, graph.diff!), graph.diff!)
  const pathOf = (node: number): string => {
    const parent = graph.nodeParent[node]!
    const { name } = graph.frames[graph.nodeFrame[node]!]!
    return parent <= 0 ? name : `${pathOf(parent)} > ${name}`
  }
  const byPath = (values: ArrayLike<number>) =>
    Object.fromEntries(Array.from(values, (value, node) => [pathOf(node), Number(value.toFixed(3))]))
  return { graph, changes, byPath }
}

describe('changes of boxes', () => {
  const GROWN: DrawnVersions = {
    baseline: [
      ['a > b', 300],
      ['a > c', 300],
      ['d', 400],
    ],
    candidate: [
      ['a > b', 700],
      ['a > c', 320],
      ['d', 300],
    ],
    noise: { b: 30, c: 40, d: 100 },
  }

  test('the noise of a box is that of all functions in it, which add up as variances', () => {
    const { changes, byPath } = changesOf(GROWN)
    // Beside 0.0013 for rounding: √(30² + 40²) = 50; √(50² + 100²) = 111.8
    assert.deepEqual(byPath(changes.noise), {
      '(root)': 111.805,
      a: 50.001,
      'a > b': 30.001,
      'a > c': 40.001,
      d: 100.001,
    })
  })

  test('grey is what is inside its noise, at its very edge too', () => {
    const { changes, byPath } = changesOf(GROWN)
    // The largest change is the 420 of a; √(400 / 420) = 0.976, √(320 / 420) = 0.873
    assert.deepEqual(byPath(changes.strength), {
      '(root)': 0.873,
      a: 1,
      'a > b': 0.976,
      'a > c': 0,
      d: 0,
    })
    assert.deepEqual(byPath(changes.holdsChange), { '(root)': 1, a: 1, 'a > b': 1, 'a > c': 0, d: 0 })
  })

  test('what grew under one caller and shrank under another holds a change although it costs the same', () => {
    const { changes, byPath } = changesOf({
      baseline: [
        ['a > f', 100],
        ['a > g', 300],
        ['b', 600],
      ],
      candidate: [
        ['a > f', 300],
        ['a > g', 100],
        ['b', 600],
      ],
    })
    assert.deepEqual(byPath(changes.strength), { '(root)': 0, a: 0, 'a > f': 1, 'a > g': -1, b: 0 })
    assert.deepEqual(byPath(changes.holdsChange), { '(root)': 1, a: 1, 'a > f': 1, 'a > g': 1, b: 0 })
  })

  test('the noise of a function goes to its boxes by what they cost', () => {
    const { changes, byPath } = changesOf({
      baseline: [
        ['a > f', 10],
        ['b > f', 90],
      ],
      candidate: [
        ['a > f', 10],
        ['b > f', 90],
      ],
      noise: { f: 10 },
    })
    // 10² in parts of 10 % and 90 %: √10 = 3.162, √90 = 9.487, and together 10 again
    const noise = byPath(changes.noise)
    assert.deepEqual([noise['a > f'], noise['b > f'], noise['(root)']], [3.162, 9.487, 10])
  })

  test('even the largest change is pale where it is little of the op', () => {
    const { changes, byPath } = changesOf({
      baseline: [
        ['a', 9990],
        ['b', 10],
      ],
      candidate: [
        ['a', 9990],
        ['b', 20],
      ],
    })
    // 10 of 10,010, where 2 % have the full colour: √(10 / 200.2) = 0.223
    assert.equal(byPath(changes.strength).b, 0.223)
  })

  test('strength: none inside the noise, seen however small, never more than full', () => {
    assert.equal(strengthOf(5, 5, 100), 0)
    assert.equal(strengthOf(-25, 5, 100), -0.5)
    assert.equal(strengthOf(0.01, 0, 100), 0.05)
    assert.equal(strengthOf(-900, 0, 100), -1)
    assert.equal(strengthOf(0, 0, 0), 0)
  })

  test('widths are the costs of either version, or all changes up and down', () => {
    const { graph, byPath } = changesOf(GROWN)
    const tree = diffTreeOf(graph, graph.diff!)
    const own = (width: 'candidate' | 'baseline' | 'change') => byPath(widthsOf(tree, width))
    assert.deepEqual(own('candidate'), { '(root)': 0, a: 0, 'a > b': 700, 'a > c': 320, d: 300 })
    assert.deepEqual(own('baseline'), { '(root)': 0, a: 0, 'a > b': 300, 'a > c': 300, d: 400 })
    assert.deepEqual(own('change'), { '(root)': 0, a: 0, 'a > b': 400, 'a > c': 20, d: 100 })
  })
})

test('rows: every function that cost anything in either version, with its noise', () => {
  const { graph, changes } = changesOf({
    baseline: [
      ['a > f > a > f', 100],
      ['gone', 50],
    ],
    candidate: [['a > f > a > f', 200]],
    noise: { f: 20, gone: 5 },
  })
  const rows = functionRows(graph, changes).map(({ frame, self, total, change }) => {
    const { selfBaseline, totalBaseline, selfNoise, totalNoise } = change!
    const { name } = graph.frames[frame]!
    return [name, selfBaseline, self, Math.round(selfNoise), totalBaseline, total, Math.round(totalNoise)]
  })
  assert.deepEqual(rows, [
    ['a', 0, 0, 0, 100, 200, 20],
    ['f', 100, 200, 20, 100, 200, 20],
    ['gone', 50, 0, 5, 50, 0, 5],
  ])
})

describe('numbers of two versions', () => {
  for (const [baseline, candidate, text] of [
    [500, 800, '500 → 800 ns/op'],
    [800, 1200, '0.80 → 1.20 µs/op'],
    [0, 1200, '0 → 1.20 µs/op'],
    [1200, 0, '1.20 → 0 µs/op'],
    [20, 5_000_000, '20.0 ns/op → 5.00 ms/op'],
    [0, 0, '0 → 0 ns/op'],
  ] as const) {
    test(text, () => assert.equal(formatPair(baseline, candidate, 'ns/op'), text))
  }
  test('changes have a sign', () => {
    assert.equal(formatSignedCost(1500, 'ns/op'), '+1.50 µs/op')
    assert.equal(formatSignedCost(-1500, 'ns/op'), '−1.50 µs/op')
  })
  test('calls and bytes: once where they are the same, – where nobody counted', () => {
    assert.equal(formatCallsPair(2, 4), '2 → 4')
    assert.equal(formatCallsPair(1433, 1433), '1,433')
    assert.equal(formatCallsPair(null, 4), '– → 4')
    assert.equal(formatCallsPair(null, null), '–')
    assert.equal(formatBytesPair(512, 2048), '0.50 → 2.00 kB/op')
    assert.equal(formatBytesPair(512, null), '512 B/op → –')
    assert.equal(formatBytesPair(512, 512), '512 B/op')
  })
})
