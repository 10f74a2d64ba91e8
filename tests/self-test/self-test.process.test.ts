import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { runCommand, SELF_TEST } from '../support/project.ts'
import { askPeer, PEERS } from './peers/index.ts'
import { plantCopy } from './plant.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SCENARIO = 'arrays/append.apply'

/** A folder for copies, inside the project: they find its dependencies. */
async function makeFolder(t: TestContext): Promise<string> {
  await mkdir(join(ROOT, 'tmp'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'tmp', 'self-test '))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

describe('planted copies', () => {
  test('do the same as the package, and their work as many times more as they were told', async (t) => {
    const folder = await makeFolder(t)
    for (const [again, calls] of [
      [0, 10],
      [0.25, 12],
      [2, 30],
    ] as const) {
      const copy = await plantCopy(ROOT, folder, again)
      const { applyEvent, MemoryStore } = await import(pathToFileURL(join(copy, 'src', 'index.ts')).href)
      const store = new MemoryStore()
      let called = 0
      const handler = {
        set(value: number) {
          called += 1
          return { value }
        },
      }
      for (let i = 0; i < 10; i++) {
        const { diff, newState } = await applyEvent(handler, 'set', i, { value: -1 }, store, 'T', 'i')
        assert.deepEqual({ diff, newState }, { diff: { value: i }, newState: { value: i } })
        assert.deepEqual(await store.load('T', 'i'), { value: i })
      }
      assert.equal(called, calls)
    }
  })

  test('a project that has no nasc-server is told so', async (t) => {
    const folder = await makeFolder(t)
    await assert.rejects(plantCopy(folder, folder, 1), { code: 'bad-target', hint: /checkout of flamegate/ })
  })
})

// One process each, that takes turns with itself: two of them have a core each.
describe('other tools', { concurrency: 2 }, () => {
  for (const peer of PEERS) {
    test(`${peer} finds that ten times the work takes longer`, async (t) => {
      const folder = await makeFolder(t)
      const targets = [await plantCopy(ROOT, folder, 0), await plantCopy(ROOT, folder, 9)]
      const discovered = await Promise.all(
        targets.map(
          async (target) =>
            (await discoverScenarios(ROOT, target)).find(({ scenario }) => scenario.id === SCENARIO)!,
        ),
      )
      const job = {
        suiteFile: discovered[0]!.suiteFile,
        scenarioId: SCENARIO,
        entries: [discovered[0]!.targetEntry, discovered[1]!.targetEntry] as const,
        ports: undefined,
        timeMs: 3_000,
      }
      const { ratio, pValue } = await askPeer(peer, job, new AbortController().signal)
      assert.ok(ratio > 1.5, `${ratio}`)
      assert.ok(pValue < 0.05, `${pValue}`)
    })
  }
})

describe('npm run perf:selftest', () => {
  for (const [name, args, message] of [
    ['effects that are none', ['--effects', 'lots'], /They must be percents, as in 0,10,40/],
    ['a load that is none', ['--load', 'heavy'], /Allowed choices are quiet, loaded/],
    ['a scenario that is not there', ['--scenario', 'nope/x.y'], /there is no scenario 'nope\/x\.y'/],
  ] as const) {
    test(name, async () => {
      const { code, stderr } = await runCommand(ROOT, args, {}, SELF_TEST)
      assert.equal(code, 2)
      assert.match(stderr, message)
    })
  }
})
