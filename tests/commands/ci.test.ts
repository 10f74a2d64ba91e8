import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { Report } from '../../perf/results/report.ts'
import { readGraphs } from '../../profile/flamegraph/read-page.ts'
import { createProject, runCommand } from '../support/project.ts'
import { git, initRepository, ownTemp, tracesIn } from '../support/repository.ts'

const SCENARIOS = ['copy', 'join', 'sort']
  .map(
    (name) =>
      `micro({ id: 'work/${name}.micro', setup: (target) => target, op: (target: Target) => target.${name}() }),`,
  )
  .join('\n')
const target = (again = '') => `const list = Array.from({ length: 60 }, (_, i) => ({ id: i, name: 'n' + i }))
export function copy() {${again}
  return list.map((item) => structuredClone(item))
}
export const join = () => list.map(({ name }) => name).join()
export const sort = () => [...list].sort((a, b) => b.id - a.id)
`
const SLOWER = target('\n  list.map((item) => structuredClone(item))')
const FEW = ['--quick', '--seed', '1', '--forks', '3']
const NOT_WINDOWS = { skip: process.platform === 'win32' && 'the stand-in for gh is a script' }

/** A repository whose branch `slower` copies twice, checked out as a workflow of its pull request has it. */
async function pullRequest(
  t: TestContext,
): Promise<{ root: string; base: string; head: string; event: string }> {
  const root = await createProject(t, SCENARIOS, target())
  await initRepository(root)
  const base = git(root, 'rev-parse', 'HEAD')
  git(root, 'checkout', '--quiet', '-b', 'slower')
  await writeFile(join(root, 'packages/demo/target.ts'), SLOWER)
  git(root, 'commit', '--quiet', '-am', 'copies twice')
  const head = git(root, 'rev-parse', 'HEAD')
  const event = join(root, 'tmp', 'event.json')
  const repo = { full_name: 'acme/shop' }
  await mkdir(join(root, 'tmp'))
  const payload = { pull_request: { number: 12, base: { sha: base, repo }, head: { sha: head, repo } } }
  await writeFile(event, JSON.stringify(payload))
  return { root, base, head, event }
}

/** Stands in for GitHub's command line: it answers from `answers`, by the start of its arguments, and keeps what it was given. */
async function standInForGh(root: string, answers: Readonly<Record<string, unknown>>) {
  const bin = join(root, 'tmp', 'bin')
  await mkdir(bin, { recursive: true })
  const calls = join(bin, 'calls.jsonl')
  await writeFile(join(bin, 'package.json'), '{ "type": "commonjs" }')
  await writeFile(join(bin, 'answers.json'), JSON.stringify(answers))
  const script = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2).join(' ')
const input = args.includes('--input') ? readFileSync(0, 'utf8') : ''
appendFileSync(${JSON.stringify(calls)}, JSON.stringify({ args, input }) + '\\n')
const answers = JSON.parse(readFileSync(__dirname + '/answers.json', 'utf8'))
const answer = Object.entries(answers).find(([part]) => args.includes(part))
if (answer === undefined) { console.error('HTTP 403: Resource not accessible by integration'); process.exit(1) }
console.log(JSON.stringify(answer[1]))
`
  await writeFile(join(bin, 'gh'), script)
  await chmod(join(bin, 'gh'), 0o755)
  return {
    env: {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      GITHUB_REPOSITORY: 'acme/shop',
      GH_TOKEN: 'secret',
    },
    calls: async (): Promise<{ args: string; input: string }[]> =>
      (await readFile(calls, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  }
}

async function readLatest(root: string): Promise<Report> {
  return JSON.parse(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8'))
}

describe('flamegate ci', () => {
  test('of a pull request: red, with all that GitHub would be told, and told nothing yet', async (t) => {
    const { root, base, event } = await pullRequest(t)
    const before = tracesIn(root)
    const temp = await ownTemp(t)
    const outputs = join(root, 'tmp', 'outputs')
    const env = { ...temp.env, STRICT_PERF: 'true', GITHUB_OUTPUT: outputs }
    const { code, stdout, stderr } = await runCommand(
      root,
      ['ci', '--event', event, '--dry-run', ...FEW],
      env,
    )
    assert.equal(code, 1, stderr)
    const [text, annotations, told, comment] = stdout.split(/^--- .* ---$/m)
    assert.match(text!, /^work\/copy\.micro .*REGRESSED/m)
    assert.match(annotations!, /^::error file=packages\/demo\/target\.ts,line=\d+,/m)
    assert.match(told!, /^outcome=red\nexit-code=1\nreport=.*\ncomment=.*comment\.md$/m)
    assert.match(comment!, /^\n<!-- flamegate -->\n## flamegate: 1 of 3 scenarios regressed/)
    assert.ok(text!.includes(base.slice(0, 12)))
    assert.equal(comment!.trimStart(), await readFile(join(root, 'tmp/perf/latest/comment.md'), 'utf8'))
    assert.deepEqual(tracesIn(root), before)
    assert.deepEqual(await readdir(temp.folder), [])
    await assert.rejects(readFile(outputs), /ENOENT/)
  })

  test(
    'shards that are put together say what one run would, in a comment that is written anew',
    NOT_WINDOWS,
    async (t) => {
      const { root, base, event } = await pullRequest(t)
      for (const part of ['1/2', '2/2']) {
        const { code, stderr } = await runCommand(root, ['ci', '--event', event, '--shard', part, ...FEW])
        assert.equal(code, 0, stderr)
        const { run } = await readLatest(root)
        const missing = await runCommand(root, ['merge', join('tmp', 'perf', run.id)])
        assert.equal(missing.code, 2)
        assert.match(missing.stderr, /shard [12]\/2 is missing/)
      }
      const merged = await runCommand(root, ['merge', 'tmp/perf'])
      assert.equal(merged.code, 0, merged.stderr)
      assert.match(merged.stdout, /3 scenarios, in lockstep/)
      const report = await readLatest(root)
      assert.equal(report.gate.baselineCommit?.hash, base)
      assert.deepEqual(
        report.scenarios.map(({ id, status }) => [id, status]),
        [
          ['work/copy.micro', 'measured'],
          ['work/join.micro', 'unchanged'],
          ['work/sort.micro', 'unchanged'],
        ],
      )
      const graphs = readGraphs(await readFile(join(root, 'tmp/perf/latest/report.html'), 'utf8'))
      assert.deepEqual(
        graphs.map(({ id }) => id),
        ['work/copy.micro'],
      )

      const gh = await standInForGh(root, {
        'issues/12/comments?': [[{ id: 7, body: 'mine' }], [{ id: 8, body: '<!-- flamegate -->\nold' }]],
        '--method PATCH': {},
      })
      const outputs = join(root, 'tmp', 'outputs')
      const tell = ['ci', '--report', 'tmp/perf/latest', '--comment', '--event', event]
      const { code, stderr } = await runCommand(root, tell, { ...gh.env, GITHUB_OUTPUT: outputs })
      assert.equal(code, 0, stderr)
      assert.match(stderr, /updated the comment of pull request 12/)
      const [, patch] = await gh.calls()
      assert.equal(patch!.args, 'api --method PATCH repos/acme/shop/issues/comments/8 --input -')
      assert.match(JSON.parse(patch!.input).body, /^<!-- flamegate -->\n## flamegate: /)
      assert.match(await readFile(outputs, 'utf8'), /^outcome=(red|green)\nexit-code=0\n/)
    },
  )

  test('what cannot be commented is said, and changes nothing else', NOT_WINDOWS, async (t) => {
    const { root, base, head, event } = await pullRequest(t)
    const run = await runCommand(root, ['compare', 'HEAD', 'join', ...FEW])
    assert.equal(run.code, 0, run.stderr)
    const tell = (file: string) => ['ci', '--report', 'tmp/perf/latest', '--comment', '--event', file]
    const gh = await standInForGh(root, {})
    const refused = await runCommand(root, tell(event), gh.env)
    assert.deepEqual(
      [refused.code, /no comment: gh: HTTP 403/.test(refused.stderr)],
      [0, true],
      refused.stderr,
    )

    // A fork's own workflow may not; the one after it may, of a pull request that is still at the commit.
    const fork = join(root, 'tmp', 'fork.json')
    const repos = [{ full_name: 'acme/shop' }, { full_name: 'someone/shop' }]
    const pull = { number: 3, base: { sha: base, repo: repos[0] }, head: { sha: head, repo: repos[1] } }
    await writeFile(fork, JSON.stringify({ pull_request: pull }))
    const own = await runCommand(root, tell(fork), gh.env)
    assert.deepEqual([own.code, /a pull request of a fork may not comment/.test(own.stderr)], [0, true])
    const run_ = { head_sha: head, head_branch: 'slower', head_repository: { owner: { login: 'someone' } } }
    await writeFile(fork, JSON.stringify({ workflow_run: run_ }))
    const stale = await standInForGh(root, { 'pulls?': [{ number: 3, head: { sha: base } }] })
    const late = await runCommand(root, tell(fork), stale.env)
    assert.deepEqual([late.code, /no open pull request is at/.test(late.stderr)], [2, true])
    const live = await standInForGh(root, {
      'pulls?': [{ number: 3, head: { sha: head } }],
      'issues/3/comments?': [[]],
      '--method POST': {},
    })
    const after = await runCommand(root, tell(fork), live.env)
    assert.equal(after.code, 0, after.stderr)
    assert.match(after.stderr, /commented on pull request 3/)
  })

  test('without an event, or one that is none: what to type instead', async (t) => {
    const { root } = await pullRequest(t)
    const nothing = await runCommand(root, ['ci'], { GITHUB_EVENT_PATH: '' })
    assert.deepEqual([nothing.code, /hint: .*flamegate ci --base/.test(nothing.stderr)], [2, true])
    await writeFile(join(root, 'tmp', 'none.json'), '{ "pull_request": { "number": 12 } }')
    const none = await runCommand(root, ['ci', '--event', 'tmp/none.json', ...FEW])
    assert.deepEqual([none.code, /none\.json is no event: pull_request\.base/.test(none.stderr)], [2, true])
    const parts = await runCommand(root, ['ci', '--base', 'HEAD', '--shard', '1/9'])
    assert.deepEqual(
      [parts.code, /3 scenarios cannot be dealt out to 9 shards/.test(parts.stderr)],
      [2, true],
    )
  })
})
