import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProject } from '../../tests/support/project.ts'
import { discoverScenarios } from '../process/discover.ts'
import { runProfiles } from './pass.ts'

const SCENARIO = `micro({ id: 'work/json.micro', setup: () => Array.from({ length: 50 }, (_, i) => ({ i })), op: (list) => JSON.stringify(list) }),`
/** A profile of so little takes one slice, or as many as give its ops a core for a moment where others want it. */
const PLAN = {
  warmupMinMs: 1,
  warmupMaxMs: 1,
  measureMinMs: 20,
  measureMaxMs: 2_000,
  minSamples: 1,
  minBusyMs: 20,
}

test('profiles that are too thin are taken again, once', async (t) => {
  const root = await createProject(t, SCENARIO)
  const [discovered] = await discoverScenarios(root, undefined)
  for (const [minStackSamples, taken] of [
    [1, 1],
    [1_000_000, 2],
  ] as const) {
    const plan = { plan: PLAN, profiles: 1, minStackSamples, timeoutMs: 60_000 }
    const found = await runProfiles(discovered!, plan, new AbortController().signal)
    assert.ok(!('failure' in found), JSON.stringify(found))
    assert.equal(found.profiles.length, taken)
  }
})
