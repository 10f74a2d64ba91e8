// Bundles with their maps, in tests/fixtures/bundles: esbuild --minify of small programs, profiled by node --cpu-prof.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { encodedMap, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping'
import { openProfiles } from '../import/open-profile.ts'
import type { Frame } from '../model/model.ts'
import { describeMapProblems, SourceMaps } from '../source/source-map.ts'
import { mapFrames } from './map-sources.ts'

const FOLDER = fileURLToPath(new URL('../../tests/fixtures/bundles/', import.meta.url))

/** Functions of a bundle's profile that have a place, as `name source:line`. */
async function mappedNames(profile: string): Promise<string[]> {
  const text = readFileSync(join(FOLDER, profile), 'utf8')
  const here = text.includes('file:///bundles/') ? pathToFileURL(FOLDER).href : FOLDER.replaceAll('\\', '/')
  const [opened] = await openProfiles(
    Buffer.from(text.replaceAll(/(?:file:\/\/)?\/bundles\//g, here)),
    profile,
  )
  assert.ok(opened?.kind === 'cpu')
  return mapFrames(opened.profile.frames, new SourceMaps())
    .filter(({ compiled }) => compiled !== undefined)
    .map(({ functionName, url, line }) => `${functionName} ${basename(url)}:${line}`)
}

const LIB = [
  'computeTotal lib.ts:7',
  'get average lib.ts:12',
  'loadAll lib.ts:15',
  'scale lib.ts:3',
  'sumSquares lib.ts:2',
  'walkTree lib.ts:14',
]

test('a device that a profile names is no source', { skip: process.platform === 'win32' }, () => {
  const maps = new SourceMaps()
  assert.equal(maps.file('file:///dev/zero'), undefined)
  assert.match(describeMapProblems(maps.problems, basename), /zero \(not on this machine\)/)
})

describe('source maps', () => {
  for (const kind of ['bare-path-url', 'index-map', 'two-map-comments'])
    test(kind, async () => {
      const names = await mappedNames(`${kind}.json`)
      assert.deepEqual(names.filter((name) => LIB.includes(name)).sort(), LIB)
    })

  test('minified-arrows: the name by the scope around the position, and never a parameter’s', async () => {
    const names = await mappedNames('minified-arrows.json')
    const expected = [
      ...['asyncArrow', 'build', 'declared', 'destructured', 'find', 'handle', 'inner', 'lookup', 'noParams'],
      ...['pick', 'spin', 'twoParams', 'withDefault'],
    ]
    const found = new Set(names.map((name) => name.split(' ')[0]!))
    found.delete('')
    assert.deepEqual([...found].sort(), expected)
  })
})

/** A map that has `original` at each `[column, line, column there, name]` of a one-line file. */
function writeBundle(
  t: TestContext,
  text: string,
  segments: readonly (readonly [number, number, number, string?])[],
): { readonly url: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-maps-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const names = segments.flatMap(([, , , name]) => name ?? [])
  const decoded = segments.map(([at, line, column, name]) =>
    name === undefined ? [at, 0, line, column] : [at, 0, line, column, names.indexOf(name)],
  )
  const map = new TraceMap({
    version: 3,
    sources: ['a.ts'],
    names,
    mappings: [decoded] as SourceMapSegment[][],
  })
  writeFileSync(join(folder, 'a.js.map'), JSON.stringify(encodedMap(map)))
  writeFileSync(join(folder, 'a.js'), `${text}\n//# sourceMappingURL=a.js.map\n`)
  return { url: pathToFileURL(join(folder, 'a.js')).href, folder }
}

function nameAt(url: string, functionName: string, column: number): string {
  const frame: Frame = { functionName, url, line: 1, column: column + 1 }
  return mapFrames([frame], new SourceMaps())[0]!.functionName
}

describe('maps in memory', () => {
  const map = {
    version: 3,
    sources: ['a.ts'],
    names: [],
    sourcesContent: ['const original = () => 1'],
    mappings: [[[0, 0, 0, 17]]] as SourceMapSegment[][],
  } as const
  const content = JSON.stringify(encodedMap(new TraceMap(map)))

  test('of a module that is a URL', () => {
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(content).toString('base64')}`
    const text = `export default()=>1\n${comment}`
    for (const url of [
      `data:text/javascript,${encodeURIComponent(text)}`,
      `data:application/javascript;base64,${Buffer.from(text).toString('base64')}`,
    ])
      assert.equal(nameAt(url, 'default', 14), 'original')
  })

  test('that a trace brought along', async () => {
    const url = 'https://example.invalid/a.js'
    const callFrame = { functionName: 'x', url, lineNumber: 0, columnNumber: 5 }
    const cpuProfile = { nodes: [{ id: 1, callFrame }], samples: [1, 1] }
    const trace = {
      metadata: { sourceMaps: [null, { url, sourceMapUrl: 'a.js.map', sourceMap: JSON.parse(content) }] },
      traceEvents: [
        {
          ph: 'P',
          name: 'ProfileChunk',
          pid: 1,
          tid: 1,
          id: '1',
          args: { data: { cpuProfile, timeDeltas: [1, 1] } },
        },
      ],
    }
    const [opened] = await openProfiles(Buffer.from(JSON.stringify(trace)), 'trace')
    const maps = new SourceMaps()
    for (const map of opened!.maps!) maps.add(map)
    assert.ok(opened?.kind === 'cpu')
    const names = mapFrames(opened.profile.frames, maps).map(({ functionName }) => functionName)
    assert.ok(names.includes('original'), names.join())
    assert.deepEqual(maps.problems, [])
  })
})

describe('names without the text of the source', () => {
  test('what the function is bound to', (t) => {
    const { url } = writeBundle(t, 'var a=r=>r+1;function b(e){}var c={d:function(e){}}', [
      [4, 0, 6, 'increment'],
      [6, 0, 18, 'value'],
      [22, 1, 9, 'declared'],
      [24, 1, 18, 'event'],
      [35, 2, 14, 'handler'],
      [46, 2, 24, 'event'],
    ])
    assert.equal(nameAt(url, 'a', 6), 'increment')
    assert.equal(nameAt(url, 'b', 23), 'declared')
    assert.equal(nameAt(url, 'd', 45), 'handler')
  })

  test('by the map’s scopes, at the parameters or at the name; never that of a function around it', (t) => {
    const { url, folder } = writeBundle(t, 'function a(e){return x=>e}', [
      [0, 0, 0],
      [10, 0, 9, 'event'],
      [21, 0, 30, 'event'],
    ])
    const path = join(folder, 'a.js.map')
    const map = JSON.parse(readFileSync(path, 'utf8'))
    // Scope `outer` (a function with a name), whose range in the compiled text begins at column 10, or at 0.
    for (const start of ['K', 'A']) {
      writeFileSync(
        path,
        JSON.stringify({ ...map, names: [...map.names, 'outer'], scopes: `BFAAE,CBA,FG${start}A,GQ` }),
      )
      assert.equal(nameAt(url, 'a', 10), 'outer')
      assert.equal(nameAt(url, '', 21), '')
    }
  })

  test('V8’s own where the map has none, or has it for a parameter alone', (t) => {
    const { url } = writeBundle(t, 'var a=r=>r+1;[].map(e=>e)', [
      [6, 0, 18, 'value'],
      [20, 1, 8, 'element'],
    ])
    assert.equal(nameAt(url, 'a', 6), 'a')
    assert.equal(nameAt(url, '', 20), '')
  })
})

describe('the map of a file', () => {
  const frame = (url: string): Frame => ({ functionName: 'a', url, line: 1, column: 7 })
  const problemOf = (url: string) => {
    const maps = new SourceMaps()
    mapFrames([frame(url), frame(url)], maps)
    return describeMapProblems(maps.problems, basename)
  }

  for (const [name, text, message] of [
    ['is not there', '{}', /^shown as compiled: b\.js \(its map gone\.map is not there\)$/],
  ] as const) {
    test(`that ${name} is said once`, (t) => {
      const { folder } = writeBundle(t, text, [])
      writeFileSync(join(folder, 'b.js'), 'var a=r=>r\n//# sourceMappingURL=gone.map\n')
      assert.match(problemOf(pathToFileURL(join(folder, 'b.js')).href), message)
    })
  }

  for (const [name, map, message] of [
    ['is no JSON', '<html>404</html>', /its map is no JSON/],
    ['is of another version', '{"version":2,"mappings":""}', /version 2, not 3/],
    ['maps nothing', '{"version":3}', /maps nothing/],
    [
      'has a section in line 2^53',
      '{"version":3,"sections":[{"offset":{"line":9007199254740993,"column":0},"map":{"version":3,"sources":["a"],"names":[],"mappings":"AAAA"}}]}',
      /lines where no text is/,
    ],
    [
      'has ten million lines',
      `{"version":3,"sources":["a"],"names":[],"mappings":"${';'.repeat(1e7)}AAAA"}`,
      /lines where no text is/,
    ],
    ['is null', 'null', /version undefined, not 3/],
    ['has sources that are no list', '{"version":3,"sources":{},"mappings":"AAAA"}', /b|shown as compiled/],
  ] as const) {
    test(`that ${name} is said once`, (t) => {
      const { url, folder } = writeBundle(t, 'var a=r=>r', [])
      writeFileSync(join(folder, 'a.js.map'), map)
      assert.match(problemOf(url), message)
    })
  }

  test('files that are not on this machine are told together', () => {
    const maps = new SourceMaps()
    mapFrames(
      ['a', 'b', 'c', 'd', 'a'].map((name) => frame(`file:///nowhere/${name}.js`)),
      maps,
    )
    assert.equal(
      describeMapProblems(maps.problems, basename),
      'shown as compiled: a.js, b.js, c.js and 1 more (not on this machine)',
    )
  })

  for (const [name, comment] of [
    ['in a block comment', '/*# sourceMappingURL=a.js.map */'],
    ['in the old style', '//@ sourceMappingURL=a.js.map'],
    ['before code of a loader', '//# sourceMappingURL=a.js.map\nvar q = 1'],
    [
      'before a text that looks like one',
      '//# sourceMappingURL=a.js.map\nvar s = "//# sourceMappingURL=b.map"',
    ],
    ['with a carriage return', '//# sourceMappingURL=a.js.map\r'],
  ] as const) {
    test(`is found ${name}`, (t) => {
      const { url, folder } = writeBundle(t, '', [[4, 0, 6, 'increment']])
      writeFileSync(join(folder, 'a.js'), `var a=r=>r+1\n${comment}\n`)
      assert.equal(nameAt(url, 'a', 6), 'increment')
    })
  }

  for (const [name, data] of [
    [
      'in base64',
      (map: string) => `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`,
    ],
    ['in percents', (map: string) => `data:application/json,${encodeURIComponent(map)}`],
  ] as const) {
    test(`is read ${name}`, (t) => {
      const { url, folder } = writeBundle(t, '', [[4, 0, 6, 'increment']])
      const map = readFileSync(join(folder, 'a.js.map'), 'utf8')
      writeFileSync(join(folder, 'a.js'), `var a=r=>r+1\n//# sourceMappingURL=${data(map)}\n`)
      assert.equal(nameAt(url, 'a', 6), 'increment')
    })
  }
})
