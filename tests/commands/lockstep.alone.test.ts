import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { Report } from '../../perf/results/report.ts'
import { processesNaming } from '../support/processes.ts'
import { createProject, finish, runCommand, startCommand, untilSaid } from '../support/project.ts'
import { git } from '../support/repository.ts'

const SCENARIOS = `
  micro({ id: 'work/json.micro', setup: (target) => target, op: (target: Target) => target.work() }),
  http({
    id: 'work/json.http',
    serve: (target: Target) => createServer((_request, response) => response.end(JSON.stringify(target.work()))),
    requests: [{ method: 'GET', path: '/' }],
    expectStatus: 200,
  }),`
const target = (loops: number) =>
  `const list = Array.from({ length: 50 }, (_, i) => ({ id: i, name: 'n' + i }))\n` +
  `export function work(): unknown { let r: unknown; for (let i = 0; i < ${loops}; i++) r = JSON.parse(JSON.stringify(list)); return r }\n`
const STRICT = { STRICT_PERF: 'true' }
/** Whole pairs, which are long enough for a steady state on a busy machine too; none are added. */
const RUN = ['run', '--no-profile', '--seed', '1', '--forks', '2', '--time', '1']
/** Short ones, for what is twice as much. */
const QUICK = ['run', '--quick', '--no-profile', '--seed', '1', '--forks', '2']

/** A project and another checkout of it, whose code is another and does the same. */
async function twoCheckouts(t: TestContext): Promise<{ root: string; other: string }> {
  const root = await createProject(t, SCENARIOS, target(4))
  const other = await mkdtemp(join(tmpdir(), 'other chëckout '))
  t.after(() => rm(other, { recursive: true, force: true, maxRetries: 5 }))
  await cp(root, other, { recursive: true })
  await writeFile(
    join(other, 'packages/demo/target.ts'),
    target(4).replace('let r: unknown;', 'let r: unknown = 0;'),
  )
  return { root, other }
}

/** A project in git whose baseline knows neither this machine nor its own code. */
async function withForeignBaseline(t: TestContext): Promise<string> {
  const root = await createProject(t, SCENARIOS, target(4))
  await writeFile(join(root, '.gitignore'), 'tmp\n')
  await writeFile(join(root, 'baseline.json'), '{"schemaVersion":1,"rows":[]}\n')
  git(root, 'init', '--quiet')
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', 'first')
  return root
}

const readReport = async (root: string): Promise<Report> =>
  JSON.parse(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8'))

describe('--against', () => {
  test('the same code is green under STRICT_PERF, and the gate has proved itself', async (t) => {
    const { root, other } = await twoCheckouts(t)
    const { code, stdout, stderr } = await runCommand(root, [...RUN, '--against', other], STRICT)
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout, /2 scenarios, in lockstep with .*other chëckout/)
    const { gate, run, scenarios } = await readReport(root)
    assert.ok(gate.compared >= 1)
    assert.equal(gate.proof?.failure, null)
    assert.ok(gate.proof.plantedRatio!.low > 1.2)
    assert.match(run.against!, /other chëckout/)
    for (const result of scenarios) assert.ok(result.status === 'measured' && result.pairs.length >= 3)
  })

  test('twice the work is red', async (t) => {
    const { root, other } = await twoCheckouts(t)
    await writeFile(join(root, 'packages/demo/target.ts'), target(8))
    const { code, stdout } = await runCommand(root, [...QUICK, 'micro', '--against', other], STRICT)
    assert.equal(code, 1, stdout)
    assert.match(
      stdout,
      /REGRESSION\n {2}work\/json\.micro: (throughput −|P50 latency \+|CPU time per op \+)\d+ %/,
    )
  })

  test('a folder that holds no version of it', async (t) => {
    const { root } = await twoCheckouts(t)
    for (const [folder, message] of [
      ['nowhere', /target folder .*nowhere does not exist/],
      ['tmp-empty', /is no target for suite 'demo'/],
    ] as const) {
      if (folder === 'tmp-empty')
        await cp(join(root, 'packages', 'demo', 'perf'), join(root, folder), { recursive: true })
      const { code, stderr } = await runCommand(root, [...RUN, '--against', folder])
      assert.equal(code, 2)
      assert.match(stderr, message)
    }
  })

  test('a version that throws is named as the one that does', async (t) => {
    const { root, other } = await twoCheckouts(t)
    await writeFile(
      join(other, 'packages/demo/target.ts'),
      'export const work = () => { throw new Error("old and broken") }\n',
    )
    const { code, stdout } = await runCommand(root, [...QUICK, 'micro', '--against', other])
    assert.equal(code, 2)
    assert.match(stdout, /work\/json\.micro failed: the version it is compared with: old and broken/)
  })
})

describe('a baseline that knows neither this machine nor its own code', () => {
  test('its commit has the same code: green; then red with more work, and nothing is left', async (t) => {
    const root = await withForeignBaseline(t)
    const green = await runCommand(root, [...QUICK, 'micro'], STRICT)
    assert.equal(green.code, 0, green.stdout + green.stderr)
    assert.match(green.stdout, /all of it is the same code/)
    assert.deepEqual((await readReport(root)).gate.baselineCommit, {
      hash: git(root, 'rev-parse', 'HEAD'),
      isDirty: false,
    })
    await writeFile(join(root, 'packages/demo/target.ts'), target(8))
    const red = await runCommand(root, [...QUICK, 'micro'], STRICT)
    assert.equal(red.code, 1, red.stdout)
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
    assert.match(git(root, 'status', '--porcelain'), /^M packages\/demo\/target.ts$/)
  })

  test('Ctrl-C while it is measured: exit code 130, no worktree, no process', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const root = await withForeignBaseline(t)
    await writeFile(join(root, 'packages/demo/target.ts'), target(6))
    const mark = `mark-${process.pid}-${Date.now()}`
    const child = startCommand(root, RUN, { ...STRICT, FLAMEGATE_TEST_MARK: mark })
    const done = finish(child)
    await untilSaid(child, /measuring [1-9]/)
    while (process.platform === 'linux' && processesNaming(mark).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGINT')
    assert.equal((await done).code, 130)
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
    assert.deepEqual(processesNaming(mark), [])
  })
})

describe('reports of other versions and other suites', () => {
  test('two reports of one suite are compared; two without a common scenario are refused', async (t) => {
    const { root, other } = await twoCheckouts(t)
    await runCommand(root, ['run', '--quick', '--no-profile', 'micro'])
    const path = join(root, 'tmp/perf/latest/report.json')
    const report = await readReport(root)
    const renamed = report.scenarios.map((scenario) => ({ ...scenario, id: 'foreign/x.micro' }))
    await writeFile(join(other, 'foreign.json'), JSON.stringify({ ...report, scenarios: renamed }))
    const same = await runCommand(root, ['steadiness', path, path])
    assert.equal(same.code, 0, same.stderr)
    assert.match(same.stdout, /`work\/json\.micro` \| 1\.000 \|/)
    const foreign = await runCommand(root, ['steadiness', path, join(other, 'foreign.json')])
    assert.equal(foreign.code, 2)
    assert.match(foreign.stderr, /no measured scenario in common\nhint: name two runs of the same suite/)
  })
})
