import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createProject } from '../../tests/support/project.ts'
import { selectScenarios } from '../suite/filter.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { discoverScenarios, discoverSuite } from './discover.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const idsOf = (discovered: readonly DiscoveredScenario[]) => discovered.map(({ scenario }) => scenario.id)

describe('the suite of this repository', async () => {
  const discovered = await discoverScenarios(root, undefined)

  test('has every case on every layer where it makes sense', () => {
    const cases = [
      'arrays/append',
      'arrays/reorder',
      'arrays/toggle',
      'noop/refresh',
      'payload/10kb',
      'payload/25kb',
      'payload/50kb',
      'property/single',
    ]
    const expected = [
      ...cases.flatMap((name) => ['apply', 'http', 'processor'].map((layer) => `${name}.${layer}`)),
      ...['mount/cold', 'mount/warm'].flatMap((name) =>
        ['http', 'processor'].map((layer) => `${name}.${layer}`),
      ),
    ]
    assert.deepEqual(idsOf(discovered), expected.sort())
  })

  test('all of it can run here', () => {
    assert.deepEqual(
      discovered.filter(({ skipReason }) => skipReason !== undefined),
      [],
    )
  })

  for (const [filters, count] of [
    [[], 28],
    [['arrays'], 9],
    [['*.http'], 10],
    [['payload/50kb.*'], 3],
    [['arrays', 'noop/refresh.apply'], 10],
    [['arrays/append.processor'], 1],
  ] as const) {
    test(`filter ${filters.join(' ') || '(none)'}: ${count} scenarios`, () => {
      assert.equal(selectScenarios(discovered, filters).length, count)
    })
  }

  for (const [filter, hint] of [
    ['aray', /did you mean 'arrays'\?/],
    ['arrays/apend.http', /did you mean 'arrays\/append\.http'\?/],
    ['zzzzzzzzzzzz', /^--list shows all 28 scenarios$/],
  ] as const) {
    test(`filter ${filter} matches nothing, with a hint`, () => {
      assert.throws(
        () => selectScenarios(discovered, ['arrays', filter]),
        (error: Error & { code: string; hint: string }) => {
          assert.equal(error.code, 'no-scenario')
          assert.match(error.hint, hint)
          return true
        },
      )
    })
  }
})

test('a version in which every scenario throws is told of when it is measured, and not taken for a mixed one', async (t) => {
  const scenario = `micro({ id: 'a/b.micro', setup: () => 0, op: () => 1 }),`
  const [root, other] = [
    await createProject(t, scenario),
    await createProject(t, scenario, `import 'nowhere'\n`),
  ]
  const suiteFile = join(root, 'packages/demo/perf/demo.perf.ts')
  assert.equal((await discoverSuite(suiteFile, root, other)).length, 1)
})
