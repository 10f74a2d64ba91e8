// What the harness allocates beside an op is taken out: measured in processes of their own, as every scenario is.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createProject } from '../../tests/support/project.ts'
import { discoverSuite } from '../process/discover.ts'
import { runFork } from '../run/methods/fork.ts'
import { median } from '../stats/quantile.ts'

const PLAN = {
  warmupMinMs: 150,
  warmupMaxMs: 400,
  measureMinMs: 150,
  measureMaxMs: 300,
  minSamples: 1,
  minBusyMs: 0,
}
const FORKS = 3

test('what ops allocate is theirs alone: nothing, in a short and in a long op, and an array', async (t) => {
  const scenario = (id: string, op: string) =>
    `micro({ id: '${id}.micro', setup: () => ({ sink: 0 as unknown }), op(state: { sink: unknown }) { ${op} } }),`
  const loop = (turns: number) =>
    `let x = Number(state.sink); for (let i = 0; i < ${turns}; i++) x = (x + i) & 1023; state.sink = x; return x`
  const root = await createProject(
    t,
    scenario('short/loop', loop(400)) +
      scenario('long/loop', loop(20_000)) +
      scenario('array/fill', 'state.sink = new Array(1000).fill(1); return state.sink'),
  )
  // Some hundred bytes an op are the harness's. An array: 1000 elements of 8 bytes, a header of 16, the object itself of 32.
  const expected: Record<string, [least: number, most: number]> = {
    'short/loop.micro': [-30, 30],
    'long/loop.micro': [-30, 30],
    'array/fill.micro': [7_700, 8_400],
  }
  const suiteFile = join(root, 'packages/demo/perf/demo.perf.ts')
  for (const discovered of await discoverSuite(suiteFile, root, undefined)) {
    const bytes: number[] = []
    for (let i = 0; i < FORKS; i++) {
      const outcome = await runFork(discovered, PLAN, 60_000, new AbortController().signal)
      assert.ok(outcome.kind === 'measured', JSON.stringify(outcome))
      bytes.push(outcome.measurement.allocatedBytesPerOp)
    }
    const { id } = discovered.scenario
    const [least, most] = expected[id]!
    assert.ok(median(bytes) > least && median(bytes) < most, `${id}: ${bytes.join(' ')}`)
  }
})
