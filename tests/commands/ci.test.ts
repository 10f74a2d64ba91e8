import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Report } from '../../perf/results/report.ts'
import { readGraphs } from '../../profile/flamegraph/read-page.ts'
import { runCommand } from '../support/project.ts'
import { pullRequest, standInForGh } from '../support/pull-request.ts'
import { ownTemp, tracesIn } from '../support/repository.ts'

/** Few pairs and short ones, since what is looked for is large; of six, one that is far off is left out. */
const FEW = ['--quick', '--seed', '1', '--forks', '3']
const NOT_WINDOWS = { skip: process.platform === 'win32' && 'the stand-in for gh is a script' }

async function readLatest(root: string): Promise<Report> {
  return JSON.parse(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8'))
}

describe('flamegate ci', () => {
  test('of a pull request: what is red, with all that GitHub would be told, and told nothing yet', async (t) => {
    const { root, base, event } = await pullRequest(t)
    const before = tracesIn(root)
    const temp = await ownTemp(t)
    const outputs = join(root, 'tmp', 'outputs')
    const env = { ...temp.env, GITHUB_OUTPUT: outputs }
    const { code, stdout, stderr } = await runCommand(
      root,
      ['ci', '--event', event, '--dry-run', ...FEW],
      env,
    )
    assert.equal(code, 0, stderr)
    const [text, annotations, told, comment] = stdout.split(/^--- .* ---$/m)
    assert.match(text!, /^work\/copy\.micro .*REGRESSED/m)
    assert.match(annotations!, /^::warning file=packages\/demo\/target\.ts,line=\d+,/m)
    assert.match(told!, /^outcome=red\nexit-code=0\nreport=.*\ncomment=.*comment\.md$/m)
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
