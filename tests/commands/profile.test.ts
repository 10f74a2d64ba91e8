import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseCpuProfile } from '../../profile/import/document.ts'
import { assertNoneLeft, markOf } from '../support/processes.ts'
import { createProject, finish, runCommand, startCommand } from '../support/project.ts'
import { type Cleaner, cleanAfterSuite, once } from '../support/shared.ts'

const TARGET = `
export function work(n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += costly(i)
  return sum
}
function costly(i: number): number {
  return JSON.stringify({ i, list: [i, i + 1] }).length
}
`
const MICRO = `micro({ id: 'work/sum.micro', setup: (target) => target, op: (target: Target) => target.work(50) }),`
const HTTP = `http({ id: 'work/sum.http', serve: (target) => createServer((q, s) => { q.resume(); q.on('end', () => s.end(String(target.work(50)))) }), requests: [{ method: 'POST', path: '/', body: {} }], expectStatus: 200 }),`
const SHORT = ['--seconds', '0.5', '--no-open']
const project = (t: Cleaner, scenarios = MICRO + HTTP) => createProject(t, scenarios, TARGET)

const t = cleanAfterSuite()
/** Both scenarios by the usual profiler, with every export. */
const profiled = once(async () => {
  const root = await project(t)
  const args = ['profile', 'work', ...SHORT, '--export', 'speedscope', 'pprof', 'folded']
  return { root, ...(await runCommand(root, args)) }
})

describe('flamegate profile', () => {
  test('hot functions with place and calls, one page for all, a corrected profile each', async () => {
    const { root, code, stdout } = await profiled()
    assert.equal(code, 0)
    assert.match(stdout, /work\/sum\.micro by cpu-prof/)
    assert.match(stdout, / 50 calls .*costly {2}packages\/demo\/target\.ts:7/)
    assert.match(stdout, /flamegraph: .*flamegraph\.html\n$/)
    const folder = join(root, 'tmp/perf/latest')
    assert.match(
      await readFile(join(folder, 'flamegraph.html'), 'utf8'),
      /data-id="work\/sum\.http".*\n.*data-id="work\/sum\.micro"/,
    )
    const file = await readFile(join(folder, 'profiles/work-sum.micro.cpu-prof.cpuprofile'))
    const { frames, nodeFrame } = parseCpuProfile(file, 'x')
    assert.equal(frames[nodeFrame[1]!]!.functionName, 'work/sum.micro')
    assert.ok(frames.some(({ functionName, line }) => functionName === 'costly' && line === 7))
  })

  for (const backend of ['v8-profiler-next', 'heap-prof']) {
    test(`--with ${backend}`, async (t) => {
      const { code, stdout } = await runCommand(
        await project(t),
        ['profile', '--with', backend, ...SHORT],
        markOf(backend),
      )
      assert.equal(code, 0, stdout)
      assert.match(stdout, new RegExp(`work/sum\\.http by ${backend}`))
      assert.doesNotMatch(stdout, /failed|skipped/)
      if (backend !== 'heap-prof') assert.match(stdout, /costly {2}packages\/demo\/target\.ts:7/)
      assertNoneLeft(backend)
    })
  }

  for (const backend of ['0x', 'clinic-flame', 'clinic-doctor', 'clinic-heapprofiler', 'clinic-bubbleprof']) {
    test(`--with ${backend}: ends by itself, and says what it found`, async (t) => {
      const root = await project(t, MICRO)
      const { code, stdout } = await runCommand(
        root,
        ['profile', '--with', backend, ...SHORT],
        markOf(backend),
      )
      assert.match(stdout, /work\/sum\.micro by .*\n {2}(\d.* [kM]B|empty: )/)
      assert.ok(code === 0 || /empty: /.test(stdout), stdout)
      assertNoneLeft(backend)
      assert.deepEqual((await readdir(root)).sort(), ['package.json', 'packages', 'tmp'])
    })
  }

  test('exports, each under its name', async () => {
    const { root } = await profiled()
    const suffixes = ['cpuprofile', 'folded.txt', 'pb.gz', 'speedscope.json']
    assert.deepEqual(
      (await readdir(join(root, 'tmp/perf/latest/profiles'))).sort(),
      ['http', 'micro'].flatMap((kind) => suffixes.map((suffix) => `work-sum.${kind}.cpu-prof.${suffix}`)),
    )
  })

  test('compiled code with a source map shows its sources', async (t) => {
    const root = await project(t, MICRO)
    await mkdir(join(root, 'packages/demo/dist'))
    // Two generated lines further down than in src.ts; the map says so line by line.
    const source = TARGET.replaceAll(': number', '')
    const mappings = `;;${source
      .split('\n')
      .map((_, i) => (i === 0 ? 'AAAA' : 'AACA'))
      .join(';')}`
    const map = { version: 3, file: 'out.js', sources: ['../src.ts'], names: [], mappings }
    await writeFile(
      join(root, 'packages/demo/dist/out.js'),
      `\n\n${source}\n//# sourceMappingURL=out.js.map\n`,
    )
    await writeFile(join(root, 'packages/demo/dist/out.js.map'), JSON.stringify(map))
    await writeFile(join(root, 'packages/demo/src.ts'), TARGET)
    await writeFile(join(root, 'packages/demo/target.ts'), `export { work } from './dist/out.js'\n`)
    const { stdout } = await runCommand(root, ['profile', ...SHORT])
    assert.match(stdout, / 50 calls .*costly {2}packages\/demo\/src\.ts:7/)
  })

  for (const [name, args, message] of [
    ['an unknown profiler', ['--with', 'gdb'], /argument 'gdb' is invalid\. Allowed choices are cpu-prof, /],
    [
      'an unknown format',
      ['--export', 'svg'],
      /argument 'svg' is invalid\. Allowed choices are cpuprofile, /,
    ],
    ['a filter that matches nothing', ['wrok'], /no scenario matches 'wrok'/],
  ] as const) {
    test(`${name} is exit code 2`, async (t) => {
      const { code, stderr } = await runCommand(await project(t), ['profile', ...args])
      assert.equal(code, 2)
      assert.match(stderr, message)
    })
  }

  test('a scenario that fails is told, and the exit code says so when nothing was profiled', async (t) => {
    const bad = `micro({ id: 'bad/op.micro', setup: () => 0, op() { throw new Error('boom') } }),`
    const { code, stdout } = await runCommand(await project(t, bad), ['profile', ...SHORT])
    assert.equal(code, 2)
    assert.match(stdout, /failed: boom/)
  })

  test('Ctrl-C: exit code 130, and no process left', { skip: process.platform === 'win32' }, async (t) => {
    const root = await project(t)
    const child = startCommand(
      root,
      ['profile', '--seconds', '30', '--no-open', '--with', '0x'],
      markOf('stop'),
    )
    const done = finish(child)
    child.stderr!.once('data', () => setTimeout(() => child.kill('SIGINT'), 1500))
    assert.equal((await done).code, 130)
    assertNoneLeft('stop')
  })
})

describe('flamegate view', () => {
  test('hot functions and a page of a profile taken by hand', async () => {
    const { root } = await profiled()
    const file = join(root, 'tmp/perf/latest/profiles/work-sum.micro.cpu-prof.cpuprofile')
    const { code, stdout } = await runCommand(root, ['view', file, '--no-open'])
    assert.equal(code, 0)
    assert.match(stdout, /% .* self .* total {2}costly {2}packages\/demo\/target\.ts:7/)
  })

  for (const [name, text, message] of [
    ['empty', '', /a\.cpuprofile is no profile that can be read: it is empty/],
    ['truncated', '{"nodes":[{"id":1,"callFrame":{"functionName":"a', /is a broken profile: .*end of/],
    ['foreign', '{"a":1}', /is no profile that can be read: it has no nodes/],
    ['hostile', '['.repeat(100_000), /is a broken profile: .*end of/],
    ['deep', `{"x":${'['.repeat(100_000)}`, /is a broken profile: .*end of/],
  ] as const) {
    test(`a ${name} file is exit code 2 and a hint`, async (t) => {
      const root = await project(t)
      await writeFile(join(root, 'a.cpuprofile'), text)
      const { code, stderr } = await runCommand(root, ['view', 'a.cpuprofile'])
      assert.equal(code, 2)
      assert.match(stderr, message)
      assert.match(stderr, /hint: /)
    })
  }

  test('a missing file is exit code 2', async (t) => {
    const { code, stderr } = await runCommand(await project(t), ['view', 'nowhere.cpuprofile'])
    assert.equal(code, 2)
    assert.match(stderr, /nowhere\.cpuprofile/)
  })
})
