import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drawProfile, drawStacks } from '../../tests/support/drawn.ts'
import { categoryOf } from '../model/category.ts'
import { functionCosts } from '../model/functions.ts'
import { mergeProfiles } from '../model/merge.ts'
import { metaFrame } from '../model/model.ts'
import { limitGaps, selfTimeByNode, trimToWindows } from '../model/self-time.ts'
import { findRecursive } from '../model/tree.ts'
import { SourceFile } from '../source/source-functions.ts'
import { giveGcToStacks } from './gc.ts'
import { foldHarness } from './harness.ts'

const HARNESS = `loop@${new URL('../../perf/measure/micro-workload.ts', import.meta.url).href}:9`
const TINYBENCH = 'run@file:///x/node_modules/tinybench/dist/index.js:3'

describe('categories', () => {
  for (const [url, category] of [
    ['file:///srv/app/src/a.ts', 'app'],
    ['file:///srv/node_modules/express/index.js', 'dependency'],
    ['file:///C:/srv/node_modules/express/index.js', 'dependency'],
    ['node:internal/process/task_queues', 'node'],
    ['wasm://wasm/1234', 'native'],
    ['evalmachine.<anonymous>', 'app'],
    [new URL('../../perf/measure/measure.ts', import.meta.url).href, 'harness'],
    ['file:///srv/node_modules/tinybench/dist/index.js', 'harness'],
    ['file:///srv/my-perf/measure.ts', 'app'],
  ] as const) {
    test(`${url} is ${category}`, () => {
      assert.equal(categoryOf({ functionName: 'f', url, line: 1, column: 1 }), category)
    })
  }
  for (const [name, category] of [
    ['(garbage collector)', 'gc'],
    ['(program)', 'program'],
    ['(idle)', 'idle'],
    ['writev', 'native'],
    ['RegExp: a+', 'native'],
  ] as const) {
    test(`${name} is ${category}`, () => assert.equal(categoryOf(metaFrame(name)), category))
  }
})

describe('giveGcToStacks', () => {
  test('half of a collection to the stack before it, half to the one after', () => {
    const profile = drawProfile([
      ['a', 10],
      ['(garbage collector)', 10],
      ['(garbage collector)', 10],
      ['b', 10],
    ])
    assert.deepEqual(drawStacks(giveGcToStacks(profile)), [
      '(root) > a 10',
      '(root) > a > (garbage collector) 10',
      '(root) > b > (garbage collector) 10',
      '(root) > b 10',
    ])
  })

  test('a collection at either end goes to the only neighbour; one alone stays', () => {
    const first = drawProfile([
      ['(garbage collector)', 4],
      ['a', 10],
      ['(garbage collector)', 4],
    ])
    assert.deepEqual(drawStacks(giveGcToStacks(first)), [
      '(root) > a > (garbage collector) 8',
      '(root) > a 10',
    ])
    const alone = drawProfile([
      ['(garbage collector)', 4],
      ['(garbage collector)', 4],
    ])
    assert.deepEqual(drawStacks(giveGcToStacks(alone)), ['(root) > (garbage collector) 8'])
  })
})

describe('foldHarness', () => {
  const fold = (...stacks: [string, number][]) => drawStacks(foldHarness(drawProfile(stacks), 'op').profile)

  test('the op is the root, and what measures is gone', () => {
    assert.deepEqual(
      fold(
        [`tick@node:internal/q:1 > ${TINYBENCH} > ${HARNESS} > op > a`, 10],
        [`${HARNESS} > op`, 5],
        [HARNESS, 90],
      ),
      ['op > op > a 10', 'op > op 5'],
    )
  })

  test('clocks and collections of the harness are gone, those of the op stay', () => {
    assert.deepEqual(
      fold(
        [`${HARNESS} > now@node:internal/perf:1`, 10],
        [`${HARNESS} > (garbage collector)`, 10],
        [`${HARNESS} > a > now@node:internal/perf:1`, 3],
      ),
      ['op > a > now 3'],
    )
  })

  test('stacks after an await have no harness and stay; idle time goes', () => {
    assert.deepEqual(fold(['a > b', 7], ['(idle)', 50], ['(program)', 1]), [
      'op > a > b 7',
      'op > (program) 1',
    ])
  })

  test('a collection while the thread waits is nobody’s', () => {
    assert.deepEqual(fold(['a', 7], ['(idle)', 50], ['(idle) > (garbage collector)', 9], ['a', 1]), [
      'op > a 8',
    ])
  })
})

describe('windows and gaps', () => {
  test('a window is the stack samples in it, or, without any, what was under way', () => {
    const profile = drawProfile([
      ['a', 10],
      ['b', 10],
      ['c', 10],
    ])
    const windows = [
      { startUs: 2, endUs: 4 },
      { startUs: 8, endUs: 12 },
      { startUs: 29, endUs: 99 },
    ]
    assert.deepEqual(drawStacks(trimToWindows(profile, windows)), [
      '(root) > a 2',
      '(root) > b 4',
      '(root) > c 1',
    ])
  })

  test('between two stack samples in a window, each moment belongs to the nearer one', () => {
    const profile = drawProfile([
      ['canary', 10],
      ['a', 20],
      ['b', 10],
      ['canary', 10],
    ])
    // Taken at 0, 10, 30 and 40.
    assert.deepEqual(drawStacks(trimToWindows(profile, [{ startUs: 4, endUs: 36 }])), [
      '(root) > a 16',
      '(root) > b 16',
    ])
  })

  test('a stack sample stands for five usual gaps at the most', () => {
    const profile = drawProfile([
      ['a', 10],
      ['a', 10],
      ['b', 1000],
      ['a', 10],
    ])
    assert.deepEqual(drawStacks(limitGaps(profile)), ['(root) > a 30', '(root) > b 50'])
  })
})

test('merged profiles share their stacks, and time goes on', () => {
  const merged = mergeProfiles([
    drawProfile([
      ['a > b', 10],
      ['a', 5],
    ]),
    drawProfile([
      ['a > b', 1],
      ['c', 1],
    ]),
  ])
  assert.deepEqual(drawStacks(merged), ['(root) > a > b 11', '(root) > a 5', '(root) > c 1'])
  assert.deepEqual([...merged.sampleTimeUs], [0, 10, 15, 16])
})

test('self times add up to the whole, total times count a recursive function once', () => {
  const profile = drawProfile([
    ['a > b > a > b', 4],
    ['a > c', 6],
    ['d', 1],
  ])
  const rows = functionCosts(profile, selfTimeByNode(profile))
  assert.deepEqual(
    rows.map(({ frame, self, total }) => [profile.frames[frame]!.functionName, self, total]),
    [
      ['c', 6, 6],
      ['b', 4, 4],
      ['d', 1, 1],
      ['(root)', 0, 11],
      ['a', 0, 10],
    ],
  )
  assert.deepEqual([...findRecursive(profile)], [0, 0, 0, 1, 1, 0, 0])
})

describe('SourceFile', () => {
  const text = ['function a() {', '  return [1].map((x) => x + 1)', '}', 'const b = () => 2', 'a(b())'].join(
    '\n',
  )
  const range = (part: string, count: number, from = text.indexOf(part)) => ({
    startOffset: from,
    endOffset: from + part.length,
    count,
  })
  const file = new SourceFile('file:///a.js', text, [
    { functionName: '', ranges: [range(text, 1)] },
    { functionName: 'a', ranges: [range(text.slice(0, text.indexOf('}') + 1), 3)] },
    { functionName: '', ranges: [range('(x) => x + 1', 9)] },
    { functionName: 'b', ranges: [range('() => 2', 0)] },
  ])
  const names = (line: number) =>
    file.functionsOnLine(line).map(({ name, isTopLevel }) => (isTopLevel ? '(top)' : name || '=>'))

  test('who has code of their own on a line', () => {
    assert.deepEqual([1, 2, 3, 4, 5].map(names), [['a'], ['a', '=>'], ['a'], ['(top)', 'b'], ['(top)']])
    assert.deepEqual(names(99), [])
  })

  test('the innermost function at a position, with its calls', () => {
    const at = (line: number, column: number) => file.functionAt(file.offsetOf(line, column)!)
    assert.equal(at(2, 18)!.calls, 9)
    assert.equal(at(2, 3)!.name, 'a')
    assert.deepEqual([at(1, 1)!.startLine, at(1, 1)!.endLine], [1, 3])
    assert.equal(file.offsetOf(77, 1), undefined)
  })

  test('of functions inside one another, all on one line, the shortest at an offset', () => {
    const spans = [
      [0, 60],
      [2, 30],
      [4, 10],
      [12, 28],
      [14, 16],
      [16, 20],
      [32, 60],
      [33, 59],
      [59, 60],
    ] as const
    const line = `${'x'.repeat(11)}     ${'y'.repeat(44)}`
    const bundle = new SourceFile(
      'file:///b.js',
      line,
      spans.map(([startOffset, endOffset], i) => ({
        functionName: `f${i}`,
        ranges: [{ startOffset, endOffset, count: 1 }],
      })),
    )
    const shortest = (offset: number) =>
      spans
        .flatMap(([start, end], i) =>
          start <= offset && offset < end ? [{ name: `f${i}`, length: end - start }] : [],
        )
        .sort((a, b) => a.length - b.length)[0]?.name
    const offsets = Array.from(line, (_, offset) => offset)
    assert.deepEqual(
      offsets.map((offset) => bundle.functionAt(offset)?.name),
      offsets.map(shortest),
    )
    const withInk = offsets.filter((offset) => line[offset] !== ' ').map(shortest)
    // Where f4 is, nothing is written.
    assert.deepEqual(
      bundle.functionsOnLine(1).map(({ name }) => name),
      [...new Set(withInk)],
    )
    assert.ok(!withInk.includes('f4'))
  })
})
