import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toArguments } from '../../scripts/api/call.ts'
import {
  CommandError,
  compare,
  diff,
  exec,
  merge,
  profile,
  readReport,
  run,
  view,
} from '../../scripts/api/node.ts'
import { createProject } from '../support/project.ts'
import { pullRequest } from '../support/pull-request.ts'

const PROFILES = fileURLToPath(new URL('../fixtures/profiles/', import.meta.url))
const SCENARIO = `micro({ id: 'demo/sum.micro', setup: () => [3, 1, 2], op: (list: number[]) => [...list].sort() }),`
const FEW = { quick: true, forks: 3, seed: 1 } as const

test('flags as a command line has them', () => {
  const flags = { quick: true, changed: false, profile: false, forks: 3, get: ['/a', '/b'], seed: undefined }
  assert.deepEqual(toArguments(flags), [
    '--quick',
    '--no-profile',
    '--forks',
    '3',
    '--get',
    '/a',
    '--get',
    '/b',
  ])
  assert.deepEqual(toArguments({ absolutePaths: true }), ['--absolute-paths'])
})

describe('flamegate/node', () => {
  test('runs, and reads what was written; profiles', async (t) => {
    const cwd = await createProject(t, SCENARIO)
    const lines: string[] = []
    const { exitCode, result } = await run({
      cwd,
      ...FEW,
      profile: false,
      onProgress: (line) => lines.push(line),
    })
    assert.equal(exitCode, 0)
    const [scenario] = result.scenarios
    assert.equal(scenario?.status, 'measured')
    assert.ok(scenario.cost.nsPerOp > 0)
    assert.ok(lines.some((line) => line.includes('measuring')))
    assert.deepEqual(await readReport(join(cwd, 'tmp', 'perf', 'latest')), result)
    const profiled = await profile({ cwd, filters: ['demo'], seconds: 1 })
    assert.deepEqual(
      profiled.result.profiles.map(({ id, kind }) => [id, kind]),
      [['demo/sum.micro', 'cpu']],
    )
    assert.equal(profiled.result.files.length, 1)
  })

  test('compares, and says what is red also where that is no fault', async (t) => {
    const { root, base } = await pullRequest(t)
    const options = {
      cwd: root,
      ref: base,
      filters: ['copy'],
      strict: false,
      profile: false,
      ...FEW,
    } as const
    const { exitCode, result } = await compare(options)
    assert.deepEqual([exitCode, result.gate.outcome], [0, 'red'])
  })

  test('opens profiles, compares two, and profiles a command', async (t) => {
    const cwd = await createProject(t, SCENARIO)
    const [one, other] = ['cpu-prof.node-20.json', 'cpu-prof.node-24.json'].map((name) =>
      join(PROFILES, name),
    )
    const viewed = await view([one!], { cwd })
    assert.equal(viewed.result.profiles[0]?.functions[0]?.name, 'spin')
    assert.equal((await diff(one!, other!, { cwd })).result.kind, 'cpu')
    const script =
      'const end = Date.now() + 700; function burn() { while (Date.now() < end) Math.sqrt(2) } burn()'
    await writeFile(join(cwd, 'burn.cjs'), script)
    const { result } = await exec(['node', 'burn.cjs'], { cwd })
    assert.ok(result.profiles[0]!.functions.some(({ name }) => name === 'burn'))
  })

  test('what has no result is an error with its hint; a signal ends it', async (t) => {
    const cwd = await createProject(t, SCENARIO)
    await assert.rejects(run({ cwd, filters: ['summ'] }), (error) => {
      assert.ok(error instanceof CommandError)
      assert.deepEqual([error.exitCode, error.message], [2, "no scenario matches 'summ'"])
      assert.match(error.hint!, /did you mean 'sum/)
      return true
    })
    await assert.rejects(merge(['nothing'], { cwd }), /cannot read nothing/)
    const reason = new Error('enough')
    const controller = new AbortController()
    const onProgress = (line: string) => {
      if (line.includes('measuring')) controller.abort(reason)
    }
    const stopped = await run({ cwd, forks: 50, signal: controller.signal, onProgress }).catch(
      (error) => error,
    )
    // What it had is its result, if it had anything.
    if (stopped !== reason) assert.deepEqual([stopped.exitCode, stopped.result.run.isComplete], [130, false])
    await assert.rejects(run({ cwd, signal: controller.signal }), reason)
  })
})
