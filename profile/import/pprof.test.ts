import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  Line,
  Location,
  type LocationInput,
  Function as PprofFunction,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'
import { drawProfile, drawStacks } from '../../tests/support/drawn.ts'
import { exportPprof } from '../export/pprof.ts'
import { functionCosts } from '../model/functions.ts'
import { describeLoss } from '../model/losses.ts'
import { openProfiles } from './open-profile.ts'

/** A file of `values`, whose stacks name locations from 1, leaf first. */
function draw(
  values: readonly (readonly [type: string, unit: string])[],
  stacks: readonly (readonly [stack: readonly number[], ...values: (number | bigint)[]])[],
  more: {
    readonly locations?: readonly LocationInput[]
    readonly period?: number
    readonly byDefault?: string
  } = {},
): Buffer {
  const strings = new StringTable()
  const text = (value: string) => strings.dedup(value)
  const named = ['leaf', 'middle', 'top', '(root)'].map(
    (name, i) => new PprofFunction({ id: i + 1, name: text(name), filename: text(`/app/${i}.js`) }),
  )
  const locations = named.map(({ id }) => ({
    id,
    line: [new Line({ functionId: id, line: 10 * Number(id) })],
  }))
  return Buffer.from(
    new Profile({
      sampleType: values.map(([type, unit]) => new ValueType({ type: text(type), unit: text(unit) })),
      sample: stacks.map(([locationId, ...value]) => new Sample({ locationId: [...locationId], value })),
      location: [...locations, ...(more.locations ?? [])].map((location) => new Location(location)),
      function: named,
      stringTable: strings,
      ...(more.period && {
        period: more.period,
        periodType: new ValueType({ type: text('cpu'), unit: text('nanoseconds') }),
      }),
      ...(more.byDefault && { defaultSampleType: text(more.byDefault) }),
    }).encode(),
  )
}

async function stacksOf(file: Buffer): Promise<string[]> {
  const [opened] = await openProfiles(file, 'x')
  assert.ok(opened?.kind === 'cpu')
  return drawStacks(opened.profile)
}

describe('pprof', () => {
  const profile = drawProfile([
    ['a > b@file:///src/b.js:7', 3000],
    ['(garbage collector)', 1000],
    ['a', 2000],
  ])

  test('what is written is what is read, gzipped or not', async () => {
    const file = Buffer.from(exportPprof(profile))
    for (const content of [file, gunzipSync(file)])
      assert.deepEqual(new Set(await stacksOf(content)), new Set(drawStacks(profile)))
  })

  const both = [
    ['samples', 'count'],
    ['cpu', 'nanoseconds'],
  ] as const

  test('time is taken where there are counts, too; lines of locations are ticks', async () => {
    const [opened] = await openProfiles(draw(both, [[[1, 3, 4], 5, 7000]]), 'x')
    assert.ok(opened?.kind === 'cpu')
    assert.deepEqual(drawStacks(opened.profile), ['(root) > top > leaf 7'])
    assert.deepEqual([...opened.profile.ticks.line], [10])
    assert.equal(
      opened.profile.frames.find(({ functionName }) => functionName === 'leaf')!.url,
      'file:///app/0.js',
    )
  })

  test('counts alone are worth the period', async () => {
    const file = draw([['samples', 'count']], [[[1], 3]], { period: 10_000_000 })
    assert.deepEqual(await stacksOf(file), ['(root) > leaf 30000'])
  })

  test('several lines of a location are calls that were inlined', async () => {
    const line = [1, 2].map((functionId) => new Line({ functionId, line: 1 }))
    const file = draw(both, [[[9, 3], 1, 1000]], { locations: [{ id: 9, line }] })
    assert.deepEqual(await stacksOf(file), ['(root) > top > middle > leaf 1'])
  })

  test('machine code without a name is called by its address', async () => {
    const file = draw(both, [[[9], 1, 1000]], { locations: [{ id: 9, address: 0xdeadbeefn }] })
    assert.deepEqual(await stacksOf(file), ['(root) > 0xdeadbeef 1'])
  })

  test('bytes are a heap profile: the default value, else the last', async () => {
    const values = [
      ['alloc_space', 'bytes'],
      ['inuse_space', 'bytes'],
    ] as const
    for (const [byDefault, expected] of [
      [undefined, 20],
      ['alloc_space', 10],
    ] as const) {
      const [opened] = await openProfiles(draw(values, [[[1], 10, 20]], byDefault ? { byDefault } : {}), 'x')
      assert.ok(opened?.kind === 'heap')
      assert.equal(functionCosts(opened.heap.tree, opened.heap.selfBytes)[0]!.self, expected)
    }
  })

  test('what does not fit is left out, and said', async () => {
    const file = draw(both, [
      [[1, 77], 1, 1000],
      [[2], 1, -5],
      [[3], 1, 0],
    ])
    const [opened] = await openProfiles(file, 'x')
    assert.ok(opened?.kind === 'cpu')
    assert.deepEqual(drawStacks(opened.profile), ['(root) > leaf 1'])
    assert.match(
      opened.losses.map(describeLoss).join('; '),
      /call.*location is not there; .*1 of 3 stacks .*negative/,
    )
  })

  for (const [name, file] of [
    ['cut', draw(both, [[[1], 1, 1000]]).subarray(0, 20)],
    ['of another message', Buffer.from([0x0a, 0x04, 0xff, 0xff, 0xff, 0xff])],
    ['of other values', draw([['contentions', 'apples']], [[[1], 1]])],
    ['of random bytes', Buffer.from([0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ] as const)
    test(`${name}: a clear error`, () =>
      assert.rejects(openProfiles(file, 'x'), /is no profile|pprof profile of neither|nothing was sampled/))
})
