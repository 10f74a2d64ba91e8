// Profiles that this Node records here and now, by every way it has; their totals against sums of our own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSync } from 'esbuild'
import { type Cleaner, cleanAfterSuite, once } from '../../tests/support/shared.ts'
import { mapFrames } from '../correct/map-sources.ts'
import { functionCosts } from '../model/functions.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import { SourceMaps } from '../source/source-map.ts'
import type { OpenedProfile } from './document.ts'
import { openProfiles } from './open-profile.ts'

const SOURCE = `
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

const cleaner = cleanAfterSuite()
const recorded = once(async () => record(cleaner))

function record(cleaner: Cleaner): string {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-recording-'))
  cleaner.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'app.ts'), SOURCE)
  const entry = join(folder, 'app.ts')
  buildSync({
    entryPoints: [entry],
    outfile: join(folder, 'app.mjs'),
    format: 'esm',
    minify: true,
    sourcemap: true,
  })
  const flags = ['--cpu-prof', '--cpu-prof-dir=cpu', '--heap-prof', '--heap-prof-dir=heap']
  const trace = [
    '--trace-event-categories',
    'disabled-by-default-v8.cpu_profiler',
    '--trace-event-file-pattern=trace.json',
  ]
  execFileSync(process.execPath, [...flags, ...trace, 'app.mjs'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  return folder
}

async function open(path: string): Promise<OpenedProfile[]> {
  return openProfiles(path, path)
}

/** Names by self cost, in the words of the sources. */
function namesOf(opened: OpenedProfile): string[] {
  const [tree, self] =
    opened.kind === 'cpu'
      ? [opened.profile, selfTimeByNode(opened.profile)]
      : [opened.heap.tree, opened.heap.selfBytes]
  const frames = mapFrames(tree.frames, new SourceMaps())
  return functionCosts(tree, self)
    .filter((cost) => cost.self > 0)
    .map(({ frame }) => frames[frame]!.functionName)
}

describe('what this Node records', () => {
  test('--cpu-prof, a file a thread: times are those between first and last sample', async () => {
    const folder = join(await recorded(), 'cpu')
    const files = readdirSync(folder).sort()
    assert.equal(files.length, 2)
    const names = await Promise.all(
      files.map(async (file) => {
        const [opened] = await open(join(folder, file))
        assert.ok(opened?.kind === 'cpu')
        const { timeDeltas, samples } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
        const { sampleUs, sampleNode } = opened.profile
        assert.equal(sampleNode.length, samples.length)
        const between = timeDeltas.slice(1).reduce((sum: number, us: number) => sum + us, 0)
        // Without the last one's time, which the file does not tell.
        const sum = sumOf(sampleUs) - sampleUs.at(-1)!
        // Samples that V8 hands over late move the first or last one.
        assert.ok(Math.abs(sum - between) <= 0.05 * between, `${sum}, not ${between}`)
        return namesOf(opened)
      }),
    )
    assert.ok(names.flat().includes('evaluated') && names.flat().includes('scripted'))
    assert.ok(
      names.every((list) => list.includes('spinLong')),
      names.join('\n'),
    )
    assert.ok(!names.flat().includes('ms'), 'a parameter is no name')
  })

  test('--heap-prof: bytes are those of the file', async () => {
    const folder = join(await recorded(), 'heap')
    const all = await Promise.all(
      readdirSync(folder).map(async (file) => ({ file, opened: await open(join(folder, file)) })),
    )
    for (const { file, opened } of all) {
      assert.ok(opened[0]?.kind === 'heap')
      const sum = (node: { selfSize: number; children: never[] }): number =>
        node.children.reduce((total, child) => total + sum(child), node.selfSize)
      assert.equal(
        sumOf(opened[0].heap.selfBytes),
        sum(JSON.parse(readFileSync(join(folder, file), 'utf8')).head),
      )
    }
    assert.ok(
      all.some(({ opened }) => namesOf(opened[0]!).includes('fill')),
      'in the words of the source',
    )
  })

  test('the answer of the inspector', async () => {
    const [opened] = await open(join(await recorded(), 'stopped.json'))
    assert.ok(namesOf(opened!).includes('spinLong'))
  })

  test('trace events: a profile a thread', async () => {
    const opened = await open(join(await recorded(), 'trace.json'))
    assert.ok(new Set(opened.map(({ name }) => name)).size >= 2, opened.map(({ name }) => name).join())
    for (const one of opened) assert.ok(one.kind === 'cpu' && one.losses.length === 0)
    assert.ok(opened.some((one) => namesOf(one).includes('spinLong')))
  })
})
