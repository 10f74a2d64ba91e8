import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'valibot'
import { reportSchema } from '../../perf/results/report.ts'
import { assertNoneLeft, markOf } from '../support/processes.ts'
import { createProject, FINE_SCENARIO, QUICK_RUN, runCommand } from '../support/project.ts'
import { type Cleaner, cleanAfterSuite, once } from '../support/shared.ts'

/** One run of scenarios that misbehave, beside one that does not. */
async function measureWith(
  t: Cleaner,
  name: string,
  scenarios: readonly string[],
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  const root = await createProject(t, FINE_SCENARIO + scenarios.join('\n'))
  const { code, stdout, stderr } = await runCommand(root, [...QUICK_RUN, ...args], {
    ...markOf(name),
    ...env,
  })
  const report = parse(reportSchema, JSON.parse(stdout))
  assertNoneLeft(name)
  const resultOf = (id: string) => report.scenarios.find((result) => result.id === id)!
  return { code, stderr, resultOf }
}

type Measured = Awaited<ReturnType<typeof measureWith>>

/** The faulty scenario fails for that reason, the fine one is measured, and the exit code says so. */
function assertFailed({ code, resultOf }: Measured, id: string, reason: RegExp): void {
  const bad = resultOf(id)
  assert.equal(bad.status, 'failed')
  assert.match(bad.status === 'failed' ? bad.reason : '', reason)
  assert.equal(resultOf('fine/op.micro').status, 'measured')
  assert.equal(code, 2)
}

/** Measured code that has clocks of its own, as fake timers are. */
const WITHOUT_CLOCKS = `
  performance.now = () => 0
  process.hrtime.bigint = () => 0n
  process.cpuUsage = () => ({ user: NaN, system: NaN })
  process.exit = () => {}
  globalThis.Date = class { static now() { return 0 } } as any
  globalThis.setImmediate = globalThis.setTimeout = globalThis.queueMicrotask = undefined as any
`
const idOf = (name: string, kind: 'micro' | 'http') => `bad/${name.replaceAll(' ', '-')}.${kind}`
/** A micro scenario or an HTTP scenario, but for its name. */
type Scenario = (name: string) => string
const micro =
  (body: string, setup = 'setup: () => 0'): Scenario =>
  (name) =>
    `micro({ id: '${idOf(name, 'micro')}', ${setup}, ${body} }),`
const server =
  (listener: string, more = ''): Scenario =>
  (name) =>
    `http({ id: '${idOf(name, 'http')}', serve: () => createServer(${listener}), requests: [{ method: 'POST', path: '/', body: {} }], expectStatus: 200, ${more} }),`
/** The id that a scenario's text has. */
const idIn = (text: string) => /id: '([^']+)'/.exec(text)![1]!
const ok = `(q, s) => { q.resume(); q.on('end', () => s.end('ok')) }`

describe('a scenario that misbehaves fails, and nothing else does', () => {
  const t = cleanAfterSuite()
  const faults: readonly (readonly [name: string, scenario: Scenario, reason: RegExp])[] = [
    [
      'throws',
      micro(`op() { throw new Error('boom') }`),
      /^boom \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'throws later',
      micro(`op(_: number, i: number) { if (i === 500) throw new Error('late boom') }`),
      /^late boom \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'rejects',
      micro(`op: async () => { throw new Error('async boom') }`),
      /^async boom \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'fails in setup',
      micro('op: () => 0', `setup() { throw new Error('no setup') }`),
      /^no setup \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'fails its check',
      micro(`op: () => 1, check(r: unknown) { throw new Error('wrong ' + r) }`),
      /^wrong 1 \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'checks later',
      micro('op: () => 1, check: (async () => false) as any'),
      /^its check returns a promise: a check answers at once$/,
    ],
    [
      'throws an error of odd parts',
      micro(`op() { throw Object.assign(new Error(), { message: 42, stack: { a: 1 } }) }`),
      /^42$/,
    ],
    [
      'counts what is no number',
      micro('op: () => 1, counters: () => ({ things: Number.NaN })'),
      /^its counter 'things' is no number but NaN$/,
    ],
    ['exits with 0', micro('op() { process.exit(0) }'), /ended with exit code 0 before it had a result/],
    [
      'exits later',
      micro('op() {}', 'setup: () => { setTimeout(() => process.exit(0), 100) }'),
      /ended with exit code 0/,
    ],
    [
      'kills itself',
      micro(`op() { process.kill(process.pid, 'SIGKILL') }`),
      /ended (by SIGKILL|with exit code)/,
    ],
    [
      'throws outside of an op',
      micro('op() {}', `setup: () => { setTimeout(() => { throw new Error('stray') }, 10) }`),
      /^stray \(packages\/demo\/perf\/demo\.perf\.ts:\d+\)$/,
    ],
    [
      'answers in our place',
      micro(`op() { process.send?.({ kind: 'measured', measurement: {} }); throw new Error('no parent') }`),
      /^no parent/,
    ],
    [
      'disconnects from its parent',
      micro('op() { process.disconnect() }'),
      /the process ended (by SIGKILL|with exit code 1)/,
    ],
    [
      'stops sending patches',
      server(
        `(() => { let out: any; let n = 0; return (q: any, s: any) => { if (q.url === '/s') { out = s; s.write(': hi\\n\\n') } else { q.resume(); q.on('end', () => { if (n++ < 20) out.write('data: 1\\n\\n'); s.end() }) } } })()`,
        `stream: { path: '/s', counter: 'patchBytes', failOnPrefix: 'ERR' }`,
      ),
      /requests brought 20 events instead of/,
    ],
    [
      'sends no patches',
      server(
        `(q, s) => { q.resume(); if (q.url === '/s') s.write(': hi\\n\\n'); else s.end() }`,
        `stream: { path: '/s', failOnPrefix: 'ERR', eventsPerRequest: 1 }`,
      ),
      /1 requests brought 0 events instead of 1 each/,
    ],
    [
      'ends its stream',
      server(
        `(q, s) => { q.resume(); if (q.url === '/s') { s.write(': hi\\n\\n'); setTimeout(() => s.end(), 50) } else s.end() }`,
        `stream: { path: '/s', counter: 'patchBytes', failOnPrefix: 'ERR' }`,
      ),
      /the stream brought its end, too early/,
    ],
    ['aborts', micro('op() { process.abort() }'), /ended (by SIGABRT|with exit code)/],
    [
      'overflows the stack',
      micro('op() { const deeper = (): number => deeper() + 1; return deeper() }'),
      /^Maximum call stack size exceeded/,
    ],
    [
      'breaks what all arrays have',
      micro('op: () => 0', `setup() { (Array.prototype as any).map = () => { throw new Error('no map') } }`),
      /^no map/,
    ],
    [
      'leaves a rejection unhandled',
      micro('op: () => 0', `setup() { Promise.reject(new Error('loose')) }`),
      /^loose/,
    ],
    ['throws no error', micro(`op() { throw 'text' }`), /^text$/],
    [
      'answers another status',
      server(`(q, s) => { s.statusCode = 500; s.end() }`),
      /answered 500 instead of 200/,
    ],
    ['server exits', server(`() => process.exit(0)`), /ended with exit code 0|closed the connection/],
    ['server hangs up', server(`(q) => q.socket.destroy()`), /closed the connection|ECONNRESET/],
    [
      'stream is missing',
      server(
        `(q, s) => { s.statusCode = q.url === '/' ? 200 : 404; q.resume(); s.end() }`,
        `stream: { path: '/stream', failOnPrefix: 'x' }`,
      ),
      /stream \/stream answered 404/,
    ],
    [
      'stream brings an error',
      server(
        `(() => { let out: any; return (q: any, s: any) => { if (q.url === '/s') { out = s; s.write(': hi\\n\\n') } else { q.resume(); q.on('end', () => { out.write('data: ERR no\\n\\n'); s.end() }) } } })()`,
        `stream: { path: '/s', counter: 'patchBytes', failOnPrefix: 'ERR' }`,
      ),
      /the stream brought ERR no/,
    ],
  ]
  const texts = faults.map(([name, scenario]) => scenario(name))
  const all = once(() => measureWith(t, 'faults', texts))
  for (const [i, [name, , reason]] of faults.entries())
    test(name, async () => assertFailed(await all(), idIn(texts[i]!), reason))

  const hanging: readonly (readonly [name: string, scenario: Scenario])[] = [
    ['never resolves', micro('op: () => new Promise(() => {})')],
    ['loops for ever', micro('op() { for (;;); }')],
    ['prints without end', micro(`op() { for (;;) console.log('x'.repeat(1000)) }`)],
    ['prints errors without end', micro(`op() { for (;;) console.error('x'.repeat(1000)) }`)],
    ['server never answers', server('() => {}')],
  ]
  const hangingTexts = hanging.map(([name, scenario]) => scenario(name))
  const cutOff = once(() => measureWith(t, 'hanging', hangingTexts, ['--timeout', '2']))
  for (const [i, [name]] of hanging.entries())
    test(`${name}: cut off by the time limit`, async () =>
      assertFailed(await cutOff(), idIn(hangingTexts[i]!), /no result within 2 s/))

  test('runs out of memory', async () => {
    const greedy = micro(
      `op: (() => { const all: unknown[] = []; return () => { for (let i = 0; i < 1e5; i++) all.push(new Array(1000).fill(i)) } })()`,
    )('memory')
    const measured = await measureWith(t, 'memory', [greedy], [], {
      NODE_OPTIONS: '--max-old-space-size=64',
    })
    assertFailed(measured, idIn(greedy), /ended .*FATAL ERROR.*heap/i)
  })
})

describe('what the measured code does besides', () => {
  const t = cleanAfterSuite()
  const spin = (ms: number) => `{ const end = performance.now() + ${ms}; while (performance.now() < end); }`
  const scenarios: Record<
    | 'prints'
    | 'leaks'
    | 'clockless'
    | 'clockless server'
    | 'slow'
    | 'cpu'
    | 'tiny'
    | 'stream'
    | 'session'
    | 'skip',
    Scenario
  > = {
    prints: micro(`op() { console.log('NOISE'); console.error('NOISE') }`),
    leaks: micro(
      'op() {}',
      `setup: async () => { setInterval(() => {}, 10); createServer().listen(0); const { spawn } = await import('node:child_process'); spawn(process.execPath, ['-e', 'setInterval(() => {}, 10)'], { stdio: 'ignore' })
        const orphan = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 10)'], { stdio: 'ignore', detached: true }).unref()"
        if (process.platform === 'linux') spawn(process.execPath, ['-e', orphan], { stdio: 'ignore', detached: true }) }`,
    ),
    clockless: micro('op: () => JSON.stringify([1, 2])', `setup() { ${WITHOUT_CLOCKS} }`),
    'clockless server': server(
      `(() => { ${WITHOUT_CLOCKS} return (_: any, answer: any) => answer.end() })()`,
    ),
    slow: micro(`op: () => ${spin(60)}`),
    cpu: micro(`op() ${spin(0.05)}, check() ${spin(0.2)}`),
    tiny: micro('op: (_: number, i: number) => i + 1'),
    stream: server(
      `(() => { let out: any; return (q: any, s: any) => { if (q.url === '/s') { out = s; s.write(': hi\\n\\n') } else { q.resume(); q.on('end', () => { out.write('data: 12345\\n\\n'); s.end('ok') }) } } })()`,
      `stream: { path: '/s', counter: 'patchBytes', failOnPrefix: 'ERR' }`,
    ),
    session: (name) =>
      `http({ id: '${idOf(name, 'http')}', expectStatus: 200, prepare: [{ method: 'POST', path: '/login', body: 'secret' }],
        serve: () => Object.assign(createServer((q: any, s: any) => {
          q.resume()
          if (q.url === '/login') s.setHeader('Set-Cookie', 'sid=7; HttpOnly').end()
          else if (q.headers.cookie !== 'sid=7' || q.headers.authorization !== 'x') s.writeHead(401).end()
          else if (q.url === '/304') s.writeHead(304, { 'Content-Length': 9 }).end()
          else s.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => s.end('ok'))
        }), { maxRequestsPerSocket: 50 }),
        requests: [
          { method: 'HEAD', path: '/', headers: { Authorization: 'x' } },
          { method: 'GET', path: '/304', headers: { Authorization: 'x' }, expectStatus: 304 },
          { method: 'PUT', path: '/', headers: { Authorization: 'x' }, body: new URLSearchParams({ a: 'b' }) },
        ] }),`,
    skip: server(ok, `requires: ['no-such-package']`),
  }
  const texts = Object.entries(scenarios).map(([name, scenario]) => scenario(name))
  const all = once(() => measureWith(t, 'besides', texts))
  const servers = ['clockless server', 'stream', 'session']
  /** The result of one of them, which was measured. */
  const measuredOf = async (name: Exclude<keyof typeof scenarios, 'skip'>) => {
    const { code, resultOf } = await all()
    const result = resultOf(idOf(name, servers.includes(name) ? 'http' : 'micro'))
    assert.equal(code, 0)
    assert.ok(result.status === 'measured', JSON.stringify(result))
    return result
  }

  test('printing reaches neither the report nor stdout', async () => {
    assert.doesNotMatch(JSON.stringify(await measuredOf('prints')) + (await all()).stderr, /NOISE/)
  })

  test('open handles and processes of its own end with it', async () => {
    await measuredOf('leaks')
  })

  for (const name of ['clockless', 'clockless server'] as const)
    test(`clocks and timers that it replaces are not those of the harness: ${name}`, async () => {
      const { code, metrics } = await measuredOf(name)
      assert.ok(metrics.p50Ns.raw.value > 0)
      assert.ok(metrics.cpuNsPerOp.raw.value > 0)
      assert.ok(code?.tokensPerOp?.candidate, 'it ended by itself, and its counts were had')
    })

  test('an op that grows its state is measured, with a warning', async (t) => {
    // It costs twice as much for every 0.25 s that it ran, however fast the machine is and however long a fork waits for
    // another one, until it takes 0.6 ms.
    const growing = micro(
      'op(ran: { ms: number }) { const start = performance.now(); const end = start + 0.02 * 2 ** Math.min(5, ran.ms / 250); while (performance.now() < end); ran.ms += performance.now() - start; }',
      'setup: () => ({ ms: 0 })',
    )('grows')
    const root = await createProject(t, growing)
    const { stdout } = await runCommand(root, ['run', '--forks', '4', '--no-profile', '--json'])
    const [bad] = parse(reportSchema, JSON.parse(stdout)).scenarios
    assert.ok(
      bad?.status === 'measured' &&
        bad.warnings.some(({ code }) => code === 'trend' || code === 'never-steady'),
    )
  })

  test('a slow op is measured too', async () => {
    const slow = await measuredOf('slow')
    assert.ok(slow.metrics.p50Ns.raw.value >= 60e6)
  })

  test('CPU time is that of the ops, not of their checks', async () => {
    const { cpuNsPerOp, p50Ns } = (await measuredOf('cpu')).metrics
    assert.ok(cpuNsPerOp.raw.value < 3 * p50Ns.raw.value, `${cpuNsPerOp.raw.value} of ${p50Ns.raw.value}`)
  })

  test('an op below the clock’s resolution is timed in batches, with a warning', async () => {
    const tiny = await measuredOf('tiny')
    assert.ok(tiny.metrics.opsPerSample > 1)
    assert.ok(tiny.warnings.some(({ code }) => code === 'below-clock'))
  })

  test('an HTTP scenario has latencies below a millisecond, CPU time of the server, and patch bytes', async () => {
    const { metrics, counters, forks } = await measuredOf('stream')
    assert.ok(metrics.p50Ns.raw.value > 1000 && metrics.p50Ns.raw.value % 1e6 !== 0)
    assert.ok(metrics.cpuNsPerOp.raw.value > 1000)
    assert.deepEqual(counters, [{ name: 'patchBytes', unit: 'bytes', perOp: 5, baselinePerOp: null }])
    assert.ok(forks[0]!.clientBusyShare! > 0)
  })

  test('a server with a login, a limit of requests a connection, HEAD, 304 and early hints is measured', async () => {
    const { metrics } = await measuredOf('session')
    assert.ok(metrics.p50Ns.raw.value > 1000)
  })

  test('a missing package skips the scenario, with the command that installs it', async () => {
    const { code, resultOf } = await all()
    const skipped = resultOf(idOf('skip', 'http'))
    assert.equal(skipped.status, 'skipped')
    assert.match(
      skipped.status === 'skipped' ? skipped.reason : '',
      /no-such-package is not installed .*npm install no-such-package/,
    )
    assert.equal(code, 0)
  })
})
