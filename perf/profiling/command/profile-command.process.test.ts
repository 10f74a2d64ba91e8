import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type CommandRequest, profileCommand } from './profile-command.ts'

const SERVER = `
const { createServer } = require('node:http')
createServer(({ url }, response) => {
  if (url === '/crash') process.exit(7)
  response.writeHead(url === '/' ? 200 : 404).end('ok')
}).listen(Number(process.argv[2]), '127.0.0.1')`

async function profile(
  t: TestContext,
  request: Partial<CommandRequest>,
  signal = new AbortController().signal,
) {
  const cwd = await mkdtemp(join(tmpdir(), 'flamegate cömmand '))
  t.after(() => rm(cwd, { recursive: true, force: true }))
  await writeFile(join(cwd, 'server.js'), SERVER)
  const usual = {
    words: [process.execPath, 'server.js', '0'],
    cwd,
    paths: [],
    loadCommand: undefined,
    port: undefined,
  }
  const ways = { recordMs: undefined, onOutput: () => {}, tell: () => {} }
  return profileCommand({ ...usual, ...ways, ...request }, signal)
}

const RUNS_NODE = [process.execPath, '-e', '']

describe('a command that cannot be profiled says why', () => {
  const rows: readonly [what: string, request: Partial<CommandRequest>, code: string, message: RegExp][] = [
    [
      'there is none',
      { words: ['no-such-command-here'] },
      'bad-command',
      /cannot start 'no-such.*no such command/,
    ],
    ['it is a file', { words: ['server.js'] }, 'bad-command', /cannot start 'server.js'/],
    ['no Node in it', { words: ['sleep', '0'] }, 'bad-command', /no process of 'sleep 0' was one of Node's/],
    [
      'it ends before it listens',
      { words: RUNS_NODE, paths: ['/'] },
      'bad-command',
      /ended with exit code 0 before it listened/,
    ],
    ['another status', { paths: ['/', '/nowhere'] }, 'bad-server', /GET \/nowhere answered 404/],
  ]
  for (const [what, request, code, message] of rows) {
    test(what, async (t) => {
      await assert.rejects(profile(t, request), { code, message })
    })
  }

  test('its port is in use', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const words = [process.execPath, 'server.js', String(port)]
    await assert.rejects(profile(t, { words, paths: ['/'] }), {
      code: 'bad-server',
      message: `port ${port} is in use by another process`,
    })
  })

  test('an interruption before anything was recorded is one', async (t) => {
    const reason = new Error('interrupted')
    await assert.rejects(profile(t, {}, AbortSignal.abort(reason)), reason)
  })
})

test('a server that ends while it is loaded leaves its recording, and that is told', async (t) => {
  const loadCommand = `${JSON.stringify(process.execPath)} -e "fetch('http://127.0.0.1:$PORT/crash').catch(() => {})"`
  const { recordings, end } = await profile(t, { loadCommand })
  assert.equal(recordings.length, 1)
  assert.equal(end?.code, 7)
})

test('a thread that never leaves its loop is recorded, too', async (t) => {
  const script = 'const spin = () => { for (;;) Math.sqrt(2) }; console.log(1); setTimeout(spin, 50)'
  const { recordings, lost } = await profile(t, { words: [process.execPath, '-e', script], recordMs: 1_000 })
  assert.deepEqual([recordings.length, lost], [1, []])
})
