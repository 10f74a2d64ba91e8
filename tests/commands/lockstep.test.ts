import assert from 'node:assert/strict'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { RUN, readReport, target, twoCheckouts, withForeignBaseline } from '../support/checkouts.ts'
import { processesNaming } from '../support/processes.ts'
import { finish, runCommand, startCommand, untilSaid } from '../support/project.ts'
import { git } from '../support/repository.ts'

const STRICT = { STRICT_PERF: 'true' }
/** Short pairs, for what is twice as much. */
const QUICK = ['run', '--quick', '--no-profile', '--seed', '1', '--forks', '2']

describe('--against', () => {
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
