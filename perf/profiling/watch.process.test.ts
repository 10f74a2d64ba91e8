import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { discoverScenarios } from '../process/discover.ts'
import { profilePlanOf } from '../run/durations.ts'
import { watchFork } from './fork.ts'

const ROOT = fileURLToPath(new URL('../../tests/diagnosis/', import.meta.url))

test('what V8 logs of ops, and texts that come again, on the author’s lines', async () => {
  const scenarios = await discoverScenarios(ROOT, undefined)
  const watch = (id: string) => {
    const discovered = scenarios.find(({ scenario }) => scenario.id === id)!
    const { watch } = profilePlanOf('micro', 'full')
    // As long as ops take to have a core for two seconds: how soon V8 optimises is the machine's affair.
    const plan = { ...watch!, minBusyMs: 2_000, measureMaxMs: 30_000 }
    return watchFork(discovered, plan, { timeoutMs: 60_000, signal: new AbortController().signal })
  }
  const { megamorphic, repeats, loopDelayNs } = await watch('megamorphic')
  assert.ok(loopDelayNs > 0, 'no timer comes while ops run one after the other')
  const reader = megamorphic.find(({ property, line }) => property === 'value' && line === 19)
  assert.match(reader?.url ?? 'nowhere', /\/megamorphic\.ts$/)
  assert.ok((reader?.shapes ?? 0) >= 10)
  assert.ok(repeats.every(({ calls }) => calls === 0))

  const [parse] = (await watch('json-again')).repeats
  assert.ok(parse!.calls > 0 && parse!.again[0]! >= parse!.calls - 1)

  const { deopts } = await watch('deopt-loop')
  assert.ok(deopts.length >= 4)
  const elsewhere = deopts.filter(
    ({ url, line }) => !url.endsWith('/deopt-loop.ts') || line < 14 || line > 21,
  )
  assert.deepEqual(elsewhere, [])
})
