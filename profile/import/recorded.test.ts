import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { functionCosts } from '../model/functions.ts'
import type { CallTree } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { readCpuProfile, readHeapProfile } from './document.ts'

// One small program (tests/fixtures/profiles/app.mjs), as the profilers of several Nodes recorded it.

const FOLDER = new URL('../../tests/fixtures/profiles/', import.meta.url)
const recorded = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const APP = 'file:///app/app.mjs'
/** Lines of app.mjs on which its functions begin. */
const LINES = { spin: 4, rest: 10, allocate: 16, run: 20 }

interface RawFrame {
  readonly functionName: string
  readonly url: string
}

interface RawCpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: RawFrame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
  readonly startTime: number
  readonly endTime: number
}

interface RawHeapNode {
  readonly callFrame: RawFrame
  readonly selfSize: number
  readonly children: readonly RawHeapNode[]
}

const readRaw = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))
const nameOf = ({ functionName, url }: RawFrame) => `${functionName} ${url}`

function add(sums: Map<string, number>, name: string, value: number): void {
  if (value !== 0) sums.set(name, (sums.get(name) ?? 0) + value)
}

/**
 * Self time by function, summed without any of our code: each sample lasts until the next, the last one no longer than
 * usual. */
function sumTimes({ nodes, samples, timeDeltas, startTime, endTime }: RawCpuProfile): Map<string, number> {
  let now = startTime
  const taken = samples.map((id, i) => {
    now += timeDeltas[i]!
    return { id, at: now }
  })
  taken.sort((a, b) => a.at - b.at)
  const gaps = taken.slice(1).map(({ at }, i) => at - taken[i]!.at)
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!
  const sums = new Map<string, number>()
  for (const [i, { id, at }] of taken.entries()) {
    const { callFrame } = nodes.find((node) => node.id === id)!
    add(sums, nameOf(callFrame), gaps[i] ?? Math.min(usual, endTime - at))
  }
  return sums
}

function sumBytes(node: RawHeapNode, sums = new Map<string, number>()): Map<string, number> {
  add(sums, nameOf(node.callFrame), node.selfSize)
  for (const child of node.children) sumBytes(child, sums)
  return sums
}

/** The same from what was read. */
function costsByName(tree: CallTree, self: Float64Array): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { frame, self: cost } of functionCosts(tree, self)) add(sums, nameOf(tree.frames[frame]!), cost)
  return sums
}

function assertAlike(actual: Map<string, number>, expected: Map<string, number>): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort())
  for (const [name, value] of expected) {
    const error = Math.abs(actual.get(name)! - value)
    assert.ok(error <= 1e-6 * value + 1e-6, `${name}: ${actual.get(name)}, not ${value}`)
  }
}

/** The functions of app.mjs that were seen are where they are. */
function assertPlaces({ frames }: CallTree): void {
  for (const { functionName, url, line } of frames) {
    if (url === APP && functionName in LINES)
      assert.equal(line, LINES[functionName as keyof typeof LINES], functionName)
  }
}

describe('recorded profiles', () => {
  test('there is one of every profiler and Node', () => {
    const nodes = [20, 22, 24, 26]
    const expected = ['cpu-prof', 'heap-prof'].flatMap((tool) =>
      nodes.map((node) => `${tool}.node-${node}.json`),
    )
    assert.deepEqual(recorded.sort(), [...expected, 'v8-profiler-next.node-20.json'])
  })

  for (const name of recorded.filter((name) => !name.startsWith('heap'))) {
    test(`${name}: self times are those of the file, and spin took far longer than rest`, () => {
      const profile = readCpuProfile(fileURLToPath(new URL(name, FOLDER)))
      const costs = costsByName(profile, selfTimeByNode(profile))
      assertAlike(costs, sumTimes(readRaw(name)))
      assertPlaces(profile)
      // Some hundred samples, on a machine that was busy.
      const ratio = costs.get(`spin ${APP}`)! / costs.get(`rest ${APP}`)!
      assert.ok(ratio > 2 && ratio < 12, `${ratio}`)
    })
  }

  for (const name of recorded.filter((name) => name.startsWith('heap'))) {
    test(`${name}: bytes are those of the file, and those of app.mjs allocate's`, () => {
      const { tree, selfBytes } = readHeapProfile(fileURLToPath(new URL(name, FOLDER)))
      const costs = costsByName(tree, selfBytes)
      assertAlike(costs, sumBytes(readRaw(name).head))
      assertPlaces(tree)
      const own = [...costs].filter(([name]) => name.endsWith(APP)).sort(([, a], [, b]) => b - a)
      assert.equal(own[0]?.[0], `allocate ${APP}`)
    })
  }
})
