// Profiles that this Node records here and now, by every way it has; their totals against sums of our own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { transformSync as transformBySwc } from '@swc/wasm-typescript'
import { buildSync, transformSync } from 'esbuild'
import { gatherChunks, sumBytes, sumTimes } from '../../tests/support/independent-sums.ts'
import { assertSameSums, costsByName } from '../../tests/support/same-sums.ts'
import { type Cleaner, cleanAfterSuite, once } from '../../tests/support/shared.ts'
import { mapFrames } from '../correct/map-sources.ts'
import { mergeProfiles } from '../model/merge.ts'
import type { Frame } from '../model/model.ts'
import { describeMapProblems, SourceMaps } from '../source/source-map.ts'
import type { OpenedProfile } from './document.ts'
import { openProfiles } from './open-profile.ts'

/** A main thread, a worker, evaluated code, and what the inspector answers. */
const BUNDLED = `
import { isMainThread, Worker } from 'node:worker_threads'
import { Session } from 'node:inspector'
import { writeFileSync } from 'node:fs'
import vm from 'node:vm'
const until = (ms: number) => Date.now() + ms
export const spinLong = (ms: number): number => { let sum = 0; for (const end = until(ms); Date.now() < end; ) sum += Math.sqrt(sum + 1); return sum }
class Store { kept: unknown[] = []; static fill(count: number): Store { const store = new Store(); for (let i = 0; i < count; i++) store.kept.push({ i, text: 'x'.repeat(50) + i }); return store } }
function inWorker(): number { return spinLong(150) }
if (!isMainThread) inWorker()
else {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  new Worker(new URL(import.meta.url))
  globalThis.store = Store.fill(200_000)
  spinLong(200)
  globalThis.eval('(function evaluated() { for (const end = Date.now() + 60; Date.now() < end; ); })()')
  vm.runInThisContext('(function scripted() { for (const end = Date.now() + 60; Date.now() < end; ); })()')
  session.post('Profiler.stop', (_, result) => writeFileSync('stopped.json', JSON.stringify({ id: 1, result })))
}
`

/** Compiled file by file, as tsx does, it has its map inside; a child process, WebAssembly, and a module that is a URL. */
const COMPILED = `
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
type Spin = (turns: number) => number
function isChild(): boolean { return process.argv[2] === 'child' }
const busyHere: Spin = (turns) => { let sum = 0; for (let i = 0; i < turns; i++) sum += Math.sqrt(i); return sum }
// (func (export "spin") (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
const bytes = Buffer.from('0061736d0100000001050160017f0003020100070801047370696e00000a10010e000340200041016b22000d000b0b', 'hex')
const spinInWasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.spin as Spin
const { spinInUrl } = await import('data:text/javascript,' + encodeURIComponent('export function spinInUrl(turns) { let sum = 0; for (let i = 0; i < turns; i++) sum += Math.sqrt(i); return sum }'))
const spins: readonly Spin[] = [busyHere, spinInWasm, spinInUrl]
for (const spin of spins) for (const end = Date.now() + 80; Date.now() < end; ) spin(1_000_000)
const session = new Session()
session.connect()
session.post('HeapProfiler.startSampling', { samplingInterval: 4096 })
globalThis.kept = Array.from({ length: 50_000 }, function keep(_, i) { return { i, text: 'x'.repeat(50) + i } })
session.post('HeapProfiler.stopSampling', (_, result) => writeFileSync('sampled.json', JSON.stringify({ id: 2, result })))
if (!isChild()) fork(process.argv[1]!, ['child'])
`

/** What erasing types does not make JavaScript; lines that a compiler moves. */
const TYPED = `
enum Kind { Small = 1, Big = 100 }

interface Item { kind: Kind }

class Cart {
  constructor(private readonly items: readonly Item[]) {}

  total(): number {
    return sumOf(this.items)
  }
}

function sumOf(items: readonly Item[]): number {
  let sum = 0
  for (const { kind } of items) for (let i = 0; i < kind * 100; i++) sum += Math.sqrt(i ^ sum)
  return sum
}

const cart = new Cart([{ kind: Kind.Small }, { kind: Kind.Big }])
for (const end = Date.now() + 200; Date.now() < end; ) cart.total()
`
const LINE_OF_SUM = TYPED.slice(0, TYPED.indexOf('function sumOf')).split('\n').length

const cleaner = cleanAfterSuite()
const recorded = once(async () => record(cleaner))

function record(cleaner: Cleaner): string {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-recording-'))
  cleaner.after(() => rmSync(folder, { recursive: true, force: true }))
  const entry = join(folder, 'app.ts')
  writeFileSync(entry, BUNDLED)
  buildSync({
    entryPoints: [entry],
    outfile: join(folder, 'app.mjs'),
    format: 'esm',
    minify: true,
    sourcemap: true,
  })
  const compiled = transformSync(COMPILED, { loader: 'ts', sourcefile: 'compiled.ts', sourcemap: 'inline' })
  writeFileSync(join(folder, 'compiled.mjs'), compiled.code)
  writeFileSync(join(folder, 'typed.ts'), TYPED)
  const bySwc = transformBySwc(TYPED, { mode: 'transform', sourceMap: true, filename: 'typed.ts' })
  writeFileSync(join(folder, 'swc.mjs'), `${bySwc.code}//# sourceMappingURL=swc.mjs.map`)
  writeFileSync(join(folder, 'swc.mjs.map'), bySwc.map!)
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } })
  const trace = [
    '--trace-event-categories',
    'disabled-by-default-v8.cpu_profiler',
    '--trace-event-file-pattern=trace.json',
  ]
  run('--cpu-prof', '--cpu-prof-dir=cpu', '--heap-prof', '--heap-prof-dir=heap', ...trace, 'app.mjs')
  run('--cpu-prof', '--cpu-prof-dir=compiled', 'compiled.mjs')
  run('--cpu-prof', '--cpu-prof-dir=swc', 'swc.mjs')
  run('--import', import.meta.resolve('tsx'), '--cpu-prof', '--cpu-prof-dir=tsx', 'typed.ts')
  return folder
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

/** The profiles of a file; each costs what the file says. */
async function openSame(path: string): Promise<OpenedProfile[]> {
  const opened = await openProfiles(path, path)
  const { result, traceEvents, ...content } = readJson(path)
  const raw = result?.profile ?? content
  const expected =
    traceEvents === undefined
      ? [raw.head === undefined ? sumTimes(raw) : sumBytes(raw.head)]
      : gatherChunks(traceEvents).map(sumTimes)
  assert.equal(opened.length, expected.length)
  const total = (sums: Map<string, number>) => [...sums.values()].reduce((sum, cost) => sum + cost, 0)
  const byTotal = (a: Map<string, number>, b: Map<string, number>) => total(a) - total(b)
  const [found, wanted] = [opened.map(costsByUrl).sort(byTotal), expected.map(withUrls).sort(byTotal)]
  for (const [i, sums] of wanted.entries()) assertSameSums(found[i]!, sums)
  for (const { losses } of opened) assert.deepEqual(losses, [])
  return opened
}

const costsByUrl = (opened: OpenedProfile) => withUrls(costsByName(opened))

/** V8 tells the path of some modules and the URL of others. */
function withUrls(sums: Map<string, number>): Map<string, number> {
  const all = new Map<string, number>()
  for (const [name, cost] of sums) {
    const key = name.replace(/ file:\/\/(?=\/)/, ' ')
    all.set(key, (all.get(key) ?? 0) + cost)
  }
  return all
}

function framesOf(opened: OpenedProfile, maps = new SourceMaps()): Frame[] {
  const { frames } = opened.kind === 'cpu' ? opened.profile : opened.heap.tree
  return mapFrames(frames, maps)
}

/** In the words of the sources. */
function namesOf(opened: OpenedProfile): string[] {
  return framesOf(opened).map(({ functionName }) => functionName)
}

/** Where the sources have a function. */
function placesOf(opened: readonly OpenedProfile[], name: string, maps = new SourceMaps()): string[] {
  return opened
    .flatMap((one) => framesOf(one, maps))
    .flatMap(({ functionName, url, line }) => (functionName === name ? [`${basename(url)}:${line}`] : []))
}

function assertNamed(all: readonly (readonly string[])[], names: readonly string[]): void {
  const found = new Set(all.flat())
  assert.deepEqual(
    names.filter((name) => !found.has(name)),
    [],
    [...found].join(', '),
  )
}

async function openFolder(name: string): Promise<OpenedProfile[]> {
  const folder = join(await recorded(), name)
  const files = await Promise.all(readdirSync(folder).map((file) => openSame(join(folder, file))))
  return files.flat()
}

describe('what this Node records costs what its files say, in the words of the sources', () => {
  test('--cpu-prof of a minified bundle, a file a thread; all as one, too', async () => {
    const opened = await openFolder('cpu')
    assert.equal(opened.length, 2)
    const names = opened.map(namesOf)
    assertNamed(names, ['spinLong', 'evaluated', 'scripted'])
    assert.ok(
      names.every((list) => list.includes('spinLong') && !list.includes('ms')),
      'a parameter is no name',
    )
    const cpu = opened.flatMap((one) => (one.kind === 'cpu' ? [one] : []))
    const all = costsByName({ ...cpu[0]!, profile: mergeProfiles(cpu.map(({ profile }) => profile)) })
    const expected = cpu.map(costsByName).reduce((sum, costs) => {
      for (const [name, cost] of costs) sum.set(name, (sum.get(name) ?? 0) + cost)
      return sum
    }, new Map<string, number>())
    assertSameSums(all, expected)
  })

  test('--cpu-prof of compiled TypeScript: a child process, WebAssembly, a module that is a URL', async () => {
    const opened = await openFolder('compiled')
    assert.equal(opened.length, 2)
    for (const one of opened) assertNamed([namesOf(one)], ['busyHere', 'spinInUrl'])
    const { frames } = opened[0]!.kind === 'cpu' ? opened[0]!.profile : assert.fail()
    assert.ok(frames.some(({ url, functionName }) => url.startsWith('wasm:') || /wasm/.test(functionName)))
  })

  test('--cpu-prof of what swc compiled', async () => {
    assert.deepEqual(placesOf(await openFolder('swc'), 'sumOf'), [`typed.ts:${LINE_OF_SUM}`])
  })

  test('--cpu-prof of what tsx compiled in memory: the place is where the file has the name', async () => {
    const maps = new SourceMaps()
    const opened = await openFolder('tsx')
    assert.deepEqual(placesOf(opened, 'sumOf', maps), [`typed.ts:${LINE_OF_SUM}`])
    assert.match(
      describeMapProblems(maps.problems, basename),
      /^shown as compiled: typed\.ts \(it was compiled in memory/,
    )
  })

  test('--heap-prof', async () => {
    assertNamed((await openFolder('heap')).map(namesOf), ['fill'])
  })

  test('answers of the inspector, of time and of memory', async () => {
    const folder = await recorded()
    assertNamed((await openSame(join(folder, 'stopped.json'))).map(namesOf), ['spinLong', 'evaluated'])
    assertNamed((await openSame(join(folder, 'sampled.json'))).map(namesOf), ['keep'])
  })

  test('trace events: a profile a thread', async () => {
    const opened = await openSame(join(await recorded(), 'trace.json'))
    assert.ok(new Set(opened.map(({ name }) => name)).size >= 2, opened.map(({ name }) => name).join())
    assertNamed(opened.map(namesOf), ['spinLong'])
  })
})
