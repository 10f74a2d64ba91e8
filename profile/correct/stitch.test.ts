import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { countProgram } from '../../tests/support/counted-program.ts'
import { drawProfile } from '../../tests/support/drawn.ts'
import type { CpuProfile } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { pathTo } from '../model/tree.ts'
import { stitchContinuations } from './stitch.ts'

const PROGRAM = `
export async function op() {
  await one(1)
  await two(2)
  await Promise.all([3, 4].map((n) => pick(n)))
  await walk(2)
  await method({ go: shared }, 1)
}
async function one(n) { await null; await load(n); await load(n); await load(n); return spin(n) }
async function two(n) { await null; return load(n) }
async function load(n) { await null; return n }
async function pick(n) { await null; return n }
async function walk(n) { await null; return n === 0 ? 0 : walk(n - 1) }
async function method(object, n) { await null; return object.go(n) }
async function shared(n) { await null; return n }
function spin(n) { return n }
`

/** Stacks with their times, after the continuations among them were put back; names without their places. */
async function stitch(t: TestContext, stacks: Readonly<Record<string, number>>) {
  const { sources, at } = await countProgram(t, { 'index.mjs': PROGRAM })
  const place = (path: string) =>
    path
      .split(' > ')
      .map((name) => (/^\w+$/.test(name) ? at(name) : name))
      .join(' > ')
  const drawn = drawProfile(
    Object.entries(stacks).flatMap(([path, us]) =>
      Array.from({ length: 8 }, () => [place(path), us / 8] as const),
    ),
  )
  return stacksOf(stitchContinuations(drawn, sources, '(root)').profile)
}

function stacksOf(profile: CpuProfile): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [node, us] of selfTimeByNode(profile).entries()) {
    if (us === 0) continue
    const names = pathTo(profile.nodeParent, node)
      .slice(1)
      .map((at) => profile.frames[profile.nodeFrame[at]!]!.functionName)
    found[names.join(' > ')] = Math.round(us)
  }
  return found
}

describe('a function that goes on after an await', () => {
  test('is put below the only one that calls it, with what it calls', async (t) => {
    assert.deepEqual(await stitch(t, { 'op > one': 80, 'one > spin': 80 }), {
      'op > one': 80,
      'op > (await) > one > spin': 80,
    })
  })

  test('leaves the engine’s own functions where they are', async (t) => {
    const engine = 'processTicksAndRejections@node:internal/process/task_queues:67'
    assert.deepEqual(await stitch(t, { [engine]: 80, [`${engine} > two`]: 80 }), {
      processTicksAndRejections: 80,
      'op > (await) > two': 80,
    })
  })

  test('is put below all who call it, in proportion to their calls', async (t) => {
    assert.deepEqual(await stitch(t, { load: 800 }), {
      'op > one > (await) > load': 600,
      'op > two > (await) > load': 200,
    })
  })

  test('that calls itself is put below who called it first', async (t) => {
    assert.deepEqual(await stitch(t, { walk: 80, 'walk > walk': 80 }), {
      'op > (await) > walk': 80,
      'op > (await) > walk > walk': 80,
    })
  })

  test('that a list of promises waits for is put below the function in which it was called', async (t) => {
    assert.deepEqual(await stitch(t, { pick: 80 }), { 'op >  > (await) > pick': 80 })
  })

  test('stays where it is if somebody unknown calls it, too', async (t) => {
    assert.deepEqual(await stitch(t, { shared: 80, 'elsewhere@file:///x.mjs:3': 80 }), {
      shared: 80,
      elsewhere: 80,
    })
  })

  test('stays where it is if it is what the op begins with', async (t) => {
    assert.deepEqual(await stitch(t, { op: 80 }), { op: 80 })
  })
})
