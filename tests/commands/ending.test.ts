import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createHistory, stateOf, TARGET } from '../support/history.ts'
import { processesNaming } from '../support/processes.ts'
import { finish, runCommand, startCommand, untilSaid } from '../support/project.ts'
import { ownTemp } from '../support/repository.ts'

const SCENARIOS = `
  micro({ id: 'demo/op.micro', setup: ({ work }) => work, op: (work: () => number) => work() }),
  micro({ id: 'demo/stuck.micro', setup: async () => (await import('node:fs')).writeFileSync, op: (write: any) => { write('stuck', ''); const end = Date.now() + 600_000; while (Date.now() < end); } }),`
const COMMITS = [1, 2, 3].map((n) => ({
  [TARGET]: `export const work = () => { let x = 0; for (let i = 0; i < ${n * 1000}; i++) x += i; return x }\n`,
}))
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  run: ['run', 'op.micro', '--forks', '3'],
  profile: ['profile', 'op.micro', '--no-open'],
  compare: ['compare', 'HEAD~1', 'op.micro'],
  bisect: ['bisect', 'op.micro', '--good', 'HEAD~2'],
}
/** What a command says when it has begun to make folders. */
const WORKING = { compare: /against/, bisect: /commits|good/, profile: /profiling/ }
/** After the first line of the program, ms. */
const MOMENTS = [0, 30, 80, 150, 300, 500, 800, 1200, 1800, 2500]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const NO_WINDOWS = { skip: process.platform === 'win32' }

/** A project with three commits, a temporary folder of its own, and what marks its processes. */
async function createPlace(t: TestContext) {
  const { root } = await createHistory(t, SCENARIOS, COMMITS)
  const temp = await ownTemp(t)
  const env = { ...temp.env, FLAMEGATE_TEST_MARK: `mark-${root}` }
  const before = stateOf(root)
  return {
    root,
    env,
    folders: () => readdir(temp.folder),
    /** Processes go when they are told to, not at the moment at which they are. */
    async assertClean() {
      for (let i = 0; i < 100 && processesNaming(env.FLAMEGATE_TEST_MARK).length > 0; i++) await pause(20)
      assert.deepEqual(processesNaming(env.FLAMEGATE_TEST_MARK), [], 'processes')
      assert.deepEqual(await readdir(temp.folder), [], 'temporary folders')
      assert.equal(stateOf(root), before)
      const runs = await readdir(join(root, 'tmp/perf'), { recursive: true }).catch(() => [])
      assert.deepEqual(
        runs.filter((name) => name.includes('unfinished')),
        [],
      )
    },
  }
}

/** Resolves when a process has told the system what to do about SIGHUP, which Node itself does not. */
async function untilSignalsAreCaught(child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'
    if (BigInt(`0x${caught}`) & 1n) return
    await pause(2)
  }
}

describe('a signal at any moment', { skip: existsSync('/proc') ? false : 'no /proc' }, () => {
  for (const [name, args] of Object.entries(COMMANDS)) {
    test(`${name}: a word, exit code 130, and nothing is left`, async (t) => {
      const place = await createPlace(t)
      for (const [i, moment] of MOMENTS.entries()) {
        const child = startCommand(place.root, args, place.env)
        const done = finish(child)
        await untilSignalsAreCaught(child)
        await pause(moment)
        const signal = SIGNALS[i % SIGNALS.length]!
        const isAlive = child.kill(signal)
        const { code, stdout, stderr } = await done
        if (!isAlive || code === 0) continue
        assert.equal(code, 130, `${signal} after ${moment} ms: ${stderr}`)
        assert.match(stdout + stderr, /interrupted/)
        await place.assertClean()
      }
    })
  }
})

describe('a command that is killed', { skip: existsSync('/proc') ? false : 'no /proc' }, () => {
  test('takes its processes with it, also one that never leaves its loop', async (t) => {
    const place = await createPlace(t)
    const child = startCommand(place.root, ['run', 'stuck', '--forks', '1'], place.env)
    const done = finish(child)
    while (child.exitCode === null && !existsSync(join(place.root, 'stuck'))) await pause(20)
    child.kill('SIGKILL')
    await done
    await rm(join(place.root, 'stuck'))
    await place.assertClean()
  })

  test('the next one removes what it left, and nothing of a live one', async (t) => {
    const place = await createPlace(t)
    const killed = (['compare', 'bisect', 'profile'] as const).map(async (name) => {
      const child = startCommand(place.root, COMMANDS[name]!, place.env)
      const done = finish(child)
      await untilSaid(child, WORKING[name])
      await pause(500)
      child.kill('SIGKILL')
      await done
    })
    await Promise.all(killed)
    const left = await place.folders()
    assert.ok(left.length > 0, 'nothing was left to be removed')
    const alive = startCommand(place.root, COMMANDS.compare!, place.env)
    const done = finish(alive)
    await untilSaid(alive, /measuring/)
    const ofAlive = await place.folders()
    assert.ok(ofAlive.length > 0 && !ofAlive.some((name) => left.includes(name)))
    const next = await runCommand(
      place.root,
      ['profile', 'op.micro', '--no-open', '--seconds', '0.1'],
      place.env,
    )
    assert.equal(next.code, 0, next.stderr)
    assert.deepEqual(await place.folders(), ofAlive)
    alive.kill('SIGINT')
    const { code, stderr } = await done
    assert.equal(code, 130)
    assert.match(stderr, /removed what killed runs left: .*flamegate-/)
    await place.assertClean()
  })
})

test('a list is ended by Ctrl-C, also where a perf file loops at its top level', NO_WINDOWS, async (t) => {
  const { folder: root } = await ownTemp(t)
  const looping = "import { writeFileSync } from 'node:fs'\nwriteFileSync('looping', '')\nfor (;;);\n"
  await writeFile(join(root, 'loop.perf.ts'), looping)
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  const child = startCommand(root, ['run', '--list'])
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  while (child.exitCode === null && !existsSync(join(root, 'looping'))) await pause(20)
  child.kill('SIGINT')
  assert.equal(await ended, 'SIGINT')
})

test('in a folder that was deleted, every command ends at once', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { folder } = await ownTemp(t)
  const node = join(folder, 'node.sh')
  await writeFile(node, `#!/bin/sh\nrmdir "$PWD" && exec "${process.execPath}" "$@"\n`, { mode: 0o755 })
  for (const args of [['view', 'x.cpuprofile'], ['run'], ['--version']]) {
    const gone = await mkdtemp(join(folder, 'gone '))
    const { code, stderr } = await finish(startCommand(gone, args, {}, undefined, node))
    assert.equal(code, 2, stderr)
    assert.match(stderr, /^error: the folder .* is gone/)
  }
})
