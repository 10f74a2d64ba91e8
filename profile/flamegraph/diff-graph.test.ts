import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { drawDiff, drawOps, drawPaths } from '../../tests/support/drawn-diff.ts'
import type { OpProfile } from '../correct/refine.ts'
import type { Frame } from '../model/model.ts'
import { Sources } from '../source/sources.ts'
import { decodeGraph, encodeGraph } from './data.ts'
import { type DiffRequest, type DiffSide, toDiffGraph } from './diff-graph.ts'

const REQUEST: DiffRequest = {
  id: '',
  note: '',
  unit: 'ns/op',
  names: { baseline: '', candidate: '' },
  identify: (_, { functionName }) => functionName,
  diffOf: () => ({ change: 'same', noise: 0 }),
  blame: { sentence: '', rows: [], unexplained: 0 },
}

const frameOf = (graph: ReturnType<typeof drawDiff>, name: string) => {
  const at = graph.frames.findIndex((frame) => frame.name === name)
  assert.notEqual(at, -1, name)
  return { at, ...graph.frames[at]!, diff: graph.diff!.frames[at]! }
}

describe('toDiffGraph', () => {
  test('a function by the same callers is one node, with what it cost in either version', () => {
    const graph = drawDiff({
      baseline: [
        ['a > b', 10],
        ['a', 5],
        ['b', 1],
      ],
      candidate: [
        ['a > b', 30],
        ['b', 1],
        ['a > c > b', 2],
      ],
    })
    assert.deepEqual(drawPaths(graph).sort(), ['a 5 → 0', 'a > b 10 → 30', 'a > c > b 0 → 2', 'b 1 → 1'])
    assert.ok([...graph.nodeParent].every((parent, node) => parent < node))
  })

  test('self costs of a version add up to what its op costs, whatever the profiles lasted', () => {
    const graph = drawDiff({
      baseline: [
        ['a > b', 10],
        ['c', 30],
      ],
      candidate: [
        ['a > b', 4000],
        ['gone nowhere', 4000],
      ],
      totals: [1000, 1200],
    })
    assert.deepEqual(drawPaths(graph), ['a > b 250 → 600', 'gone nowhere 0 → 600', 'c 750 → 0'])
    assert.deepEqual([graph.diff?.totalBaseline, graph.diff?.totalCandidate], [1000, 1200])
  })

  test('several profiles of a version are one', () => {
    const graph = toDiffGraph(
      sideOf([drawOps([['a', 10]]), drawOps([['b', 30]])], 100),
      sideOf([drawOps([['b', 50]]), drawOps([['a', 50]])], 100),
      REQUEST,
    )
    assert.deepEqual(drawPaths(graph).sort(), ['a 25 → 50', 'b 75 → 50'])
  })

  test('renamed and moved functions are one node, shown as they are after, with the place before', () => {
    const graph = drawDiff({
      baseline: [['old@file:///a.js:3 > b@file:///a.js:9', 10]],
      candidate: [['young@file:///lib/c.js:7 > b@file:///a.js:9', 20]],
      renamed: { young: 'old' },
      changes: { old: 'renamed' },
      calls: { old: [4, null], young: [null, 5] },
    })
    assert.deepEqual(drawPaths(graph), ['young > b 10 → 20'])
    const { file, line, callsPerOp, diff } = frameOf(graph, 'young')
    assert.deepEqual({ file, line, callsPerOp }, { file: 'lib/c.js', line: 7, callsPerOp: 5 })
    assert.deepEqual(diff, {
      change: 'renamed',
      callsBaseline: 4,
      bytesBaseline: 100,
      placeBaseline: 'a.js:3',
      noise: 0,
    })
  })

  test('who is new was not called before, who is gone is not called after; who was not seen, nobody knows', () => {
    const graph = drawDiff({
      baseline: [
        ['left', 1],
        ['uncounted', 1],
      ],
      candidate: [
        ['came', 1],
        ['unseen', 1],
      ],
      changes: { left: 'gone', uncounted: 'gone', came: 'new' },
      calls: { left: [3, null], came: [null, 2], uncounted: [null, null] },
    })
    const calls = (name: string) => {
      const { callsPerOp, diff } = frameOf(graph, name)
      return [diff.callsBaseline, callsPerOp, diff.placeBaseline]
    }
    assert.deepEqual(calls('left'), [3, 0, 'app.js:1'])
    assert.deepEqual(calls('came'), [0, 2, ''])
    assert.deepEqual(calls('uncounted'), [null, null, 'app.js:1'])
    assert.deepEqual(calls('unseen'), [null, 1, ''])
  })

  test('who came to the place of somebody who is gone is somebody else', () => {
    const graph = drawDiff({
      baseline: [['f@file:///a.js:1', 10]],
      candidate: [['f@file:///a.js:1', 20]],
      request: { identify: (side) => side },
    })
    assert.deepEqual(drawPaths(graph).sort(), ['f 0 → 20', 'f 10 → 0'])
  })

  test('what V8 inlined in one place only is shown as the function that it is', () => {
    const stacks = [
      ['a > (inlined)@file:///a.js:9', 10],
      ['f', 10],
    ] as const
    const { profile } = drawOps(stacks)
    const frames = profile.frames.map(
      (frame): Frame => (frame.functionName === '(inlined)' ? { ...frame, isInlined: true } : frame),
    )
    const side = sideOf([{ profile: { ...profile, frames }, places: [] }])
    const identify: DiffRequest['identify'] = (_, { functionName }) => (functionName === 'a' ? 'a' : 'f')
    const graph = toDiffGraph(side, side, { ...REQUEST, identify })
    assert.deepEqual(drawPaths(graph).sort(), ['a > f 10 → 10', 'f 10 → 10'])
  })

  test('roots are one, whatever they are called, and a function may have an empty key', () => {
    const graph = drawDiff({
      baseline: [['a', 1]],
      candidate: [['a', 2]],
      request: { identify: () => '' },
    })
    assert.deepEqual(drawPaths(graph), ['a 1 → 2'])
    assert.deepEqual([...graph.nodeParent], [-1, 0])
    assert.equal(graph.frames[0]?.category, 'program')
  })

  test('the blamed are named by their place in the graph, -1 for those who are not in it', () => {
    const row = { name: '', place: '', reason: 'its own code', explained: 5, low: 4, high: 6 }
    const graph = drawDiff({
      baseline: [['a > b', 1]],
      candidate: [['a > b', 6]],
      blame: {
        sentence: 'b is slower',
        rows: [
          { key: 'b', ...row },
          { key: 'elsewhere', ...row },
        ],
        unexplained: 0.5,
      },
    })
    assert.equal(graph.diff?.sentence, 'b is slower')
    assert.equal(graph.diff?.unexplained, 0.5)
    assert.deepEqual(graph.diff?.blame, [
      { ...row, frame: frameOf(graph, 'b').at },
      { ...row, frame: -1 },
    ])
  })

  test('survives being packed', () => {
    const graph = drawDiff({
      baseline: [['a > b', 1]],
      candidate: [['a > c', 6]],
      changes: { b: 'gone', c: 'new' },
      noise: { a: 0.25 },
    })
    assert.equal(graph.nodeSelfBaseline.length, graph.nodeCount)
    assert.deepEqual(decodeGraph(encodeGraph(graph).buffer as ArrayBuffer), graph)
  })
})

describe('sources of both versions', () => {
  test('with the heat and the counts of either, and the files of functions that changed', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'flamegate diff '))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const write = async (name: string, text: string) => {
      await writeFile(join(folder, name), text)
      return pathToFileURL(join(folder, name)).href
    }
    const hot = [await write('before hot.js', 'hot\nbefore'), await write('after hot.js', 'hot\nafter')]
    const cold = [await write('before cold.js', 'cold'), await write('after cold.js', 'cold, changed')]
    const left = await write('before left.js', 'left')
    const dull = [await write('before dull.js', 'dull'), await write('after dull.js', 'dull')]
    const graph = toDiffGraph(
      onLines([
        [`f@${hot[0]}:1`, 10, 2],
        [`g@${left}:1`, 30, 1],
        [`h@${cold[0]}:1`, 1, 0],
        [`i@${dull[0]}:1`, 1, 0],
      ]),
      onLines([
        [`f@${hot[1]}:1`, 10, 1],
        [`f@${hot[1]}:1`, 30, 2],
        [`h@${cold[1]}:1`, 1, 0],
        [`i@${dull[1]}:1`, 1, 0],
      ]),
      {
        ...REQUEST,
        diffOf: (key) => ({ change: key === 'h' ? 'changed' : key === 'g' ? 'gone' : 'same', noise: 0 }),
        countsOf: (side, url) => (url === hot[0] && side === 'baseline' ? [[2, 7]] : []),
      },
    )
    assert.deepEqual(graph.sources, [
      {
        file: 'hot.js',
        text: 'hot\nafter',
        // One node: half of its ticks fell on either line.
        heat: [
          [1, 20],
          [2, 20],
        ],
        baseline: { text: 'hot\nbefore', heat: [[2, 10]], counts: [[2, 7]] },
      },
      { file: 'left.js', text: '', heat: [], baseline: { text: 'left', heat: [[1, 30]] } },
      { file: 'cold.js', text: 'cold, changed', heat: [], baseline: { text: 'cold', heat: [] } },
    ])
  })
})

function sideOf(profiles: readonly OpProfile[], total?: number): DiffSide {
  return {
    profiles,
    sources: new Sources([]),
    mayEmbed: () => true,
    total: total ?? sum(profiles.flatMap(({ profile }) => [...profile.sampleUs])),
    shorten: (url) => url.replace(/^.*(before|after)%20/, ''),
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

/** A version whose stack samples fell on lines; 0 for none that anybody knows. */
function onLines(stacks: readonly (readonly [path: string, us: number, line: number])[]): DiffSide {
  const { profile } = drawOps(stacks.map(([path, us]) => [path, us]))
  const ticks = {
    node: profile.sampleNode,
    line: Int32Array.from(stacks, ([, , line]) => line),
    count: Int32Array.from(stacks, () => 1),
  }
  const places = stacks.map(([, , line], i) => {
    const { url } = profile.frames[profile.nodeFrame[profile.sampleNode[i]!]!]!
    return line === 0 ? ({ kind: 'unknown', line } as const) : ({ kind: 'file', url, line } as const)
  })
  return sideOf([{ profile: { ...profile, ticks }, places }])
}
