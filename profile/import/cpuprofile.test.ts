import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { functionCosts } from '../model/functions.ts'
import type { CpuProfile } from '../model/model.ts'
import { selfTimeByNode, trimToWindows } from '../model/self-time.ts'
import { readCpuProfile } from './document.ts'
import { ProfileFileError } from './profile-file-error.ts'

interface DrawnNode {
  readonly id: number
  readonly name: string
  readonly children?: readonly number[]
  readonly parent?: number
  readonly ticks?: readonly (readonly [line: number, count: number])[]
}

/** The JSON text of a profile: functions called `name` on line 10 × id of a.js. */
function draw(
  nodes: readonly DrawnNode[],
  samples: readonly number[],
  timeDeltas: readonly number[],
  more: object = {},
): string {
  return JSON.stringify({
    nodes: nodes.map(({ id, name, children, parent, ticks }) => ({
      id,
      callFrame: {
        functionName: name,
        scriptId: '1',
        url: 'file:///a.js',
        lineNumber: name === '(root)' ? -1 : 9,
        columnNumber: name === '(root)' ? -1 : name.length,
      },
      hitCount: 99,
      children,
      parent,
      positionTicks: ticks?.map(([line, count]) => ({ line, ticks: count })),
    })),
    startTime: 1000,
    endTime: 1100,
    samples,
    timeDeltas,
    ...more,
  })
}

function read(t: TestContext, text: string | Buffer): CpuProfile {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-profile-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'a.cpuprofile')
  writeFileSync(path, text)
  return readCpuProfile(path)
}

const names = (profile: CpuProfile) =>
  functionCosts(profile, selfTimeByNode(profile)).map(
    ({ frame, self, total }) => `${profile.frames[frame]!.functionName} ${self}/${total}`,
  )

const TREE: DrawnNode[] = [
  { id: 1, name: '(root)', children: [2] },
  { id: 2, name: 'a', children: [3, 4] },
  { id: 3, name: 'b' },
  { id: 4, name: 'c', children: [5] },
  { id: 5, name: 'a' },
]

describe('readCpuProfile', () => {
  test('frames once each, positions from 1, nodes with their callers', (t) => {
    const profile = read(t, draw(TREE, [3], [10]))
    assert.deepEqual(
      profile.frames.map(({ functionName, line, column }) => [functionName, line, column]),
      [
        ['(root)', 0, 0],
        ['a', 10, 2],
        ['b', 10, 2],
        ['c', 10, 2],
      ],
    )
    assert.deepEqual([...profile.nodeFrame], [0, 1, 2, 3, 1])
    assert.deepEqual([...profile.nodeParent], [-1, 0, 1, 1, 3])
  })

  test('callers by `parent`, and callees that stand before their callers', (t) => {
    const older = [
      { id: 5, name: 'c', parent: 7 },
      { id: 7, name: 'b', parent: 1 },
      { id: 1, name: '(root)' },
    ]
    const profile = read(t, draw(older, [5], [10]))
    assert.deepEqual(
      [...profile.nodeFrame].map((frame) => profile.frames[frame]!.functionName),
      ['(root)', 'b', 'c'],
    )
    assert.deepEqual([...profile.nodeParent], [-1, 0, 1])
    assert.deepEqual([...profile.sampleNode], [2])
  })

  test('stack samples come in order of time, also where deltas are negative', (t) => {
    // at 1010, 1040, 1020
    const profile = read(t, draw(TREE, [3, 4, 2], [10, 30, -20]))
    assert.deepEqual([...profile.sampleTimeUs], [1010, 1020, 1040])
    assert.deepEqual([...profile.sampleNode], [2, 1, 3])
  })

  test('ticks keep their nodes, also several of one line', (t) => {
    const { ticks } = read(
      t,
      draw(
        [
          {
            id: 1,
            name: '(root)',
            ticks: [
              [5, 2],
              [5, 3],
            ],
          },
        ],
        [1],
        [1],
      ),
    )
    assert.deepEqual(
      [[...ticks.node], [...ticks.line], [...ticks.count]],
      [
        [0, 0],
        [5, 5],
        [2, 3],
      ],
    )
  })

  test('names are text, whatever they say, also across pieces of the file', (t) => {
    const name = `</script><img onerror=\\"ü😀${'x'.repeat(3_000_000)}`
    const profile = read(
      t,
      draw(
        [
          { id: 1, name: '(root)', children: [2] },
          { id: 2, name },
        ],
        [2],
        [1],
      ),
    )
    assert.equal(profile.frames[1]!.functionName, name)
  })

  test('unknown members are skipped, whatever they hold', (t) => {
    const extra = { title: 'x', deep: [{ a: [1.5e-3, -2, true, null, 'text " \\ ]}'] }], empty: {}, none: [] }
    assert.equal(read(t, draw(TREE, [3], [10], extra)).sampleNode.length, 1)
  })

  const whole = draw(TREE, [3, 4], [10, 10])
  for (const [name, text, kind, message] of [
    ['empty', '', 'foreign', /it is empty/],
    ['no object', '"nodes"', 'foreign', /it is no JSON/],
    ['a list of something else', '[1, 2]', 'foreign', /it has no nodes/],
    ['another kind of file', '{"a": 1}', 'foreign', /it has no nodes, no head and no trace events/],
    ['cut in the nodes', whole.slice(0, 200), 'malformed', /found the end of the file/],
    [
      'cut in the samples',
      whole.slice(0, whole.indexOf('"samples"') + 12),
      'malformed',
      /found the end of the file/,
    ],
    [
      'garbage inside',
      whole.replace('"samples"', 'samples'),
      'malformed',
      /expected '"' at byte \d+, found 's'/,
    ],
    ['binary', Buffer.from([0x7b, 0xff, 0x00, 0x80]), 'malformed', /expected '"'/],
  ] as const) {
    test(`${name}: a clear error`, (t) => {
      assert.throws(
        () => read(t, text),
        (error) => {
          assert.ok(error instanceof ProfileFileError, String(error))
          assert.equal(error.kind, kind)
          assert.match(error.message, message)
          return true
        },
      )
    })
  }

  test('a stack of 50,000 calls overflows nothing', (t) => {
    const deep = Array.from({ length: 50_000 }, (_, i) => ({
      id: i + 1,
      name: i === 0 ? '(root)' : `f${i % 50}`,
      children: i < 49_999 ? [i + 2] : [],
    }))
    assert.equal(read(t, draw(deep, [50_000], [10])).nodeFrame.length, 50_000)
  })
})

describe('time', () => {
  test('a stack sample owns the gap until the next; the last one at most the median gap', (t) => {
    // at 1010, 1030, 1040; the profile ends at 1100; gaps 20 and 10, their upper median 20
    const profile = read(t, draw(TREE, [3, 4, 5], [10, 20, 10]))
    assert.deepEqual([...selfTimeByNode(profile)], [0, 0, 20, 10, 20])
  })

  test('a window is those stack samples that were taken in it', (t) => {
    const profile = read(t, draw(TREE, [3, 4, 5], [10, 20, 10]))
    assert.deepEqual(
      [...selfTimeByNode(trimToWindows(profile, [{ startUs: 1015, endUs: 1035 }]))],
      [0, 0, 0, 20, 0],
    )
  })

  test('total time counts a recursive function once a stack; self times add up', (t) => {
    const profile = read(t, draw(TREE, [3, 4, 5], [10, 20, 10]))
    assert.deepEqual(names(profile), ['a 20/50', 'b 20/20', 'c 10/30', '(root) 0/50'])
  })

  test('without stack samples, functions cost what their hit counts say', (t) => {
    // 99 hits each of 5 nodes, in 99 µs.
    const costs = names(read(t, draw(TREE, [], [], { endTime: 1099 })))
    assert.deepEqual(
      costs.map((cost) => cost.replace(/\d+\.\d+/g, (us) => String(Math.round(Number(us))))),
      ['a 40/79', '(root) 20/99', 'c 20/40', 'b 20/20'],
    )
  })
})
