import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { discoverScenarios } from '../../process/discover.ts'

const FILES = {
  'package.json': '{ "type": "module" }',
  'a.bench.ts': `
import { bench, describe } from 'vitest'
describe('typed', () => bench('same name', () => { throw new Error('it was run') }))`,
  'a.perf.js': `
import { bench } from 'flamegate'
bench('of our own', () => 1)`,
  'b.bench.mjs': `
import { Bench } from 'tinybench'
import { bench, run } from 'mitata'
const tasks = new Bench().add('same name', () => {})
await tasks.run()
bench('other name', () => {})
await run()
console.table(tasks.table())`,
  'c.bench.cjs': `
const { Bench } = require('tinybench')
const { bench } = require('node:bench')
bench('node', () => {})
const main = async () => {
  await import('node:fs')
  await new Bench().add('same name', () => {}).run()
}
main()`,
  'd.benchmark.js': "import { Suite } from 'benchmark'\nnew Suite().add('x', () => {}).run()",
  'e.bench.js': "import { bench } from 'vitest'\nimport './missing.js'\nbench('x', () => {})",
  'f.bench.js': 'process.exit(0)',
}

test('bench files of other tools are collected beside our own; one that cannot be says why, and stops no other', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'flamegate bénch '))
  t.after(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(root, name), text)
  const found = await discoverScenarios(root, undefined)
  assert.deepEqual(
    found.filter(({ skipReason }) => skipReason === undefined).map(({ scenario }) => scenario.id),
    [
      'b.bench.mjs › same name',
      'c.bench.cjs › same name',
      'node',
      'of our own',
      'other name',
      'typed › same name',
    ],
  )
  const skipped = found.filter(({ skipReason }) => skipReason !== undefined)
  assert.deepEqual(
    skipped.map(({ scenario }) => [scenario.id, scenario.isKey]),
    [
      ['d.benchmark.js', false],
      ['e.bench.js', false],
      ['f.bench.js', false],
    ],
  )
  for (const [i, reason] of [
    /^it is written for benchmark, whose benches are not collected/,
    /^Cannot find module .*missing\.js/,
    /^the process ended with exit code 0 before it had a result/,
  ].entries())
    assert.match(skipped[i]?.skipReason ?? '', reason)
})
