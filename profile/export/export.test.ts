import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import { Profile } from 'pprof-format'
import { drawProfile, drawStacks } from '../../tests/support/drawn.ts'
import { parseCpuProfile } from '../import/document.ts'
import { exportProfile } from './index.ts'

const SCHEMA = createRequire(import.meta.url).resolve('speedscope/dist/release/file-format-schema.json')
const profile = drawProfile([
  ['a > b@file:///src/b.js:7', 3000],
  ['a > c;d@node:internal/x:2', 2000],
  ['(garbage collector)', 1000],
  ['a', 2000],
])
const STACKS = [
  '(root) > a > b 3000',
  '(root) > a > c;d 2000',
  '(root) > (garbage collector) 1000',
  '(root) > a 2000',
]

describe('exports', () => {
  test('cpuprofile: what is written is what is read', async () => {
    const text = (await exportProfile(profile, 'cpuprofile', 'x')) as string
    const read = parseCpuProfile(Buffer.from(text), 'x')
    assert.deepEqual(drawStacks(read), STACKS)
    assert.deepEqual(new Set(read.frames), new Set(profile.frames))
  })

  test('folded: a line a stack, with no mark inside a name', async () => {
    assert.equal(
      await exportProfile(profile, 'folded', 'x'),
      '(root);a app.js:1 2000\n(root);a app.js:1;b b.js:7 3000\n(root);a app.js:1;c:d x:2 2000\n(root);(garbage collector) 1000\n',
    )
  })

  test('pprof: read back by pprof-format', async () => {
    const {
      sample,
      location,
      function: functions,
      stringTable,
    } = Profile.decode(gunzipSync((await exportProfile(profile, 'pprof', 'x')) as Uint8Array))
    const text = (index: number | bigint) => stringTable.strings[Number(index)]
    const name = (id: number | bigint) => {
      const { functionId } = location.find((candidate) => candidate.id === id)!.line[0]!
      return text(functions.find((candidate) => candidate.id === functionId)!.name)
    }
    const stacks = sample.map(
      ({ locationId, value }) => `${locationId.map(name).reverse().join(' > ')} ${Number(value[1]) / 1000}`,
    )
    assert.deepEqual(new Set(stacks), new Set(STACKS))
    assert.equal(stringTable.strings[0], '')
  })

  test('parts of a microsecond are not lost', async () => {
    const fine = drawProfile(Array.from({ length: 10 }, () => ['a', 0.4] as const))
    const { timeDeltas, endTime } = JSON.parse((await exportProfile(fine, 'cpuprofile', 'x')) as string)
    assert.deepEqual(timeDeltas, [0, ...Array(9).fill(0.4)])
    assert.equal(endTime, 4)
    const { profiles } = JSON.parse((await exportProfile(fine, 'speedscope', 'x')) as string)
    assert.deepEqual(profiles[0].weights, Array(10).fill(0.4))
  })

  test('scripts stay apart, and generated code from files', async () => {
    const scripts = drawProfile([
      ['a@file:///a.js:1', 1000],
      ['b@file:///b.js:1', 1000],
      ['a@file:///a.js:9', 1000],
    ])
    const { nodes } = JSON.parse((await exportProfile(scripts, 'cpuprofile', 'x')) as string)
    const ids = nodes.map(({ callFrame }: { callFrame: { scriptId: string } }) => callFrame.scriptId)
    assert.deepEqual(ids, ['0', '1', '2', '1'])
  })

  test('speedscope: valid by its own schema', async () => {
    const schema = JSON.parse(await readFile(SCHEMA, 'utf8'))
    const validate = new Ajv({ strict: false }).compile(schema)
    const file = JSON.parse((await exportProfile(profile, 'speedscope', 'x')) as string)
    assert.ok(validate(file), JSON.stringify(validate.errors))
    assert.deepEqual(
      (file as { profiles: { weights: number[] }[] }).profiles[0]!.weights,
      [3000, 2000, 1000, 2000],
    )
  })
})
