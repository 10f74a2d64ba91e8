import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'valibot'
import { reportSchema } from '../../perf/results/report.ts'
import { runCommand } from '../support/project.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A CommonJS nasc-server of the public shape: two files, its own Express, and ten lines of output on every event. */
const ENGINE = `
const copy = (value) => JSON.parse(JSON.stringify(value))
class MemoryStore {
  constructor() { this.map = new Map() }
  async load(type, id) { return this.map.get(type + id) }
  async persist(type, id, diff, full) { this.map.set(type + id, copy(full)) }
}
async function applyEvent(handler, event, payload, current, store, type, id, dryRun = false) {
  if (typeof handler[event] !== 'function') throw new Error('Unknown event')
  const newState = await handler[event](payload, copy(current))
  const changed = Object.keys(newState).filter((key) => JSON.stringify(newState[key]) !== JSON.stringify(current[key]))
  const diff = Object.fromEntries(changed.map((key) => [key, newState[key]]))
  for (let i = 0; i < 10; i++) console.log('PLAN', i, JSON.stringify(newState))
  if (!dryRun) await store.persist(type, id, diff, newState)
  return { diff, newState }
}
module.exports = { MemoryStore, applyEvent }
`
const INDEX = `
const { MemoryStore, applyEvent } = require('./engine')
const patch = (instance, type) => ([prop, value]) => ({ action: 'bindUpdate', instance, type, prop, value })
function createProcessor(handlers, store, options = {}) {
  return async ({ event, instance, payload, type }) => {
    const current = await store.load(type, instance)
    if (event === 'mount') {
      const state = current || handlers[type].mount(payload)
      if (!current) await store.persist(type, instance, state, state)
      const schemas = Object.entries(options.schemaProvider || {}).map(([type, schema]) => ({ action: 'schema', instance, type, schema }))
      return [...schemas, ...Object.entries(state).map(patch(instance, type))]
    }
    const { diff } = await applyEvent(handlers[type], event, payload, current, store, type, instance)
    return Object.entries(diff).map(patch(instance, type))
  }
}
module.exports = { createProcessor, MemoryStore }
module.exports.attachNasc = function attachNasc({ app, handlers, schemaProvider, store }) {
  const processMessage = createProcessor(handlers, store, { schemaProvider })
  const streams = new Map()
  app.use(require('express').json())
  app.get('/nasc/stream', (req, res) => { res.write(': connected\\n\\n'); streams.set(req.query.clientId, res) })
  app.post('/nasc/event', async (req, res) => {
    const patches = await processMessage(req.body)
    const stream = streams.get(req.body.clientId)
    if (stream && patches.length) stream.write('data: ' + JSON.stringify(patches) + '\\n\\n')
    res.status(202).json({ ok: true })
  })
  return { store, processMessage }
}
`

async function createTarget(t: TestContext, withExpress: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate target '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'engine.js'), ENGINE)
  await writeFile(join(folder, 'index.js'), INDEX)
  if (withExpress) {
    await mkdir(join(folder, 'node_modules'))
    await symlink(join(root, 'node_modules', 'express'), join(folder, 'node_modules', 'express'), 'junction')
  }
  return folder
}

async function measureTarget(folder: string) {
  const effort = ['--quick', '--no-profile', '--forks', '1']
  const args = ['run', ...effort, '--json', '--target', folder, 'property', 'mount/cold']
  const { code, stdout, stderr } = await runCommand(root, args)
  assert.doesNotMatch(stdout + stderr, /PLAN/)
  return { code, report: parse(reportSchema, JSON.parse(stdout)) }
}

test('a CommonJS checkout that prints on every event is measured on all layers', async (t) => {
  const folder = await createTarget(t, true)
  const { code, report } = await measureTarget(folder)
  assert.deepEqual(
    report.scenarios.map((result) => [result.id, result.status, 'reason' in result ? result.reason : '']),
    [
      'mount/cold.http',
      'mount/cold.processor',
      'property/single.apply',
      'property/single.http',
      'property/single.processor',
    ].map((id) => [id, 'measured', '']),
  )
  assert.equal(report.run.target, folder)
  // The committed baseline is this repository's: another package is not compared with it.
  assert.equal(report.gate.outcome, 'not-compared')
  assert.match(report.gate.reasons[0]!, /^baseline\.json is not about .*--against <folder>$/)
  assert.equal(code, 0)
})

test('without its own Express only the HTTP scenarios are skipped, each with the reason', async (t) => {
  const { code, report } = await measureTarget(await createTarget(t, false))
  for (const result of report.scenarios) {
    assert.equal(result.status, result.kind === 'http' ? 'skipped' : 'measured', result.id)
    if (result.status === 'skipped')
      assert.match(result.reason, /express is not installed for .*npm install express/)
  }
  assert.equal(code, 0)
})

test('a folder that holds no such package is exit code 2', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate empty '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { code, stderr } = await runCommand(root, ['run', '--target', folder])
  assert.equal(code, 2)
  assert.match(stderr, /is no target for suite 'nasc-server': it has neither/)
})
