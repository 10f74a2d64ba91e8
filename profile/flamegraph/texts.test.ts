import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawDiff } from '../../tests/support/drawn-diff.ts'
import type { Graph, PageSource } from './data.ts'
import { fillTexts, shareTexts } from './texts.ts'

function graphWith(sources: readonly PageSource[]): Graph {
  const graph = drawDiff({
    baseline: [['a', 1]],
    candidate: [['a', 2]],
    totals: [1, 2],
    changes: {},
    noise: {},
    calls: {},
    blame: { sentence: '', rows: [], unexplained: 0 },
  })
  return { ...graph, sources }
}

test('a text that several graphs and versions have is kept once, and comes back everywhere', () => {
  const graphs = [
    graphWith([{ file: 'a.js', text: 'a text', heat: [[1, 2]], baseline: { text: 'other', heat: [] } }]),
    graphWith([
      { file: 'b.js', text: 'a text', heat: [], baseline: { text: 'a text', heat: [] } },
      { file: 'gone.js', text: '', heat: [], baseline: { text: 'other', heat: [] } },
    ]),
  ]
  const shared = shareTexts(graphs)
  assert.deepEqual(shared.texts, ['a text', 'other', ''])
  assert.ok(!JSON.stringify(shared.graphs).includes('a text'))
  assert.deepEqual(
    shared.graphs.map((graph) => fillTexts(graph, shared.texts)),
    graphs,
  )
})
