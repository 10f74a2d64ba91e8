import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'valibot'
import { readReport } from './read-report.ts'
import { type Report, reportSchema } from './report.ts'
import { parseRevision, REPORT_UPGRADES } from './report-upgrades.ts'

/** Of `compare HEAD~1 noop`, as version 2 wrote it; the first four forks and functions of each scenario. */
const VERSION_2 = fileURLToPath(new URL('../../tests/fixtures/reports/version-2.json', import.meta.url))

describe('a report of version 2', async () => {
  const report = await readReport(VERSION_2)
  const [apply, http] = report.scenarios

  test('says of a commit whether its tree was edited', () => {
    assert.deepEqual(parseRevision('abc+changes'), { hash: 'abc', isDirty: true })
    assert.deepEqual(parseRevision('abc'), { hash: 'abc', isDirty: false })
    assert.equal(parseRevision(null), null)
    assert.match(report.gate.baselineCommit!.hash, /^[0-9a-f]{40}$/)
    assert.equal(report.run.commit?.isDirty, false)
  })

  test('has a verdict and a cost for every scenario', () => {
    assert.ok(apply?.status === 'measured' && http?.status === 'measured')
    assert.deepEqual(apply.verdict, { kind: 'pass' })
    assert.equal(apply.cost.kind, 'wall')
    assert.equal(http.cost.kind, 'cpu')
    assert.equal(http.cost.nsPerOp, http.metrics.cpuNsPerOp.normalised.value)
    assert.deepEqual(http.cost.ratio, http.comparisons.find(({ metric }) => metric === 'cpuNsPerOp')!.ratio)
    assert.equal(http.cost.hasChanged, false)
  })

  test('has what its comparisons were worth: 15 of them, three looks, as in docs/performance.md', () => {
    assert.ok(apply?.status === 'measured')
    assert.deepEqual(
      apply.comparisons.map(({ metric, canary, firstLook }) => [metric, canary, firstLook]),
      ['opsPerSecond', 'p50Ns', 'p95Ns', 'p99Ns', 'cpuNsPerOp'].map((metric) => [metric, null, 'inside']),
    )
    const confidences = new Set(apply.comparisons.map(({ confidence }) => confidence.toFixed(3)))
    assert.deepEqual(confidences, new Set(['0.983']))
  })

  test('counts patch bytes as any other counter', () => {
    assert.ok(apply?.status === 'measured')
    assert.deepEqual(apply.counters, [{ name: 'patchBytes', unit: 'bytes', perOp: 0, baselinePerOp: 0 }])
    assert.deepEqual(apply.forks[0]!.counters, { patchBytes: 0 })
  })

  test('says how small an effect it could see, and that nothing changed', () => {
    const { minimumDetectable, change } = report.gate
    assert.equal(minimumDetectable?.worst.scenarioId, 'noop/refresh.apply')
    assert.equal(minimumDetectable?.worst.metric, 'p95Ns')
    assert.ok(minimumDetectable.median < minimumDetectable.worst.ratio)
    assert.equal(change, 'none')
  })
})

test('a report of version 1 becomes one of today: no lockstep, no proof, no blame', async () => {
  const { run, gate, scenarios, ...rest } = JSON.parse(await readFile(VERSION_2, 'utf8'))
  const { against: _, ...oldRun } = run
  const { proof: __, ...oldGate } = gate
  const old = { ...rest, schemaVersion: 1, run: oldRun, gate: oldGate, scenarios: scenarios.map(withoutNew) }
  const report: Report = parse(reportSchema, upgradeAll(old))
  assert.equal(report.run.against, null)
  assert.equal(report.gate.change, null)
  const [first] = report.scenarios
  assert.ok(first?.status === 'measured')
  assert.deepEqual(first.pairs, [])
  assert.equal(first.comparisons[0]?.canary, null)
})

test('a version that is no number, but something that all objects have, is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'report.json')
  for (const schemaVersion of ['constructor', 'toString', '__proto__', null]) {
    await writeFile(file, JSON.stringify({ schemaVersion }))
    await assert.rejects(readReport(file), { code: 'bad-result-file' })
  }
})

function withoutNew({ pairs: _, blame: __, ...scenario }: Record<string, unknown>): unknown {
  return scenario
}

function upgradeAll(content: Record<string, unknown>): unknown {
  let current = content
  for (let version = content.schemaVersion as number; REPORT_UPGRADES[version] !== undefined; version++)
    current = REPORT_UPGRADES[version]!(current) as Record<string, unknown>
  return current
}
