import assert from 'node:assert/strict'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type CommandResult, createProject, finish, runCommand, startCommand } from '../support/project.ts'

const WORK = `micro({ id: 'work/json.micro', parameters: { size: 50 }, setup: (target) => target, op: (target: Target) => target.work() }),`
const OTHER = `micro({ id: 'other/json.micro', setup: () => ({ a: [1, 2, 3] }), op: (value: unknown) => JSON.stringify(value) }),`
const target = (loops: number) =>
  `const list = Array.from({ length: 50 }, (_, i) => ({ id: i, name: 'n' + i }))\n` +
  `export function work(): unknown { let r: unknown; for (let i = 0; i < ${loops}; i++) r = JSON.parse(JSON.stringify(list)); return r }\n`
const project = (t: Parameters<typeof createProject>[0]) => createProject(t, WORK + OTHER, target(2))
const FAST = ['--quick', '--seed', '1']
/** One fork of one scenario, where it is not what was measured that matters. */
const LITTLE = ['--no-profile', '--forks', '1', 'other']
const STRICT = { STRICT_PERF: 'true' }
const stdout = (result: CommandResult) => result.stdout.trim()

describe('wrong use is exit code 2, says what is wrong, and measures nothing', () => {
  for (const [name, args, env, message] of [
    ['an unknown flag', ['run', '--frks', '3'], {}, /unknown option '--frks'\n.*Did you mean --forks\?/],
    ['an unknown command', ['rum'], {}, /unknown command 'rum'\n.*Did you mean run\?/],
    [
      'a filter that matches nothing',
      ['run', 'wrok'],
      {},
      /no scenario matches 'wrok'\nhint: did you mean 'work'\?/,
    ],
    [
      'a number that is none',
      ['run', '--forks', 'many'],
      {},
      /'--forks <count>' argument 'many' is invalid.*whole number from 1 to 100/,
    ],
    ['a number out of range', ['run', '--forks', '0'], {}, /whole number from 1 to 100/],
    ['two outputs', ['run', '--json', '--markdown'], {}, /cannot be used with option '--markdown'/],
    [
      'a target that does not exist',
      ['run', '--target', 'nowhere'],
      {},
      /target folder .*nowhere does not exist/,
    ],
    [
      'STRICT_PERF that is neither yes nor no',
      ['run'],
      { STRICT_PERF: 'maybe' },
      /STRICT_PERF is 'maybe'\nhint: /,
    ],
  ] as const) {
    test(name, async (t) => {
      const { code, stdout, stderr } = await runCommand(await project(t), args, env)
      assert.equal(code, 2)
      assert.match(stderr, message)
      assert.equal(stdout, '')
    })
  }

  test('no perf file', async (t) => {
    const root = await project(t)
    await rm(join(root, 'packages'), { recursive: true })
    const { code, stderr } = await runCommand(root, ['run'])
    assert.equal(code, 2)
    assert.match(stderr, /no perf files in .*\nhint: /)
  })

  for (const [name, text, message] of [
    ['cannot be loaded', 'import "./nowhere.ts"\n', /cannot load .*demo\.perf\.ts: .*nowhere/],
    ['exports no suite', 'export const a = 1\n', /defines no scenario\nhint: /],
  ] as const) {
    test(`a perf file that ${name}`, async (t) => {
      const root = await project(t)
      await writeFile(join(root, 'packages/demo/perf/demo.perf.ts'), text)
      const { code, stderr } = await runCommand(root, ['run'])
      assert.equal(code, 2)
      assert.match(stderr, message)
    })
  }

  for (const [name, text, how] of [
    ['ends the process', 'process.exit(0)', 'it ended the process with exit code 0'],
    [
      'awaits what never comes',
      'await new Promise(() => {})\nexport default {}',
      'it awaits what never comes',
    ],
    ['writes over the project', 'export default { outDir: "." }', "outDir '.' holds the project"],
    ['throws where it is read', 'export default { get forks() { throw new Error("odd") } }', 'odd'],
  ] as const) {
    test(`a config that ${name} is never a green run`, async (t) => {
      const root = await project(t)
      await writeFile(join(root, 'package.json'), '{ "type": "module" }')
      await writeFile(join(root, 'flamegate.config.mjs'), text)
      const { code, stderr } = await runCommand(root, ['run'], { STRICT_PERF: 'true' })
      assert.equal(code, 2)
      assert.match(stderr, new RegExp(`^error: (?:cannot load .*flamegate\\.config\\.mjs: )?${how}\n`))
    })
  }

  test('a perf file that defines something too late has one fault, not two', async (t) => {
    const root = await project(t)
    const text = "import { bench } from 'flamegate'\nsetTimeout(() => bench('late', () => 1), 10)\n"
    await writeFile(join(root, 'packages/demo/perf/demo.perf.ts'), text)
    const { code, stderr } = await runCommand(root, ['run', '--list'])
    assert.equal(code, 2)
    assert.match(stderr, /defines no scenario/)
    assert.doesNotMatch(stderr, /bug/)
  })

  test('a perf file that ends the process', async (t) => {
    const root = await project(t)
    await writeFile(join(root, 'packages/demo/perf/demo.perf.ts'), 'console.log("hi")\nprocess.exit(0)\n')
    for (const [args, how] of [
      [['run'], 'the process ended with exit code 0'],
      [['run', '--list'], 'it ended the process with exit code 0'],
    ] as const) {
      const { code, stdout, stderr } = await runCommand(root, args)
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, new RegExp(`cannot load .*demo\\.perf\\.ts: ${how}`))
    }
  })

  for (const [name, text, how] of [
    ['waits for nothing', 'await new Promise(() => {})', 'it ended the process with exit code \\d+'],
    [
      'fails where nobody catches it',
      'setTimeout(() => { throw new Error("late") }, 0)\nawait new Promise((resolve) => setTimeout(resolve, 1_000))',
      'late\n',
    ],
    ['has a fault', 'throw new Error("early")', 'early\n'],
    ['aborts', 'process.abort()', 'it aborted the process\n'],
  ] as const) {
    test(`a perf file that ${name}, as it is listed`, async (t) => {
      const root = await project(t)
      await writeFile(join(root, 'packages/demo/perf/demo.perf.ts'), `${text}\n`)
      const { code, stdout, stderr } = await runCommand(root, ['run', '--list'])
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, new RegExp(`^error: cannot load .*demo\\.perf\\.ts: ${how}`, 'm'))
    })
  }

  test('NODE_OPTIONS that would be measured along', async (t) => {
    const root = await project(t)
    const { code, stderr } = await runCommand(root, ['run', ...FAST], { NODE_OPTIONS: '--require node:fs' })
    assert.equal(code, 2)
    assert.match(
      stderr,
      /NODE_OPTIONS has --require, which would be measured along\nhint: unset NODE_OPTIONS/,
    )
  })

  test('a scenario id that tries to leave the output folder', async (t) => {
    const root = await createProject(t, `micro({ id: '../../etc/x.micro', setup: () => 0, op: () => 0 }),`)
    const { code, stderr } = await runCommand(root, ['run'])
    assert.equal(code, 2)
    assert.match(stderr, /scenario id '\.\.\/\.\.\/etc\/x\.micro' of suite 'demo' is not family\/case\.layer/)
  })
})

describe('output', () => {
  test('--help shows every flag; its examples are of this command', async (t) => {
    const { code, stdout } = await runCommand(await project(t), ['run', '--help'])
    assert.equal(code, 0)
    for (const flag of [
      '--quick',
      '--list',
      '--target',
      '--json',
      '--markdown',
      '--forks',
      '--time',
      '--seed',
      '--timeout',
    ]) {
      assert.ok(stdout.includes(flag), flag)
    }
  })

  test('--list prints ids and parameters, and measures nothing', async (t) => {
    const { code, stdout, stderr } = await runCommand(await project(t), ['run', '--list', 'work'])
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'work/json.micro  size 50\n', stderr: '' })
  })

  test('--list ends, and prints nothing else, whatever a perf file does', async (t) => {
    const root = await project(t)
    const noise = 'console.log("hi")\nsetInterval(() => console.log("there"), 10)\n'
    await appendFile(join(root, 'packages/demo/perf/demo.perf.ts'), noise)
    const { code, stdout } = await runCommand(root, ['run', '--list', 'work/'])
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'work/json.micro  size 50\n' })
  })

  for (const filter of ['work', '*.micro', 'work/*']) {
    test(`filter ${filter}`, async (t) => {
      const { stdout } = await runCommand(await project(t), ['run', '--list', filter])
      assert.match(stdout, /^(other\/json\.micro\n)?work\/json\.micro {2,3}size 50\n$/)
    })
  }

  test('the table, the Markdown path, and progress on stderr only', async (t) => {
    const { code, stdout, stderr } = await runCommand(await project(t), ['run', ...FAST])
    assert.equal(code, 0)
    for (const head of ['ops/s', 'P50', 'P95', 'CPU/op', 'alloc/op', 'hottest function'])
      assert.ok(stdout.includes(head), head)
    assert.match(stdout, /work\/json\.micro +[\d,]+ +±>?[\d.]+ %/)
    assert.match(stdout, /report: .*report\.md\n$/)
    assert.match(stderr, /^flamegate: identifying 0\/2, now [\s\S]*^flamegate: measuring 0\/4, now /m)
  })

  test('--json prints the report alone, whatever a perf file prints, as in report.json, valid by the published schema', async (t) => {
    const root = await project(t)
    const file = join(root, 'packages/demo/perf/demo.perf.ts')
    await writeFile(file, `console.log('NOISE')\n${await readFile(file, 'utf8')}`)
    const { stdout } = await runCommand(root, ['run', ...FAST, '--json'])
    const schema = JSON.parse(
      await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
    )
    const validate = new Ajv2020({ allowUnionTypes: true, formats: { 'date-time': true } }).compile(schema)
    assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors))
    assert.equal(JSON.parse(stdout).scenarios.length, 2)
    assert.ok(!validate({ ...JSON.parse(stdout), scenarios: [{}] }), 'the schema refuses what is no report')
    assert.equal(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8'), stdout)
  })

  test('a reader that stops reading changes nothing', { skip: process.platform === 'win32' }, async (t) => {
    const root = await project(t)
    const child = startCommand(root, ['run', ...FAST, ...LITTLE])
    child.stdout!.destroy()
    assert.equal((await finish(child)).code, 0)
  })

  test('--markdown prints the Markdown alone, as in report.md; in GitHub Actions it goes to the job summary too', async (t) => {
    const root = await project(t)
    const summary = join(root, 'summary.md')
    await writeFile(summary, 'before\n')
    const { stdout } = await runCommand(root, ['run', ...FAST, ...LITTLE, '--markdown'], {
      GITHUB_STEP_SUMMARY: summary,
    })
    assert.match(stdout, /^## flamegate: /)
    assert.equal(await readFile(join(root, 'tmp/perf/latest/report.md'), 'utf8'), stdout)
    assert.equal(await readFile(summary, 'utf8'), `before\n${stdout}`)
  })
})

describe('baseline and gate', () => {
  for (const [name, damage, message] of [
    [
      'truncated',
      (text: string) => text.slice(0, text.length / 2),
      /is no whole JSON file: .*\nhint: restore it/,
    ],
    ['empty', () => '', /is no whole JSON file/],
    [
      'of a future version',
      (text: string) => text.replace('"schemaVersion": 2', '"schemaVersion": 99'),
      /is of version 99; this flamegate reads 3\nhint: update flamegate/,
    ],
    ['no baseline at all', () => '{"hello": 1}', /is no baseline/],
    [
      'edited by hand',
      (text: string) => text.replace(/"opsPerSecond": \[/, '"opsPerSecond": ["fast", '),
      /is no baseline: [\s\S]*opsPerSecond/,
    ],
    [
      'left with a single fork',
      (text: string) => text.replace(/"opsPerSecond": \[[^\]]*\]/, '"opsPerSecond": [1]'),
      /is no baseline: [\s\S]*opsPerSecond/,
    ],
  ] as const) {
    test(`a baseline that is ${name}: exit code 2 and a hint, before anything is measured`, async (t) => {
      const root = await project(t)
      const row = { cpuModel: 'x', coreCount: 1, os: 'y', nodeMajor: 1, nodeOptions: '' }
      const values = { opsPerSecond: [1, 1], p50Ns: [1, 1], p95Ns: [1, 1], p99Ns: [1, 1], cpuNsPerOp: [1, 1] }
      const scenarios = { a: { parameters: {}, counters: {}, raw: values, canaries: {} } }
      const whole = {
        schemaVersion: 2,
        rows: [
          { fingerprint: row, commit: null, takenAt: '2026-01-01T00:00:00Z', canaryVersion: 1, scenarios },
        ],
      }
      await writeFile(join(root, 'baseline.json'), damage(JSON.stringify(whole, null, 1)))
      for (const env of [STRICT, {}]) {
        const { code, stderr } = await runCommand(root, ['run', ...FAST], env)
        assert.equal(code, 2)
        assert.match(stderr, message)
        assert.doesNotMatch(stderr, /measuring/)
      }
    })
  }

  test('what runs the baseline’s code is green on any machine, and is not measured for --changed', async (t) => {
    const root = await project(t)
    assert.equal((await runCommand(root, ['baseline', '--exact'])).code, 0)
    const { code, stdout, stderr } = await runCommand(root, ['run', '--changed'], STRICT)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^work\/json\.micro +same code$/m)
    assert.match(stdout, /no regression against the baseline: all of it is the same code/)
    assert.doesNotMatch(stderr, /measuring/)
  })

  test('exact work needs no timing: the same code is green, more work is red, in a baseline of counts alone, too', async (t) => {
    const root = await project(t)
    const stored = await runCommand(root, ['baseline', '--exact'])
    assert.equal(stored.code, 0, stored.stderr)
    assert.match(stdout(stored), /baseline\.json: the code of 2 scenarios$/)
    const same = await runCommand(root, ['run', '--exact'], STRICT)
    assert.equal(same.code, 0, same.stderr)
    assert.match(stdout(same), /2 compared, 2 of them the same code$/)
    await writeFile(join(root, 'packages/demo/target.ts'), target(40))
    const more = await runCommand(root, ['run', '--exact', '--json'], STRICT)
    assert.equal(more.code, 1, more.stderr)
    const [other, work] = JSON.parse(more.stdout)
    assert.equal(other.verdict.kind, 'same-code')
    assert.equal(work.verdict.kind, 'regressed')
    assert.ok(work.verdict.ratio > 5)
    assert.equal((await runCommand(root, ['run', '--exact', 'work'])).code, 0)
  })

  test('no baseline, or no code of it: unproven, exit code 2 under STRICT_PERF', async (t) => {
    const root = await project(t)
    const missing = await runCommand(root, ['run', ...FAST, ...LITTLE], STRICT)
    assert.equal(missing.code, 2)
    assert.match(
      missing.stdout,
      /nothing was compared\n {2}there is no baseline\.json: measure one with npx flamegate baseline/,
    )
    await writeFile(join(root, 'baseline.json'), '{"schemaVersion":1,"rows":[]}')
    const foreign = await runCommand(root, ['run', ...FAST, ...LITTLE], STRICT)
    assert.equal(foreign.code, 2)
    assert.match(foreign.stdout, /cannot be compared: git says of .*: not a git repository/)
  })

  test('an unfit run leaves the old baseline alone', async (t) => {
    const root = await createProject(
      t,
      `${OTHER} micro({ id: 'bad/op.micro', setup: () => 0, op() { throw new Error('boom') } }),`,
    )
    await writeFile(join(root, 'baseline.json'), '{"schemaVersion":1,"rows":[]}')
    const { code, stderr } = await runCommand(root, ['baseline', '--forks', '2'])
    assert.equal(code, 2)
    assert.match(
      stderr,
      /this run is no baseline: bad\/op\.micro failed: boom \(.*\nhint: baseline\.json is unchanged/,
    )
    assert.equal(await readFile(join(root, 'baseline.json'), 'utf8'), '{"schemaVersion":1,"rows":[]}')
  })
})
