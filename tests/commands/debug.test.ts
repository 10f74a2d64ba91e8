import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createProject, runCommand } from '../support/project.ts'
import { cleanAfterSuite, once } from '../support/shared.ts'

const SCENARIOS = `
  micro({
    id: 'loud/op.micro',
    setup: () => { console.log('ready in', process.pid); return { answer: 42 } },
    op: (state: { answer: number }, i: number) => { if (i === 0) console.error('first op'); return { i, ...state } },
    check: ({ i }: { i: number }) => { if (i < 0) throw new Error('counted wrongly') },
  }),
  micro({ id: 'bad/check.micro', setup: () => 0, op: () => 1, check: () => { throw new Error('wrong one') } }),
  micro({ id: 'bad/op.micro', setup: () => 0, op: () => { throw new Error('boom') } }),
  http({
    id: 'loud/op.http',
    serve: () => createServer((q, s) => { q.resume(); s.statusCode = q.url === '/good' ? 200 : 500; s.end('said') }),
    requests: [{ method: 'POST', path: '/good', body: {} }, { method: 'GET', path: '/bad' }],
    expectStatus: 200,
  }),`
const t = cleanAfterSuite()
const project = once(() => createProject(t, SCENARIOS))
const LITTLE = ['--quick', '--no-profile', '--forks', '1', 'loud/op.micro']

describe('--show-output', () => {
  test('what a scenario prints goes to stderr, its id in front; and so does what DEBUG asks for', async () => {
    const { code, stdout, stderr } = await runCommand(await project(), ['run', '--show-output', ...LITTLE], {
      DEBUG: 'flamegate:*',
    })
    assert.equal(code, 0, stderr)
    assert.match(stderr, /^loud\/op\.micro: ready in \d+$/m)
    assert.match(stderr, /^loud\/op\.micro: first op$/m)
    assert.doesNotMatch(stdout, /ready in/)
    // The last one: those before it are counted.
    const started = /^flamegate:process (\d+) started for loud\/op\.micro: .*worker\.mjs$/gm
    const pid = [...stderr.matchAll(started)].at(-1)?.[1]
    assert.match(stderr, new RegExp(`^flamegate:protocol ${pid} ← \\{.*kind: 'micro'`, 'm'))
    assert.match(stderr, new RegExp(`^flamegate:protocol ${pid} → \\{ kind: 'measured'`, 'm'))
    assert.match(stderr, new RegExp(`^flamegate:process ${pid} ended: (SIGKILL|\\d+)$`, 'm'))
  })

  test('without them, nothing of it', async () => {
    const { stderr } = await runCommand(await project(), ['run', ...LITTLE])
    assert.doesNotMatch(stderr, /ready in|first op|flamegate:p/)
  })
})

describe('--in-process', () => {
  const step = async (id: string) => runCommand(await project(), ['run', '--in-process', id])

  test('a few ops, what they return, and what their check says, without a child', async () => {
    const { code, stdout, stderr } = await runCommand(
      await project(),
      ['run', '--in-process', 'loud/op.micro'],
      { DEBUG: 'flamegate:*' },
    )
    assert.equal(code, 0, stdout)
    const [, pid] = /^loud\/op\.micro in this process, (\d+)$/m.exec(stdout) ?? []
    assert.match(stdout, new RegExp(`^ready in ${pid}$`, 'm'))
    assert.match(stdout, /^op 0 returned \{ i: 0, answer: 42 \}\n {2}its check passed\nop 1 /m)
    assert.equal(stderr, 'first op\n')
  })

  test('a check that fails, an op that throws: exit code 2, and where it was', async () => {
    const checked = await step('bad/check.micro')
    assert.equal(checked.code, 2)
    assert.match(
      checked.stdout,
      /^op 0 returned 1\n {2}its check failed: Error: wrong one\n +at .*demo\.perf\.ts:\d+/m,
    )
    const thrown = await step('bad/op.micro')
    assert.equal(thrown.code, 2)
    assert.match(thrown.stdout, /^ {2}it threw: Error: boom\n +at .*demo\.perf\.ts:\d+/m)
  })

  test('requests to a server of this process', async () => {
    const { code, stdout } = await step('loud/op.http')
    assert.equal(code, 2)
    assert.match(stdout, /^POST \/good returned \{ status: 200, body: 'said' \}\n {2}its check passed\n/m)
    assert.match(
      stdout,
      /^GET \/bad returned .*\n {2}its check failed: Error: answered 500 instead of 200\n/m,
    )
  })

  test('of several scenarios none is run', async () => {
    const { code, stderr } = await step('loud')
    assert.equal(code, 2)
    assert.match(
      stderr,
      /'loud' matches 2 scenarios: .*\nhint: name one of them: only one is run in this process/,
    )
  })
})
