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

test('ops that allocate nothing, a short one and a long one: what the harness allocates is taken out', async (t) => {
  const scenario = (id: string, turns: number) =>
    `micro({ id: '${id}/loop.micro', setup: () => ({ sink: 0 }), op(state: { sink: number }) { let x = state.sink; for (let i = 0; i < ${turns}; i++) x = (x + i) & 1023; state.sink = x; return x } }),`
  const root = await createProject(t, scenario('short', 400) + scenario('long', 20_000))
  const suiteFile = join(root, 'packages/demo/perf/demo.perf.ts')
  for (const discovered of await discoverSuite(suiteFile, root, undefined)) {
    const bytes: number[] = []
    for (let i = 0; i < FORKS; i++) {
      const outcome = await runFork(discovered, PLAN, 60_000, new AbortController().signal)
      assert.ok(outcome.kind === 'measured', JSON.stringify(outcome))
      bytes.push(outcome.measurement.allocatedBytesPerOp)
    }
    // Some hundred bytes an op are the harness's.
    assert.ok(median(bytes) < 30, `${discovered.scenario.id}: ${bytes.join(' ')}`)
  }
})
