// The composite action, step by step as a runner would do it, with the packed package and events as GitHub sends them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { installPacked, packFlamegate } from '../support/packed.ts'
import { pullRequest, standInForGh } from '../support/pull-request.ts'

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

const action: Action = parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8'))
const NEEDS_BASH = { skip: process.platform === 'win32' && 'the stand-in for gh is a script' }

/** Does the steps that are scripts; their outputs by step, and how the last one ended. */
async function runAction(
  root: string,
  inputs: Readonly<Record<string, string>>,
  env: Record<string, string>,
) {
  const outputs: Record<string, Record<string, string>> = {}
  const given: Record<string, string> = {}
  for (const [name, { default: byDefault }] of Object.entries(action.inputs))
    given[name] = inputs[name] ?? byDefault
  const fill = (text: string) =>
    text.replace(/\$\{\{ (inputs|steps)\.([\w.-]+) \}\}/g, (_, kind: string, path: string) => {
      if (kind === 'inputs') return given[path]!
      const [step, , name] = path.split('.')
      return outputs[step!]?.[name!] ?? ''
    })
  let last = { code: 0, stdout: '', stderr: '' }
  for (const step of action.runs.steps) {
    if (step.run === undefined || last.code !== 0) continue
    const file = join(root, 'tmp', `outputs-${step.id}`)
    await writeFile(file, '')
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, fill(String(text))])
    last = await bash(step.run, root, { ...env, ...Object.fromEntries(own), GITHUB_OUTPUT: file })
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    outputs[step.id!] = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
  }
  return { ...last, outputs }
}

function bash(script: string, cwd: string, env: Record<string, string>) {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 2 ** 26 }
    const child = execFile('bash', ['-c', script], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    )
  })
}

test('no text of an event is part of a script', () => {
  for (const { run } of action.runs.steps) assert.doesNotMatch(run ?? '', /\$\{\{/)
})

describe('the action', NEEDS_BASH, () => {
  test('compares a pull request, and another one tells of its report', async (t) => {
    const { root, base, head, event } = await pullRequest(t)
    await installPacked(root, await packFlamegate(t), ['@swc/wasm-typescript'])
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
