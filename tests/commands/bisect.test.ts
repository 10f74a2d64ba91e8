import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { HOOK_FLAGS } from '../../profile/process/module-hooks.mjs'
import {
  commitFiles,
  createHistory,
  type Files,
  stateOf,
  TARGET,
  versionFolders,
} from '../support/history.ts'
import { processesNaming } from '../support/processes.ts'
import { finish, runCommand, startCommand, untilSaid } from '../support/project.ts'
import { git } from '../support/repository.ts'

const WORK = `micro({ id: 'work/json.micro', setup: (target) => target, op: (target: Target) => target.work() }),`
const MORE = `micro({ id: 'work/more.micro', setup: (target) => target, op: (target: Target) => target.work() }),`

/** An op of that much busy work. */
const version = (loops: number, note: string | number): Files => ({
  [TARGET]:
    `// ${note}\nconst list = Array.from({ length: 50 }, (_, i) => ({ id: i, name: 'n' + i }))\n` +
    `export function work(): unknown { let r: unknown; for (let i = 0; i < ${loops}; i++) r = JSON.parse(JSON.stringify(list)); return r }\n`,
})
const BROKEN: Files = { [TARGET]: `throw new Error('half done')\n` }

describe('flamegate bisect', () => {
  test('finds the commit that made an op twice as dear, past one that does not load; nothing is left', async (t) => {
    const history = Array.from({ length: 9 }, (_, i) => (i === 4 ? BROKEN : version(i < 6 ? 4 : 8, i)))
    const { root, hashes } = await createHistory(t, WORK, history)
    await writeFile(join(root, TARGET), '// not committed: it has no work to do\n')
    const before = stateOf(root)
    const child = startCommand(root, ['bisect', 'json', '--good', 'HEAD~8', '--quick'])
    const { code, stdout, stderr } = await finish(child)
    assert.equal(code, 0, stdout + stderr)
    assert.match(
      stdout,
      new RegExp(
        `^first commit that made work/json\\.micro slower:\n\n {2}${hashes[6]}\n {2}\\d{4}-\\d\\d-.*\n {2}commit 6\n\n`,
      ),
    )
    assert.match(stdout, /\ntime per op: \+\d+ % \[.*\] against its parent(, \d+ % of the whole change)?\n/)
    assert.match(stdout, /\nfiles that it changes\n {2}packages\/demo\/target\.ts\n/)
    assert.match(stdout, /\nskipped on the way: 1 commit\n/)
    assert.match(stdout, /\n\nwork\/json\.micro \+\d+ % \(\+.*\n/)
    assert.match(stderr, /the tree has uncommitted changes: bad is HEAD without them/)
    assert.match(stderr, new RegExp(`${hashes[4]!.slice(0, 12)} skipped: half done`))
    assert.match(stderr, /[0-9a-f]{12} commit \d+; roughly \d steps? after it/)
    assert.equal(stateOf(root), before)
    assert.deepEqual(await versionFolders(child.pid!), [])
  })

  test('--json prints the result as JSON alone; the other way round it is faster', async (t) => {
    const { root, hashes } = await createHistory(t, WORK, [version(12, 0), version(12, 1), version(4, 2)])
    const { code, stdout, stderr } = await runCommand(root, [
      'bisect',
      'work/json.micro',
      '--good',
      hashes[0]!,
      '--quick',
      '--json',
    ])
    assert.equal(code, 0, stderr)
    const { schemaVersion, scenarioId, metric, isQuick, range, change, tested, outcome, explanation } =
      JSON.parse(stdout)
    assert.deepEqual(
      { schemaVersion, scenarioId, metric, isQuick },
      {
        schemaVersion: 3,
        scenarioId: 'work/json.micro',
        metric: 'nsPerOp',
        isQuick: true,
      },
    )
    assert.match(explanation.text, /^work\/json\.micro −\d+ % \(−/)
    assert.ok(explanation.details.nsPerOp.candidate < explanation.details.nsPerOp.baseline)
    assert.equal(range.good.hash, hashes[0])
    assert.ok(change.ratio.high < 1 && change.threshold < 1)
    assert.deepEqual(
      tested.map(({ kind }: { kind: string }) => kind),
      ['good'],
    )
    assert.equal(outcome.finding.commit.hash, hashes[2])
    assert.ok(outcome.finding.step.value < 1)
    assert.doesNotMatch(stderr, /uncommitted/)
  })

  test('the same work is nothing to bisect: exit code 2, and what could have been seen', async (t) => {
    const renamed = { [TARGET]: version(4, 1)[TARGET]!.replaceAll('list', 'things') }
    const { root } = await createHistory(t, WORK, [version(4, 0), renamed])
    // Noise alone is called a change once in twenty times: three times running it is not.
    let result = { code: 0 as number | null, stdout: '', stderr: '' }
    for (let attempt = 0; attempt < 3 && result.code === 0; attempt++)
      result = await runCommand(root, ['bisect', 'json', '--good', 'HEAD~1', '--quick'])
    const { code, stdout, stderr } = result
    assert.equal(code, 2)
    assert.match(stderr, /without --quick, smaller changes are seen\n$/)
    assert.match(stdout, /^nothing to bisect: time per op of work\/json\.micro is the same in both/)
    assert.match(stdout, /\na change of \+[\d.]+ % would have been seen with a power of 80 %\n$/)
  })

  test('Ctrl-C: exit code 130, and no worktree, ref, folder or process is left', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const history = Array.from({ length: 6 }, (_, i) => version(i < 3 ? 4 : 12, i))
    const { root } = await createHistory(t, WORK, history)
    const before = stateOf(root)
    for (const when of [/measuring bad beside good/, /roughly \d steps? after it/]) {
      const mark = `mark-${process.pid}-${Date.now()}`
      const args = ['bisect', 'json', '--good', 'HEAD~5', '--quick']
      const child = startCommand(root, args, { FLAMEGATE_TEST_MARK: mark })
      const done = finish(child)
      await untilSaid(child, when)
      while (process.platform === 'linux' && processesNaming(mark).length < 3)
        await new Promise((resolve) => setTimeout(resolve, 10))
      child.kill('SIGINT')
      const { code, stdout, stderr } = await done
      assert.equal(code, 130, stderr)
      assert.match(stderr, /interrupted before the commit was found\n$/)
      assert.equal(stdout, '')
      assert.equal(stateOf(root), before)
      assert.deepEqual(await versionFolders(child.pid!), [])
      assert.deepEqual(processesNaming(mark), [])
    }
  })

  test('wrong use is exit code 2, and says what is wrong', async (t) => {
    const { root } = await createHistory(t, WORK + MORE, [version(4, 0), version(4, 1)])
    git(root, 'checkout', '--quiet', '-b', 'side', 'HEAD~1')
    await commitFiles(root, 'side', version(5, 2))
    for (const [args, message] of [
      [['json'], /required option '--good <ref>' not specified/],
      [
        ['work', '--good', 'HEAD~1'],
        /'work' matches 2 scenarios: work\/json\.micro, work\/more\.micro\nhint: name one of them/,
      ],
      [['json', '--good', 'HEAD~9'], /git has no commit 'HEAD~9'/],
      [
        ['json', '--good', 'main'],
        /--good main \([0-9a-f]{12}\) is no ancestor of --bad HEAD .*\nhint: both/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await runCommand(root, ['bisect', ...args])
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.equal(stdout, '')
    }
  })

  test('what explains the commit is called with its parent and itself, once nothing of the search is left', async (t) => {
    const { root, hashes } = await createHistory(t, WORK, [version(4, 0), version(12, 1)])
    const folder = await mkdtemp(join(tmpdir(), 'flamegate explain '))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const source = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
    const script = join(folder, 'bisect.mjs')
    await writeFile(
      script,
      `await import(${source('../../perf/process/strip-types/register.mjs')})
const { execFileSync } = await import('node:child_process')
const { Command } = await import(${source('../../node_modules/commander/esm.mjs')})
const { defineBisect } = await import(${source('../../scripts/bisect.ts')})
const explain = async (parent, bad, { discovered, signal }) => {
  const worktrees = execFileSync('git', ['worktree', 'list'], { encoding: 'utf8' }).trim().split('\\n').length
  process.stderr.write(['explaining', parent, bad, discovered.scenario.id, worktrees].join(' ') + '\\n')
  return new Promise((_, reject) => {
    const alive = setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => { clearInterval(alive); reject(signal.reason) })
  })
}
await defineBisect(new Command('bisect'), explain).parseAsync(['json', '--good', 'HEAD~1', '--quick'], { from: 'user' })
`,
    )
    const start = () =>
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...HOOK_FLAGS, script], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    if (process.platform === 'win32') return
    const waiting = start()
    const waited = finish(waiting)
    waiting.stderr.on('data', (said: Buffer) => {
      if (said.toString().includes('explaining')) waiting.kill('SIGINT')
    })
    const stopped = await waited
    assert.equal(stopped.code, 130)
    assert.match(stopped.stderr, new RegExp(`explaining ${hashes[0]} ${hashes[1]} work/json\\.micro 1\n`))
    assert.match(stopped.stdout, /^first commit that made work\/json\.micro slower:/)
  })
})
