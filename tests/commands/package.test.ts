// The package as it is published: how big it is, what is in it, that its commands work where it is installed, and the action with it.
// FLAMEGATE_TEST_NODES names more Node executables to try it with, one a line.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from '../../perf/results/report.ts'
import { action, runAction } from '../support/action.ts'
import { dependenciesOf, installPacked, packFlamegate, sizeOf } from '../support/packed.ts'
import { createProject, finish, runCommand, startCommand } from '../support/project.ts'
import { pullRequest, standInForGh } from '../support/pull-request.ts'
import { git, initRepository } from '../support/repository.ts'
import { cleanAfterSuite, once } from '../support/shared.ts'

const PROFILE = fileURLToPath(new URL('../fixtures/profiles/cpu-prof.node-20.json', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MANIFEST = join(ROOT, 'package.json')
const NODES = [process.execPath, ...(process.env.FLAMEGATE_TEST_NODES ?? '').split('\n').filter(Boolean)]
const SCENARIO = `micro({
  id: 'demo/sum.micro',
  setup: ({ makeNumbers, sum }: Target) => ({ numbers: makeNumbers(), sum }),
  op: ({ numbers, sum }) => sum(numbers),
})`
const TARGET = `
export const makeNumbers = (): number[] => Array.from({ length: 500 }, (_, i) => i)
export function sum(numbers: readonly number[]): number {
  let sum = 0
  for (const n of numbers) sum += Math.sqrt(n)
  return sum
}
`

const NEEDS_BASH = { skip: process.platform === 'win32' && 'the stand-in for gh is a script' }
const EXPRESS = fileURLToPath(new URL('../fixtures/express', import.meta.url))
const PLANT = 'total += Number(JSON.parse(JSON.stringify({ ...line, at: Array(40).fill(line.sku) })).total)'
const MIXED: readonly [string, string, RegExp][] = [
  [
    'runs the code of the other',
    `import { bench } from 'flamegate'
import price from 'ROOT/lib/price.js'
bench('mixed', () => price.priceCart([]))
`,
    /mixed\.perf\.mjs cannot compare versions: it would run lib\/price\.js of the working tree/,
  ],
  [
    'runs no code of its own',
    `import { bench } from 'flamegate'
bench('mixed', () => [1, 2, 3].map(String))
`,
    /it would run no file of its own/,
  ],
]

/** What reads TypeScript where Node has nothing for it. */
async function strippersFor(node: string): Promise<string[]> {
  const asked = ['-p', "typeof require('node:module').stripTypeScriptTypes"]
  const { stdout } = await promisify(execFile)(node, asked)
  return stdout.trim() === 'function' ? [] : ['@swc/wasm-typescript']
}

const cleaner = cleanAfterSuite()
const packed = once(() => packFlamegate(cleaner))

suite('the package', () => {
  test('is small, and has only what its users need', async () => {
    const { bytes, files } = await packed()
    assert.ok(bytes <= 300_000, `${bytes} bytes`)
    const foreign = files.filter(
      ({ path }) => !/^(dist\/|(package\.json|README\.md|LICENSE|llms\.txt)$)/.test(path),
    )
    assert.deepEqual(foreign, [])
    const types = files.filter(({ path }) => path.endsWith('.d.ts')).map(({ path }) => path)
    assert.ok(types.includes('dist/perf/suite/scenario.d.ts'), types.join(', '))
    const ofDevelopers = files.filter(({ path }) => /test|benchmark|\.ci|(?<!\.d)\.ts$/.test(path))
    assert.deepEqual(
      ofDevelopers.map(({ path }) => path).filter((path) => !/selftest|stand-ins\/vitest/.test(path)),
      [],
    )
  })

  test('installs few packages of few bytes', async () => {
    const names = [...dependenciesOf(MANIFEST)]
    const sizes = await Promise.all(names.map(sizeOf))
    const own = (await packed()).files.reduce((sum, { size }) => sum + size, 0)
    const bytes = sizes.reduce((sum, size) => sum + size, own)
    assert.ok(names.length + 1 <= 30, `${names.length + 1} packages`)
    assert.ok(bytes <= 10_000_000, `${bytes} bytes`)
  })

  suite('in a project of Express and CommonJS', () => {
    const shop = once(async () => {
      const root = await mkdtemp(join(tmpdir(), 'flamegate shöp '))
      cleaner.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
      await cp(EXPRESS, root, { recursive: true })
      const entry = await installPacked(root, await packed(), ['express'])
      await initRepository(root)
      return { root, entry }
    })

    test('perf files are found, and ids are any text', async () => {
      const { root, entry } = await shop()
      const { code, stdout, stderr } = await runCommand(root, ['--list'], {}, entry)
      assert.deepEqual([code, stdout], [0, 'GET /cart\nPOST /price\ncart › price a cart\n'], stderr)
    })

    test('a run says what can be typed here, and leaves nothing that git sees', async () => {
      const { root, entry } = await shop()
      const args = ['--quick', '--forks', '2', '--no-profile', 'GET']
      const { code, stdout, stderr } = await runCommand(root, args, {}, entry)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /measure one with npx flamegate baseline/)
      assert.match(stdout, /report: .*[/\\]\.flamegate[/\\]/)
      assert.equal(git(root, 'status', '--porcelain'), '')
    })

    test('a slow-down in a plainly imported file is red, and named', async () => {
      const { root, entry } = await shop()
      const price = join(root, 'lib', 'price.js')
      const text = await readFile(price, 'utf8')
      // The old version has neither the perf file of today nor its helper.
      git(root, 'rm', '--quiet', '-r', 'perf')
      git(root, 'commit', '--quiet', '-m', 'without perf files')
      git(root, 'checkout', 'HEAD~1', '--', 'perf')
      await writeFile(price, text.replace('total += line.total', PLANT))
      try {
        const args = ['compare', 'HEAD', '--json', '--quick', 'price a cart']
        const { code, stdout, stderr } = await runCommand(root, args, {}, entry)
        assert.equal(code, 0, stderr)
        const [scenario] = (JSON.parse(stdout) as Report).scenarios
        assert.equal(scenario?.status, 'measured')
        assert.equal(scenario.verdict?.kind, 'regressed')
        assert.deepEqual(
          scenario.blame?.functions.slice(0, 1).map(({ functionName, file }) => [functionName, file]),
          [['sum', 'lib/price.js']],
        )
      } finally {
        await writeFile(price, text)
        git(root, 'reset', '--quiet', '--hard', 'HEAD~1')
      }
    })

    for (const [what, text, reason] of MIXED) {
      test(`a comparison in which a version ${what} is refused`, async () => {
        const { root, entry } = await shop()
        const file = join(root, 'perf', 'mixed.perf.mjs')
        await writeFile(file, text.replace('ROOT', pathToFileURL(root).href))
        try {
          const { code, stderr } = await runCommand(root, ['compare', 'HEAD', 'mixed'], {}, entry)
          assert.equal(code, 2)
          assert.match(stderr, reason)
        } finally {
          await rm(file)
        }
      })
    }
  })

  for (const node of NODES) {
    suite(node, () => {
      const project = once(async () => {
        const root = await createProject(cleaner, SCENARIO, TARGET)
        return { root, entry: await installPacked(root, await packed(), await strippersFor(node)) }
      })
      const run = async (...args: readonly string[]) => {
        const { root, entry } = await project()
        const { code, stdout, stderr } = await finish(startCommand(root, args, {}, entry, node))
        assert.equal(code, 0, stderr)
        return { root, stdout, stderr }
      }

      test('lists and measures, with its page', async () => {
        assert.match((await run('run', '--list')).stdout, /demo\/sum\.micro/)
        const { root, stdout } = await run('run', '--quick', '--forks', '2', '--json')
        const report = JSON.parse(stdout) as Report
        assert.deepEqual(
          report.scenarios.map(({ id, status }) => [id, status]),
          [['demo/sum.micro', 'measured']],
        )
        assert.ok(existsSync(join(root, 'tmp', 'perf', 'latest', 'report.html')))
      })

      test('profiles', async () => {
        assert.match(
          (await run('profile', 'demo', '--no-open')).stdout,
          /sum {2}packages\/demo\/target\.ts:3/,
        )
      })

      test('is imported, and required', async () => {
        const { root } = await project()
        await mkdir(join(root, 'use'))
        await writeFile(
          join(root, 'use', 'a.mjs'),
          "import { defineSuite } from 'flamegate'\nimport { view } from 'flamegate/node'\nconst { result } = await view([process.argv[2]])\nconsole.log(typeof defineSuite, result.profiles[0].functions[0].name)\n",
        )
        await writeFile(
          join(root, 'use', 'a.cjs'),
          "console.log(typeof require('flamegate').defineSuite, typeof require('flamegate/node').run)\n",
        )
        const printed = async (file: string) =>
          (
            await promisify(execFile)(node, [
              '--disable-warning=ExperimentalWarning',
              join(root, 'use', file),
              PROFILE,
            ])
          ).stdout
        assert.equal(await printed('a.mjs'), 'function spin\n')
        assert.equal(await printed('a.cjs'), 'function function\n')
      })

      test('says in a stack where in its source it was', async () => {
        const { root } = await project()
        const text =
          "import('flamegate').then(({ bench }) => bench('x')).catch(({ stack }) => console.log(stack))"
        const { stdout } = await promisify(execFile)(node, ['-e', text], { cwd: root })
        const frames = [...stdout.matchAll(/at (?:Module\.)?(\w+) \(\S+\/dist\/(\S+)\.js:(\d+)/g)]
        const places = frames.map(([, name, file, line]) => {
          const source = readFileSync(join(ROOT, `${file}.ts`), 'utf8').split('\n')
          return [name, source[Number(line) - 1]!.trim()]
        })
        assert.deepEqual(
          places.map(([name]) => name),
          ['place', 'bench'],
        )
        assert.match(places[0]![1]!, /^throw new FlamegateError\(/)
        assert.match(places[1]![1]!, / = place\(name\)$/)
      })
    })
  }
})

test('no text of an event is part of a script', () => {
  for (const { run } of action.runs.steps) assert.doesNotMatch(run ?? '', /\$\{\{/)
})

suite('the action', NEEDS_BASH, () => {
  test('compares a pull request, and another one tells of its report', async (t) => {
    const { root, base, head, event } = await pullRequest(t)
    await installPacked(root, await packed(), ['@swc/wasm-typescript'])
    const temp = join(root, 'tmp', 'runner')
    await mkdir(temp)
    const summary = join(root, 'tmp', 'summary.md')
    const env = {
      RUNNER_TEMP: temp,
      GITHUB_EVENT_PATH: event,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_ACTIONS: 'true',
    }
    const gh = await standInForGh(root, {
      'pulls?': [{ number: 3, head: { sha: head } }],
      'issues/3/comments?': [[]],
      '--method POST': {},
    })
    const args = '--quick --seed 1 --forks 3 *copy.micro'
    const red = await runAction(root, { args }, { ...env, ...gh.env })
    assert.equal(red.code, 1, red.stderr)
    const { outcome, report } = red.outputs.run!
    assert.deepEqual([outcome, red.outputs.run!['exit-code']], ['red', '1'])
    assert.match(red.stderr, /^::error file=packages\/demo\/target\.ts,line=\d+,/m)
    assert.match(await readFile(summary, 'utf8'), /^## flamegate: 1 of 1 scenario regressed/)
    assert.ok((await readFile(join(report!, 'report.json'), 'utf8')).includes(base))

    const after = { head_sha: head, head_branch: 'x', head_repository: { owner: { login: 'someone' } } }
    await writeFile(event, JSON.stringify({ workflow_run: after }))
    const told = await runAction(root, { report: report!, comment: 'true' }, { ...env, ...gh.env })
    assert.equal(told.code, 0, told.stderr)
    assert.match(told.stderr, /commented on pull request 3/)
  })
})
