// Files as people have them: one of each kind in tests/fixtures/opened, and others of its kind made here.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { categoryOf } from '../model/category.ts'
import { shownFile, showUrl } from '../model/file-url.ts'
import { functionCosts } from '../model/functions.ts'
import { describeLoss } from '../model/losses.ts'
import type { CallTree } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { nameInPackage } from '../source/packages.ts'
import type { OpenedProfile } from './document.ts'
import { openProfiles } from './open-profile.ts'
import { ProfileFileError } from './profile-file-error.ts'

const FOLDER = new URL('../../tests/fixtures/opened/', import.meta.url)
const fixture = (name: string) => openProfiles(fileURLToPath(new URL(name, FOLDER)), name)
const open = (content: unknown) =>
  openProfiles(
    Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    'x',
  )

function costs(opened: OpenedProfile): string[] {
  const [tree, self] =
    opened.kind === 'cpu'
      ? [opened.profile, selfTimeByNode(opened.profile)]
      : [opened.heap.tree, opened.heap.selfBytes]
  return functionCosts(tree as CallTree, self)
    .filter((row) => row.self > 0)
    .map((row) => `${tree.frames[row.frame]!.functionName} ${Math.round(row.self * 10) / 10}`)
}

async function costsOf(opened: Promise<OpenedProfile[]>): Promise<string[]> {
  const all = await opened
  assert.equal(all.length, 1)
  return costs(all[0]!)
}

const lossesOf = async (opened: Promise<OpenedProfile[]>) => (await opened)[0]!.losses.map(describeLoss)

async function framesOf(opened: Promise<OpenedProfile[]>) {
  const [first] = await opened
  return (first!.kind === 'cpu' ? first!.profile : first!.heap.tree).frames.filter(({ line }) => line > 0)
}

const frame = (functionName: string, more: object = {}) => ({
  functionName,
  scriptId: '5',
  url: 'file:///app/a.js',
  lineNumber: 3,
  columnNumber: 9,
  ...more,
})
const ROOT = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }

/** `work` for two and `other` for three of five stack samples, 1 ms each, and whatever else is said. */
function drawFile(more: object = {}): Record<string, unknown> {
  return {
    nodes: [
      { id: 1, callFrame: ROOT, hitCount: 0, children: [2, 3] },
      { id: 2, callFrame: frame('work'), hitCount: 2 },
      { id: 3, callFrame: frame('other', { url: 'file:///app/b.js' }), hitCount: 3 },
    ],
    startTime: 1_000_000,
    endTime: 1_005_000,
    samples: [2, 2, 3, 3, 3],
    timeDeltas: [0, 1000, 1000, 1000, 1000],
    ...more,
  }
}

const SAME = ['work 5000', 'other 4000']
const DRAWN = ['other 3000', 'work 2000']

describe('whatever it is wrapped in', () => {
  for (const name of [
    'wrapped-profile.json',
    'wrapped-result.json',
    'gzipped.json.gz',
    'utf16le.bin',
    'utf8-with-bom.bin',
  ])
    test(name, async () => assert.deepEqual(await costsOf(fixture(name)), SAME))

  for (const [name, content] of [
    [
      'an event of the protocol',
      { method: 'Profiler.consoleProfileFinished', params: { id: '1', profile: drawFile() } },
    ],
    [
      'a session of the protocol',
      [
        { id: 1, result: {} },
        { id: 2, result: { profile: drawFile() } },
      ],
    ],
    ['gzip in gzip', gzipSync(gzipSync(JSON.stringify(drawFile())))],
    ['gzipped UTF-16 without a mark', gzipSync(Buffer.from(JSON.stringify(drawFile()), 'utf16le'))],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${JSON.stringify(drawFile())}`, 'utf16le').swap16()],
    ['blanks before it', `\n\n\t ${JSON.stringify(drawFile())}`],
    ['members in another order', Object.fromEntries(Object.entries(drawFile()).reverse())],
  ] as const)
    test(name, async () => assert.deepEqual(await costsOf(open(content)), DRAWN))

  test('a broken archive is told as one', async () => {
    const cut = gzipSync(JSON.stringify(drawFile())).subarray(0, 60)
    const path = join(mkdtempSync(join(tmpdir(), 'flamegate-cut-')), 'cut.pb.gz')
    writeFileSync(path, cut)
    for (const content of [cut, path])
      await assert.rejects(
        openProfiles(content, 'cut'),
        (error) => error instanceof ProfileFileError && /broken gzip archive/.test(error.message),
      )
    rmSync(dirname(path), { recursive: true })
  })

  test('what follows a whole profile is said', async () => {
    assert.match(
      (await lossesOf(open(`${JSON.stringify(drawFile())}\nmore`)))[0]!,
      /something follows at byte/,
    )
  })
})

describe('old formats', () => {
  test('old-head-format: hit counts, and the file’s own samples', async () => {
    assert.deepEqual(await costsOf(fixture('old-head-format.json')), ['work 3000', '(idle) 1000'])
    const [work] = await framesOf(fixture('old-head-format.json'))
    assert.deepEqual([work!.url, work!.line], ['file:///app/a.js', 2])
  })

  test('a nested head without samples costs what its hits say, however deep it is', async () => {
    const branch = '{"functionName":"f","url":"/a.js","lineNumber":2,"hitCount":0,"children":['
    const leaf = '{"functionName":"leaf","url":"/a.js","lineNumber":1,"hitCount":3,"children":[]}'
    const text = `{"head":${branch.repeat(20_000)}${leaf}${']}'.repeat(20_000)},"startTime":10,"endTime":10.003}`
    assert.deepEqual(await costsOf(open(text)), ['leaf 3000'])
  })

  test('no samples at all: hit counts × the interval', async () => {
    const { samples, timeDeltas, ...rest } = drawFile()
    assert.ok(samples && timeDeltas)
    assert.deepEqual(await costsOf(open(rest)), DRAWN)
  })

  test('samples without times are spread over the profile', async () => {
    const { timeDeltas, ...rest } = drawFile()
    assert.ok(timeDeltas)
    assert.deepEqual(await costsOf(open(rest)), DRAWN)
  })
})

describe('trace events', () => {
  const event = (more: object) => ({ ph: 'P', pid: 1, tid: 1, ts: 1, cat: 'x', ...more })
  const profile = (pid: number, tid: number, id: string) =>
    event({ name: 'Profile', pid, tid, id, args: { data: { startTime: 1000 } } })
  const chunk = (pid: number, id: string, name: string, ids: readonly [number, number] = [1, 2]) =>
    event({
      name: 'ProfileChunk',
      pid,
      tid: 99,
      id,
      args: {
        data: {
          cpuProfile: {
            nodes: [
              { id: ids[0], callFrame: { functionName: '(root)', scriptId: 0 } },
              { id: ids[1], parent: ids[0], callFrame: frame(name) },
            ],
            samples: [ids[1], ids[1]],
          },
          timeDeltas: [0, 1000],
        },
      },
    })

  test('chrome-trace: a saved Performance recording', async () => {
    assert.deepEqual(await costsOf(fixture('chrome-trace.json')), ['work 3000'])
  })

  const events = [
    event({ name: 'thread_name', ph: 'M', pid: 7, tid: 1, args: { name: 'CrRendererMain' } }),
    event({ name: 'thread_name', ph: 'M', pid: 7, tid: 2, args: { name: 'DedicatedWorker' } }),
    event({ name: 'process_name', ph: 'M', pid: 8, tid: 1, args: { name: 'Browser' } }),
    profile(7, 1, '0x1'),
    profile(7, 2, '0x2'),
    profile(8, 1, '0x1'),
    chunk(7, '0x1', 'page'),
    chunk(7, '0x2', 'worker'),
    chunk(8, '0x1', 'browser'),
    // A later chunk of the first.
    event({
      name: 'ProfileChunk',
      pid: 7,
      tid: 99,
      id: '0x1',
      args: { data: { cpuProfile: { samples: [2] }, timeDeltas: [1000], lines: [4] } },
    }),
    event({ name: 'RunTask', args: { data: { nodes: [] } } }),
  ]

  for (const [name, content] of [
    ['as an object', { traceEvents: events, metadata: { source: 'DevTools', nodes: [{ a: 1 }] } }],
    ['as a list', events],
    ['gzipped', gzipSync(JSON.stringify({ traceEvents: events }))],
    ['that breaks off', JSON.stringify(events).slice(0, -30)],
  ] as const) {
    test(`several processes and threads ${name}`, async () => {
      const opened = await open(content)
      assert.deepEqual(
        opened.map((one) => [one.name, costs(one).join()]),
        [
          ['process 7, CrRendererMain 1', 'page 3000'],
          ['process 7, DedicatedWorker 2', 'worker 2000'],
          ['Browser 8, thread 1', 'browser 2000'],
        ],
      )
      if (name === 'that breaks off')
        assert.match(opened[0]!.losses.map(describeLoss).join(), /ends in the middle/)
    })
  }

  test('a trace without samples says how to record one with them', async () => {
    await assert.rejects(
      open([event({ name: 'RunTask' })]),
      /trace without CPU profiles \(record it with JavaScript samples\)/,
    )
  })
})

describe('functions without callers', () => {
  test('first-node-is-a-function', async () => {
    assert.deepEqual(await costsOf(fixture('first-node-is-a-function.json')), ['run 900000'])
  })

  test('two-roots: one root above both', async () => {
    const [opened] = await fixture('two-roots.json')
    assert.deepEqual(costs(opened!), ['work 3000', 'main 1000', 'timer 1000'])
    assert.ok(opened?.kind === 'cpu')
    const { nodeParent, nodeFrame, frames } = opened.profile
    assert.deepEqual([...nodeParent], [-1, 0, 1, 0])
    assert.equal(frames[nodeFrame[0]!]!.functionName, '(root)')
  })

  test('two nodes (root) are one, and a function called so is none', async () => {
    const nodes = [
      { id: 1, callFrame: ROOT, children: [2] },
      { id: 2, callFrame: frame('(root)') },
      { id: 3, callFrame: ROOT, children: [4] },
      { id: 4, callFrame: frame('other') },
    ]
    const [opened] = await open(drawFile({ nodes, samples: [2, 2, 4, 4, 4] }))
    assert.deepEqual(costs(opened!), ['other 3000', '(root) 2000'])
    assert.ok(opened?.kind === 'cpu')
    assert.deepEqual([...opened.profile.nodeParent], [-1, 0, 0])
  })
})

describe('times and ids', () => {
  test('sub-microsecond-deltas add up', async () => {
    assert.deepEqual(await costsOf(fixture('sub-microsecond-deltas.json')), ['work 2', 'other 1.6'])
  })

  test('parts of a microsecond after a start since 1970', async () => {
    const times = { startTime: 1.7e15, endTime: 1.7e15 + 2, timeDeltas: [0, 0.4, 0.4, 0.4, 0.4] }
    assert.deepEqual(await costsOf(open(drawFile(times))), ['other 1.2', 'work 0.8'])
  })

  test('one-delta-of-8-hours is kept as it is', async () => {
    assert.deepEqual(await costsOf(fixture('one-delta-of-8-hours.json')), ['(idle) 28800000000', 'work 8000'])
  })

  test('ids-above-2-31', async () => {
    assert.deepEqual(await costsOf(fixture('ids-above-2-31.json')), ['work 2000'])
  })

  test('addresses that no number holds exactly, in quotes or not', async () => {
    const text = JSON.stringify(drawFile())
      .replace('"id":2', '"id":18446744073709551613')
      .replace('"id":3', '"id":"18446744073709551612"')
      .replace('[2,3]', '["18446744073709551613",18446744073709551612]')
      .replace(
        '[2,2,3,3,3]',
        '[18446744073709551613,18446744073709551613,18446744073709551612,18446744073709551612,18446744073709551612]',
      )
    assert.deepEqual(await costsOf(open(text)), DRAWN)
  })

  test('numbers in quotes', async () => {
    const text = JSON.stringify(
      drawFile({ timeDeltas: ['0', '1000', '1000', '1000', '1000'], startTime: '1000000' }),
    )
    assert.deepEqual(await costsOf(open(text)), DRAWN)
  })

  for (const [name, odd] of [
    ['null', 'null'],
    ['1e999', '1e999'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['an object', '{"a":[1]}'],
  ] as const) {
    test(`a delta that is ${name} costs its own time alone, and is said`, async () => {
      const text = JSON.stringify(drawFile()).replace('[0,1000', `[0,${odd}`)
      assert.deepEqual(await lossesOf(open(text)), [
        'taken as 0: 1 of 5 time deltas (20.0 %): it is no number of microseconds',
      ])
    })
  }
})

describe('odd values', () => {
  for (const name of ['null-lists.json', 'null-url.json'])
    test(name, async () => assert.deepEqual(await costsOf(fixture(name)), SAME))

  test('missing-node: the stack sample is left out, and said', async () => {
    assert.deepEqual(await costsOf(fixture('missing-node.json')), ['work 5000', 'other 4000'])
    assert.deepEqual(await lossesOf(fixture('missing-node.json')), [
      'left out: 1 of 10 stack samples (10.0 %): it names a node that is not there',
    ])
  })

  const [root, work, other] = drawFile().nodes as Record<string, unknown>[]
  for (const [name, more, said] of [
    [
      'a callee of nowhere',
      { nodes: [{ ...root, children: [2, 3, 77] }, work, other] },
      /1 of 3 calls .*not there/,
    ],
    ['an id twice', { nodes: [root, work, other, { ...other, callFrame: frame('again') }] }, /node.*same id/],
    ['two callers', { nodes: [root, { ...work, children: [3] }, other] }, /call.*another caller/],
    ['a node that is null', { nodes: [root, work, other, null] }, /node.*no object/],
    ['a node without a function', { nodes: [root, work, other, { id: 9 }] }, /node.*no callFrame/],
    ['a node without an id', { nodes: [root, work, other, { callFrame: frame('x') }] }, /node.*no id/],
    ['more samples than times', { samples: [2, 2, 3, 3, 3, 3] }, /1 of 6 stack samples .*no time/],
    [
      'more times than samples',
      { timeDeltas: [0, 1000, 1000, 1000, 1000, 1000] },
      /1 of 6 stack samples .*no stack/,
    ],
  ] as const) {
    test(`${name}: the rest is there`, async () => {
      assert.deepEqual(await costsOf(open(drawFile(more))), DRAWN)
      assert.match((await lossesOf(open(drawFile(more)))).join(), said)
    })
  }

  test('a circle is cut', async () => {
    const nodes = [root, { ...work, children: [3] }, { ...other, children: [2] }]
    const opened = open(drawFile({ nodes: [{ ...root, children: [] }, ...nodes.slice(1)] }))
    assert.deepEqual(await costsOf(opened), DRAWN)
    assert.match((await lossesOf(opened)).join(), /closes a circle/)
  })

  test('names that are no text, positions that are no numbers', async () => {
    const nodes = [
      root,
      { ...work, callFrame: { functionName: 7, url: null, lineNumber: null, columnNumber: {} } },
      other,
    ]
    assert.deepEqual(await costsOf(open(drawFile({ nodes }))), ['other 3000', '7 2000'])
  })

  test('line breaks and lone backslashes in names', async () => {
    const text = JSON.stringify(drawFile()).replace('"work"', '"wo\nrk \\Users"')
    assert.deepEqual(await costsOf(open(text)), ['other 3000', 'wo\nrk \\Users 2000'])
  })
})

describe('files by name', () => {
  for (const [name, shown] of [
    ['percent-in-folder.json', 'file:///app/100%/a.js'],
    ['encoded-slash.json', 'file:///app/a%2Fb.js'],
    ['windows-url.json', 'C:\\Users\\u\\app\\src\\a.js'],
  ] as const)
    test(name, { skip: process.platform === 'win32' }, async () => {
      assert.deepEqual(showUrl((await framesOf(fixture(name)))[0]!.url), shown)
    })

  test('hosts, and what is no URL, stay as they are', async () => {
    for (const url of ['file://host/share/a.js', 'file://%zz/a', 'http://[', 'webpack:///./a.js', 'node:fs'])
      if (process.platform !== 'win32') assert.equal(showUrl(url), url)
  })

  test('an installed package is one on every system', async () => {
    const nodes = [
      { id: 1, callFrame: ROOT, children: [2, 3] },
      { id: 2, callFrame: frame('a', { url: 'C:\\Users\\u\\app\\node_modules\\lodash\\lodash.js' }) },
      { id: 3, callFrame: frame('b', { url: 'file:///C:/Users/u/app/node_modules/lodash/lodash.js' }) },
    ]
    for (const found of await framesOf(open(drawFile({ nodes })))) {
      assert.equal(nameInPackage(found.url), 'lodash/lodash.js')
      assert.equal(categoryOf(found), 'dependency')
    }
  })

  test('bare paths are files, whatever is in their names', {
    skip: process.platform === 'win32',
  }, async () => {
    const url = '/app/100% #1?/ü.js'
    const nodes = [root(), { id: 2, callFrame: frame('a', { url }) }, { id: 3, callFrame: frame('b') }]
    assert.equal(showUrl((await framesOf(open(drawFile({ nodes }))))[0]!.url), url)
  })
})

function root() {
  return { id: 1, callFrame: ROOT, children: [2, 3] }
}

describe('generated code', () => {
  test('generated-code: a row for each script', async () => {
    const rows = await costsOf(fixture('generated-code.json'))
    assert.deepEqual(rows, ['render 40000', ' 39000', 'render 10000', ' 10000'])
    const frames = await framesOf(fixture('generated-code.json'))
    assert.deepEqual(
      frames.map((found) => shownFile(found, showUrl)),
      [
        'evalmachine.<anonymous> (script 103)',
        'evalmachine.<anonymous> (script 104)',
        'eval (script 101)',
        'eval (script 102)',
      ],
    )
    assert.ok(frames.every((found) => categoryOf(found) === 'app'))
  })

  test('a file that was loaded twice is one', async () => {
    const nodes = [
      root(),
      { id: 2, callFrame: frame('a', { scriptId: '8' }) },
      { id: 3, callFrame: frame('a') },
    ]
    assert.deepEqual(await costsOf(open(drawFile({ nodes }))), ['a 5000'])
  })
})

describe('heap profiles', () => {
  test('heap-profile: by content', async () => {
    assert.deepEqual(await costsOf(fixture('heap-profile.json')), ['own 6000', 'alloc 4000'])
  })

  test('wrapped, with odd nodes', async () => {
    const head = {
      callFrame: ROOT,
      selfSize: 0,
      children: [
        null,
        { children: null, selfSize: '12', callFrame: frame('a') },
        { selfSize: 5, children: [] },
        7,
      ],
    }
    const opened = open({ result: { profile: { samples: [{ size: 1, nodeId: 2 }], head } } })
    assert.deepEqual(await costsOf(opened), ['a 12', ' 5'])
    assert.match((await lossesOf(opened)).join(), /2 of 5 nodes/)
  })

  test('empty-heap-profile: nothing was sampled', async () => {
    await assert.rejects(
      fixture('empty-heap-profile.json'),
      (error) =>
        error instanceof ProfileFileError &&
        error.kind === 'empty' &&
        /nothing was sampled/.test(error.message),
    )
  })

  test('so says a profile without samples', async () => {
    const { nodes } = drawFile()
    const unseen = (nodes as object[]).map((node) => ({ ...node, hitCount: 0 }))
    await assert.rejects(
      open(drawFile({ nodes: unseen, samples: [], timeDeltas: [] })),
      /nothing was sampled/,
    )
  })
})

describe('what is no profile', () => {
  for (const [name, content, message] of [
    ['a package.json', '{"name":"a","version":"1.0.0"}', /has no nodes, no head/],
    ['a graph of something else', '{"nodes":[{"id":1},{"id":2}],"edges":[]}', /has no nodes, no head/],
    ['an image', readFileSync(new URL('utf16le.bin', FOLDER)).subarray(1, 9), /is no|broken/],
    ['a text', 'hello\n', /neither JSON nor a whole pprof/],
    ['nothing', '', /it is empty/],
  ] as const)
    test(name, async () => {
      await assert.rejects(open(Buffer.from(content)), (error) => {
        assert.ok(error instanceof ProfileFileError)
        assert.match(error.message, message)
        return true
      })
    })
})
