import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inflateRawSync } from 'node:zlib'
import { exportPprof } from '../../profile/export/pprof.ts'
import { decodeGraph, type Graph } from '../../profile/flamegraph/data.ts'
import { drawProfile } from '../support/drawn.ts'

const FIXTURES = fileURLToPath(new URL('../fixtures/opened/', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../scripts/flamegate.mjs', import.meta.url))

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-view-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly page: string
  readonly graphs: readonly Graph[]
}

/** @param input what is piped in */
function run(cwd: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', PROGRAM, ...args, '--no-open'],
    { cwd },
  )
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => (said.stdout += text))
  child.stderr.on('data', (text) => (said.stderr += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const path = /^flamegraph: (.*)$/m.exec(said.stdout)?.[1] ?? /"page": "(.*)"/.exec(said.stdout)?.[1]
      const page = path === undefined ? '' : readFileSync(JSON.parse(`"${path}"`), 'utf8')
      resolve({ code, ...said, page, graphs: graphsIn(page) })
    })
  })
}

function graphsIn(page: string): Graph[] {
  const packed = page.matchAll(/<script type="text\/plain" class="graph"[^>]*>([^<]*)</g)
  return [...packed].map(([, base64]) => {
    const bytes = inflateRawSync(Buffer.from(base64!, 'base64'))
    return decodeGraph(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
  })
}

const namesOf = ({ frames }: Graph) => frames.map(({ name }) => name).sort()

describe('flamegate view', () => {
  test('a folder: a switcher, one table of all, and what is no profile is counted', async (t) => {
    const folder = createFolder(t)
    mkdirSync(join(folder, 'profiles/deeper'), { recursive: true })
    copyFileSync(join(FIXTURES, 'two-roots.json'), join(folder, 'profiles/main'))
    copyFileSync(join(FIXTURES, 'mostly-idle.json'), join(folder, 'profiles/deeper/worker.txt'))
    writeFileSync(join(folder, 'profiles/README'), 'no profile')
    const { code, stdout, stderr, graphs } = await run(folder, ['view', 'profiles'])
    assert.equal(code, 0, stderr)
    assert.match(stderr, /passed over: 1 of the files are no profiles/)
    assert.deepEqual(
      graphs.map(({ id }) => id),
      ['all 2 profiles', 'worker.txt', 'main'],
    )
    const lines = stdout.split('\n')
    assert.match(
      lines[0]!,
      /^worker\.txt: 999 ms, 1,000 stack samples every 1\.00 ms: busy 2\.9 % \(29\.0 ms\), idle 97\.1 %; GC/,
    )
    assert.match(lines[2]!, /^all 2 profiles: /)
    assert.match(stdout, / 58\.8 % +20\.0 ms self +20\.0 ms total {2}handler/)
    assert.match(stdout, / 8\.8 % +3\.00 ms self +3\.00 ms total {2}work/)
    assert.deepEqual(namesOf(graphs[0]!), ['(root)', 'handler', 'main', 'query', 'timer', 'work'])
  })

  test('what is piped in, whatever it is', async (t) => {
    const pprof = Buffer.from(exportPprof(drawProfile([['a > b', 3000]])))
    for (const input of [readFileSync(join(FIXTURES, 'gzipped.json.gz')), pprof]) {
      const { code, stdout } = await run(createFolder(t), ['view', '-'], input)
      assert.equal(code, 0)
      assert.match(stdout, /^stdin: /)
    }
  })

  test('one of several that cannot be read costs only itself, and the exit code', async (t) => {
    const { code, stdout, stderr } = await run(createFolder(t), [
      'view',
      join(FIXTURES, 'two-roots.json'),
      'nowhere',
    ])
    assert.equal(code, 2)
    assert.match(stderr, /nowhere/)
    assert.match(stdout, /\bwork\b/)
  })

  test('what was left out is on the console and on the page', async (t) => {
    const { stdout, graphs } = await run(createFolder(t), ['view', join(FIXTURES, 'missing-node.json')])
    assert.match(stdout, /^left out: 1 of 10 stack samples \(10\.0 %\): it names a node that is not there$/m)
    assert.match(graphs[0]!.note, /left out: 1 of 10 stack samples/)
  })

  test('control-characters: visible, and cut', async (t) => {
    const { stdout } = await run(createFolder(t), ['view', join(FIXTURES, 'control-characters.json')])
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u)
    assert.match(stdout, /\\x00 \\x1b\[31m red/)
    assert.ok(stdout.split('\n').every((line) => line.length < 300))
  })

  test('an export is what was understood: viewed again, the same rows', async (t) => {
    const folder = createFolder(t)
    const rowsOf = (stdout: string) =>
      stdout.split('\n').flatMap((line) => /^ .*%.* self .* total {2}(\S+)/.exec(line)?.[0] ?? [])
    for (const fixture of ['generated-code.json', 'chrome-trace.json', 'sub-microsecond-deltas.json']) {
      const first = await run(folder, ['view', join(FIXTURES, fixture), '--export', 'cpuprofile', 'pprof'])
      for (const format of ['cpuprofile', 'pprof']) {
        const path = new RegExp(`^${format} of .*?: (.*)$`, 'm').exec(first.stdout)![1]!
        const again = await run(folder, ['view', path])
        assert.equal(again.code, 0, again.stderr)
        assert.deepEqual(rowsOf(again.stdout).sort(), rowsOf(first.stdout).sort(), `${fixture} as ${format}`)
      }
    }
  })

  test('--json: summaries and functions of all and of each, of time and of memory', async (t) => {
    const files = ['two-roots.json', 'mostly-idle.json', 'heap-profile.json'].map((name) =>
      join(FIXTURES, name),
    )
    const { code, stdout, graphs } = await run(createFolder(t), ['view', ...files, '--json'])
    assert.equal(code, 0)
    const { profiles } = JSON.parse(stdout)
    assert.deepEqual(
      profiles.map(({ name, unit, busyUs }: Record<string, unknown>) => [name, unit, busyUs]),
      [
        ['all 2 profiles', 'microseconds', 34_000],
        ['two-roots.json', 'microseconds', 5_000],
        ['mostly-idle.json', 'microseconds', 29_000],
        ['heap-profile.json', 'bytes', undefined],
      ],
    )
    assert.deepEqual(profiles[1].functions[0], {
      name: 'work',
      file: '/app/a.js',
      line: 10,
      self: 3_000,
      total: 3_000,
      share: 0.6,
    })
    assert.equal(graphs.length, 4)
  })

  test('nothing was sampled: exit code 2', async (t) => {
    const { code, stderr } = await run(createFolder(t), ['view', join(FIXTURES, 'empty-heap-profile.json')])
    assert.equal(code, 2)
    assert.match(stderr, /nothing was sampled\nhint: /)
  })

  test('a page has nobody’s home folder, unless it is asked for', async (t) => {
    const folder = createFolder(t)
    const text = readFileSync(join(FIXTURES, 'two-roots.json'), 'utf8')
    const home = homedir().replaceAll('\\', '/')
    const own = text.replace(
      'file:///app/a.js',
      `file://${home.startsWith('/') ? '' : '/'}${home}/other/a.js`,
    )
    writeFileSync(join(folder, 'a'), own.replace('file:///app/t.js', 'file:///C:/Users/jane/x/t.js'))
    const shared = await run(folder, ['view', 'a'])
    const files = new Set(shared.graphs[0]!.frames.map(({ file }) => file))
    assert.ok(
      [...files].some((file) => /^~[/\\]other[/\\]a\.js$/.test(file)),
      [...files].join(),
    )
    assert.ok(![...files].some((file) => file.includes('jane')))
    const whole = await run(folder, ['view', 'a', '--absolute-paths'])
    assert.ok(whole.graphs[0]!.frames.some(({ file }) => file.replaceAll('\\', '/') === `${home}/other/a.js`))
  })
})

describe('flamegate diff', () => {
  const write = (path: string, stacks: Parameters<typeof drawProfile>[0]) =>
    writeFileSync(path, exportPprof(drawProfile(stacks)))
  const many = (path: string, count: number) => Array.from({ length: count }, () => [path, 1000] as const)

  test('names whose share or time moved, with the page, and what it cannot prove', async (t) => {
    const folder = createFolder(t)
    write(join(folder, 'before'), [...many('a', 100), ...many('b', 100)])
    write(join(folder, 'after'), [...many('a', 200), ...many('b', 100)])
    const { code, stdout, graphs } = await run(folder, ['diff', 'before', 'after'])
    assert.equal(code, 0)
    assert.match(stdout, /\+16\.7 points {2}50\.0 % → 66\.7 % +100 ms → 200 ms +a /)
    assert.ok(stdout.indexOf('  a  ') < stdout.indexOf('  b  '))
    assert.match(stdout, /two single profiles cannot prove a change/)
    const { diff } = graphs[0]!
    assert.deepEqual([diff!.totalBaseline, diff!.totalCandidate], [2e8, 3e8])
    assert.match(graphs[0]!.note, /cannot prove/)
  })

  test('--json; the same profile twice has moved nothing', async (t) => {
    const folder = createFolder(t)
    write(join(folder, 'a'), [...many('a', 100), ...many('b', 3)])
    const { code, stdout } = await run(folder, ['diff', 'a', 'a', '--json'])
    assert.equal(code, 0)
    const { functions, insideNoise, caveat, unit } = JSON.parse(stdout)
    assert.deepEqual([functions, insideNoise, unit], [[], 2, 'microseconds'])
    assert.match(caveat, /cannot prove/)
  })

  test('another format, another folder, another length: the same functions', async (t) => {
    const folder = createFolder(t)
    write(join(folder, 'a'), [
      ...many('a@file:///old/src/a.js:3', 90),
      ...many('b@file:///old/src/b.js:9', 10),
    ])
    write(join(folder, 'b'), [
      ...many('a@file:///new/app/src/a.js:5', 900),
      ...many('b@file:///new/app/src/b.js:9', 100),
    ])
    const { stdout } = await run(folder, ['diff', 'a', 'b'])
    assert.match(stdout, /no function’s share or time moved/)
    assert.match(stdout, /only shares are compared/)
  })

  test('time and memory have nothing in common: exit code 2', async (t) => {
    const files = ['two-roots.json', 'heap-profile.json'].map((name) => join(FIXTURES, name))
    const { code, stderr } = await run(createFolder(t), ['diff', ...files])
    assert.equal(code, 2)
    assert.match(stderr, /nothing in common/)
  })
})
