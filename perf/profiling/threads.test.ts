import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { exportCpuProfile } from '../../profile/export/cpuprofile.ts'
import { discloseBelow } from '../../profile/flamegraph/disclosure.ts'
import { drawProfile, drawStacks } from '../../tests/support/drawn.ts'
import { findThreadFiles, graphOfThreads, readWorkerThreads } from './threads.ts'

const OWN = 4711
const all = [{ startUs: 0, endUs: 1e9 }]

async function leave(t: { after(fn: () => unknown): void }, files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-threads-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return findThreadFiles(folder, OWN)
}

const main = exportCpuProfile(drawProfile([['a', 3000]]))
const worker = exportCpuProfile(
  drawProfile([
    ['w', 1000],
    ['(idle)', 5000],
    ['w > x', 2000],
  ]),
)

describe('the threads of a measured process', () => {
  test('its own files, never those of a child process', async (t) => {
    const files = await leave(t, {
      'CPU.20260101.120000.99.0.001.cpuprofile': main,
      [`CPU.20260101.120000.${OWN}.2.002.cpuprofile`]: worker,
      [`CPU.20260101.120000.${OWN}.0.003.cpuprofile`]: main,
      'v8.log': '',
    })
    assert.deepEqual([...files.keys()].sort(), [0, 2])
    assert.match(files.get(0)!, /\.4711\.0\./)
  })

  test('workers as far as they ran while ops were measured; what is broken is none', async (t) => {
    const files = await leave(t, {
      [`CPU.20260101.120000.${OWN}.0.001.cpuprofile`]: main,
      [`CPU.20260101.120000.${OWN}.1.002.cpuprofile`]: worker,
      [`CPU.20260101.120000.${OWN}.2.003.cpuprofile`]: '{"nodes":[',
    })
    // Taken at 0, 1000 and 6000: each moment belongs to the nearest stack sample.
    assert.deepEqual(readWorkerThreads(files, all).map(drawStacks), [
      ['(root) > w 500', '(root) > (idle) 3000', '(root) > w > x 4500'],
    ])
    assert.deepEqual(readWorkerThreads(files, [{ startUs: 6500, endUs: 7000 }]).map(drawStacks), [
      ['(root) > w > x 500'],
    ])
    assert.deepEqual(readWorkerThreads(files, [{ startUs: 1e6, endUs: 1e9 }]), [])
  })

  test('one graph of all their busy time; none where they only waited', async () => {
    const profile = drawProfile([
      ['w', 1000],
      ['(idle)', 1000],
    ])
    const graph = graphOfThreads([profile, profile], 'a/b', discloseBelow('/'))!
    assert.equal(graph.id, 'a/b, worker threads')
    assert.equal(
      graph.nodeSelf.reduce((sum, ns) => sum + ns, 0),
      2e6,
    )
    assert.match(graph.note, /^2 profiles of worker threads, busy for 2\.00 ms/)
    assert.equal(graphOfThreads([drawProfile([['(idle)', 1000]])], 'a/b', discloseBelow('/')), undefined)
  })
})
