// What a run leaves behind that was interrupted, killed, run twice at once or could not write: no process, and whole reports.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'valibot'
import { type Report, reportSchema } from '../../perf/results/report.ts'
import { assertNoneLeft, findMarked, markOf } from '../support/processes.ts'
import {
  createProject,
  FINE_SCENARIO,
  finish,
  QUICK_RUN,
  runCommand,
  startCommand,
} from '../support/project.ts'

describe('interruption', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal}: exit code 130, no orphan, and a whole report that says it is incomplete`, {
      skip: process.platform === 'win32',
    }, async (t) => {
      const root = await createProject(
        t,
        `${FINE_SCENARIO} micro({ id: 'slow/op.micro', setup: () => 0, op: () => new Promise((r) => setTimeout(r, 50)) }),`,
      )
      const child = startCommand(root, ['run', '--quick', '--forks', '20'], markOf(signal))
      const done = finish(child)
      child.stderr!.on('data', (text: string) => {
        if (/measuring [4-9]\//.test(text)) child.kill(signal)
      })
      const { code, stdout } = await done
      assert.equal(code, 130)
      assert.match(stdout, /INCOMPLETE/)
      assertNoneLeft(signal)
      const report = JSON.parse(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8')) as Report
      assert.equal(report.run.isComplete, false)
      assert.ok(report.scenarios.some(({ status }) => status === 'measured'))
    })
  }

  test('a parent that is killed takes its children with it', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const root = await createProject(
      t,
      `micro({ id: 'slow/waits.micro', setup: () => 0, op: () => new Promise((r) => setTimeout(r, 20)) }),`,
    )
    const child = startCommand(root, ['run', '--forks', '5'], markOf('killed'))
    const done = finish(child)
    child.stderr!.once('data', () => setTimeout(() => child.kill('SIGKILL'), 600))
    await done
    for (let i = 0; i < 100 && findMarked('killed').length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assertNoneLeft('killed')
  })
})

describe('files', () => {
  test('two runs at once in one checkout write two reports, both whole', async (t) => {
    const root = await createProject(t, FINE_SCENARIO)
    const results = await Promise.all([runCommand(root, QUICK_RUN), runCommand(root, QUICK_RUN)])
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 0],
    )
    const runs = (await readdir(join(root, 'tmp/perf'))).filter((name) => name !== 'latest')
    assert.equal(runs.length, 2)
    for (const run of runs)
      parse(reportSchema, JSON.parse(await readFile(join(root, 'tmp/perf', run, 'report.json'), 'utf8')))
    assert.ok(existsSync(join(root, 'tmp/perf/latest/report.md')))
  })

  test('a folder that cannot be written is exit code 2 with a hint, and the results are still printed', async (t) => {
    const root = await createProject(t, FINE_SCENARIO)
    await writeFile(join(root, 'tmp'), 'a file where the folder should be')
    const { code, stdout, stderr } = await runCommand(root, ['run', '--quick', '--forks', '1'])
    assert.equal(code, 2)
    assert.match(stderr, /error: cannot write .*\nhint: /)
    assert.match(stdout, /fine\/op\.micro/)
  })
})
