import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { drawProfile, drawStacks } from '../../tests/support/drawn.ts'
import { openProfiles } from '../import/open-profile.ts'
import { describeLoss } from '../model/losses.ts'
import { mergeProfiles } from '../model/merge.ts'
import { SourceMaps } from '../source/source-map.ts'
import { type ForeignProfile, prepareForeign } from './foreign.ts'

const FOLDER = new URL('../../tests/fixtures/opened/', import.meta.url)

async function prepared(name: string): Promise<ForeignProfile> {
  const [opened] = await openProfiles(fileURLToPath(new URL(name, FOLDER)), name)
  assert.ok(opened?.kind === 'cpu')
  return prepareForeign(opened.profile, opened.losses, new SourceMaps())
}

const prepare = (...stacks: Parameters<typeof drawProfile>[0]) =>
  prepareForeign(drawProfile(stacks), [], new SourceMaps())
/** `count` stack samples, 1 ms each. */
const ticks = (path: string, count: number) => Array.from({ length: count }, () => [path, 1000] as const)

describe('a profile from elsewhere', () => {
  test('mostly-idle: idle is in the facts, and in no share', async () => {
    const { profile, facts } = await prepared('mostly-idle.json')
    assert.deepEqual(drawStacks(profile), ['(root) > handler 20000', '(root) > query 9000'])
    const { durationUs, stackSamples, intervalUs, busyUs, idleUs, gcUs } = facts
    assert.deepEqual(
      [durationUs, stackSamples, intervalUs, busyUs, idleUs, gcUs],
      [999_000, 1000, 1000, 29_000, 970_000, 0],
    )
  })

  test('collections are busy time, on the stacks around them', () => {
    const { profile, facts } = prepare(
      ...ticks('a', 6),
      ...ticks('(garbage collector)', 2),
      ...ticks('(idle)', 2),
    )
    assert.deepEqual([facts.busyUs, facts.idleUs, facts.gcUs], [8000, 2000, 2000])
    assert.deepEqual(drawStacks(profile), ['(root) > a 6000', '(root) > a > (garbage collector) 1000'])
  })

  test('two compiled functions that are one in the source take no other function’s place', () => {
    const drawn = drawProfile([...ticks('a', 2), ...ticks('b', 2), ...ticks('c', 3), ...ticks('(idle)', 1)])
    const one = drawn.frames.find(({ functionName }) => functionName === 'a')!
    const frames = drawn.frames.map((frame) => (frame.functionName === 'b' ? one : frame))
    const { profile } = prepareForeign({ ...drawn, frames }, [], new SourceMaps())
    const merged = mergeProfiles([profile, profile])
    assert.deepEqual(drawStacks(merged), ['(root) > a 8000', '(root) > c 6000'])
  })

  test('one-delta-of-8-hours: cut, and how much of it is said', async () => {
    const { facts, losses } = await prepared('one-delta-of-8-hours.json')
    assert.equal(facts.durationUs, 28_800_008_000)
    assert.deepEqual([facts.busyUs, facts.idleUs], [8000, 5000])
    assert.deepEqual(losses.map(describeLoss), [
      'cut: 8 h 0 min of 8 h 0 min (100.0 %): one gap between stack samples in which the process was not running',
    ])
  })

  test('unequal-sample-weights: nothing is cut where nobody sampled by a clock', async () => {
    const { profile, facts, losses } = await prepared('unequal-sample-weights.json')
    assert.deepEqual(losses, [])
    assert.equal(facts.intervalUs, undefined)
    assert.deepEqual(drawStacks(profile), [
      '(root) > log 4000',
      '(root) > render 4000',
      '(root) > query 800000',
    ])
  })

  for (const [name, spans] of [
    ['a slow one in three', [5, 500, 5, 5, 500, 5, 5, 500, 5]],
    ['all of them different', [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]],
    ['one', [700]],
    ['two', [700, 3]],
  ] as const) {
    test(`spans, ${name}: their time is theirs`, () => {
      const { facts, losses } = prepare(...spans.map((ms, i) => [`f${i}`, ms * 1000] as const))
      assert.deepEqual(losses, [])
      const all = spans.reduce<number>((sum, ms) => sum + ms, 0)
      // The last one lasts no longer than usual.
      assert.ok(facts.busyUs >= (all - spans.at(-1)!) * 1000 && facts.busyUs <= all * 1000)
    })
  }

  test('a busy machine: one gap in twenty is long, and cut', () => {
    const { facts, losses } = prepare(...ticks('a', 19), ['a', 80_000], ...ticks('b', 20))
    assert.equal(facts.intervalUs, 1000)
    assert.match(losses.map(describeLoss).join(), /^cut: 75\.0 ms of 119 ms/)
  })
})
