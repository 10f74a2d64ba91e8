import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sumBytes, sumTimes } from '../../tests/support/independent-sums.ts'
import { assertSameSums, costsByName } from '../../tests/support/same-sums.ts'
import type { CallTree } from '../model/model.ts'
import { readCpuProfile, readHeapProfile } from './document.ts'

// One small program (tests/fixtures/profiles/app.mjs), as the profilers of several Nodes recorded it.

const FOLDER = new URL('../../tests/fixtures/profiles/', import.meta.url)
const recorded = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const APP = 'file:///app/app.mjs'
/** Lines of app.mjs on which its functions begin. */
const LINES = { spin: 4, rest: 10, allocate: 16, run: 20 }

const readRaw = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))

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
      const costs = costsByName({ kind: 'cpu', name, losses: [], profile })
      assertSameSums(costs, sumTimes(readRaw(name)))
      assertPlaces(profile)
      // Some hundred samples, on a machine that was busy.
      const ratio = costs.get(`spin ${APP}`)! / costs.get(`rest ${APP}`)!
      assert.ok(ratio > 2 && ratio < 12, `${ratio}`)
    })
  }

  for (const name of recorded.filter((name) => name.startsWith('heap'))) {
    test(`${name}: bytes are those of the file, and those of app.mjs allocate's`, () => {
      const { tree, selfBytes } = readHeapProfile(fileURLToPath(new URL(name, FOLDER)))
      const costs = costsByName({ kind: 'heap', name, losses: [], heap: { tree, selfBytes } })
      assertSameSums(costs, sumBytes(readRaw(name).head))
      assertPlaces(tree)
      const own = [...costs].filter(([name]) => name.endsWith(APP)).sort(([, a], [, b]) => b - a)
      assert.equal(own[0]?.[0], `allocate ${APP}`)
    })
  }
})
