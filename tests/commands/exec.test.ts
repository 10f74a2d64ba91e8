import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { transformSync } from 'esbuild'
import { processesNaming } from '../support/processes.ts'
import { type CommandResult, finish, startCommand, untilSaid } from '../support/project.ts'

const TYPESCRIPT = `import { createServer } from 'node:http'
enum Size { Small = 20, Large = 200_000 }


function burn(size: Size): number {
  let sum = 0
  for (let i = 0; i < size; i++)
    sum += Math.sqrt(i * sum)
  return sum
}

createServer((_request, response) => response.end(String(burn(Size.Large)))).listen(0, '127.0.0.1', () => console.log('open'))
`
/** What a loader of TypeScript does: the code that runs is on no disk, and its lines are others. */
const LOADER = `const { readFileSync } = require('node:fs')
require.extensions['.ts'] = (module, path) => module._compile(readFileSync(path + '.compiled', 'utf8'), path)
`
const CLUSTER = `const cluster = require('node:cluster')
if (cluster.isPrimary) cluster.fork(), cluster.fork()
else require('./main.ts')
`

/** A project in which \`npm start\` runs a cluster of TypeScript, and what marks its processes. */
async function createShop(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'flamegate ëxec '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  const { code } = transformSync(TYPESCRIPT, {
    loader: 'ts',
    format: 'cjs',
    sourcemap: 'inline',
    sourcefile: 'main.ts',
    banner: '// one\n// two\n// three\n',
  })
  const scripts = { start: 'node -r ./loader.cjs cluster.js' }
  const files = {
    'package.json': JSON.stringify({ scripts }),
    'main.ts': TYPESCRIPT,
    'main.ts.compiled': code,
    'loader.cjs': LOADER,
    'cluster.js': CLUSTER,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  return { root, env: { FLAMEGATE_TEST_MARK: `mark-${root}` } }
}

async function assertNobodyLeft({
  FLAMEGATE_TEST_MARK: mark,
}: {
  FLAMEGATE_TEST_MARK: string
}): Promise<void> {
  for (let i = 0; i < 100 && processesNaming(mark).length > 0; i++) await pause(20)
  assert.deepEqual(processesNaming(mark), [])
}

function assertPage(root: string, { stdout }: CommandResult): void {
  const [, page = ''] = /^flamegraph: (.*)$/m.exec(stdout) ?? []
  assert.ok(page.startsWith(root) && existsSync(page), stdout)
}

const START = process.platform === 'win32' ? ['npm.cmd', 'start'] : ['npm', 'start']

describe('flamegate exec', { skip: existsSync('/proc') ? false : 'no /proc' }, () => {
  test('npm start, a cluster, TypeScript that a loader compiles: the author’s lines, and nobody is left', async (t) => {
    const { root, env } = await createShop(t)
    const child = startCommand(
      root,
      ['exec', '--get', '/', '--seconds', '0.5', '--no-open', '--', ...START],
      env,
    )
    const result = await finish(child)
    assert.equal(result.code, 0, result.stderr)
    const [first, ...lines] = result.stdout.split('\n')
    assert.match(first!, /^GET \/: [\d,]+ answers in 0\.\d s, .*\/s; P50 .*; CPU .* a request$/)
    assert.match(result.stdout, /^(cluster\.js \d+: .*\n){2,3}all [23] profiles: /m)
    const hottest = lines.find((line) => / self /.test(line))
    assert.match(hottest!, / burn {2}main\.ts:5$/)
    assertPage(root, result)
    assert.ok(readdirSync(join(root, '.flamegate/latest/profiles')).length >= 3)
    await assertNobodyLeft(env)
  })

  test('without load it goes on until Ctrl-C, which is its end and no interruption', async (t) => {
    const { root, env } = await createShop(t)
    const words = ['node', '-r', './loader.cjs', 'main.ts']
    const child = startCommand(root, ['exec', '--no-open', '--', ...words], env)
    const done = finish(child)
    await untilSaid(child, /open/)
    child.kill('SIGINT')
    const result = await done
    assert.equal(result.code, 0, result.stderr)
    assert.match(result.stdout, /^main\.ts: .* stack samples/)
    assertPage(root, result)
    await assertNobodyLeft(env)
  })

  test('a script that fails: its profile, and exit code 2', async (t) => {
    const { root, env } = await createShop(t)
    const words = ['node', '-e', 'const end = Date.now() + 50; while (Date.now() < end); process.exit(3)']
    const result = await finish(startCommand(root, ['exec', '--no-open', '--', ...words], env))
    assert.equal(result.code, 2)
    assert.match(result.stderr, /^flamegate: 'node -e .*' ended with exit code 3$/m)
    assertPage(root, result)
  })
})

/** Burns some of its time, and says again and again where its inspector is. */
const RUNNING = `const { isMainThread, Worker } = require('node:worker_threads')
function burn() {
  const end = Date.now() + 10
  while (Date.now() < end);
}
setInterval(burn, 20)
if (isMainThread) {
  new Worker(__filename)
  setInterval(() => console.log('inspector', require('node:inspector').url()), 20)
}
`

describe('flamegate attach', { skip: existsSync('/proc') ? false : 'no /proc' }, () => {
  test('a running process and its thread by its id; it goes on, and its inspector is closed again', async (t) => {
    const { root, env } = await createShop(t)
    await writeFile(join(root, 'running.js'), RUNNING)
    const target = spawn(process.execPath, ['running.js'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
    t.after(() => target.kill('SIGKILL'))
    await once(target.stdout, 'data')
    const command = startCommand(root, ['attach', String(target.pid), '--seconds', '0.5', '--no-open'], env)
    const result = await finish(command)
    assert.equal(result.code, 0, result.stderr)
    assert.match(result.stdout, /^running\.js: .*\nrunning\.js thread 1: .*\nall 2 profiles: /)
    assert.match(result.stdout, / burn {2}running\.js:2$/m)
    assertPage(root, result)
    const said = await untilItSays(target.stdout, /undefined\n$/)
    assert.match(said, /undefined/)
    assert.equal(target.exitCode, null)
  })
})

/** Cannot listen where it wants to, in either version: somebody does so already. */
const SERVER = `const { createServer } = require('node:http')
const busy = createServer(() => {})
busy.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('up'))
busy.on('request', (_, response) => response.end(String(work())))
function work() {
  let sum = 0
  for (let i = 0; i < 100; i++) sum += i
  return sum
}
`

test('compare without a perf file: a server that was not changed runs the same code, on ports of its own', async (t) => {
  const { root, env } = await createShop(t)
  await writeFile(join(root, 'server.js'), SERVER)
  commitAll(root)
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const words = ['node', 'server.js', String((other.address() as AddressInfo).port)]
  const args = ['compare', '--get', '/', '--format', 'agent', '--', ...words]
  const result = await finish(startCommand(root, args, env))
  assert.equal(result.code, 0, result.stderr)
  assert.match(result.stdout, /^outcome: green, .*same code/m)
  assert.match(result.stdout, new RegExp(`^next: npx flamegate exec --get / -- ${words.join(' ')}$`, 'm'))
  await assertNobodyLeft(env)
})

function commitAll(root: string): void {
  const names = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  }
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'one'],
  ])
    execFileSync('git', args, { cwd: root, env: { ...process.env, ...names } })
}

/** The first that a process says and that matches; it hangs where there is none. */
async function untilItSays(stream: NodeJS.ReadableStream, words: RegExp): Promise<string> {
  for (;;) {
    const [said] = await once(stream, 'data')
    if (words.test(String(said))) return String(said)
  }
}
