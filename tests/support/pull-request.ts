// A pull request that makes a function slower, and what GitHub's command line would say of it.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createProject } from './project.ts'
import { git, initRepository } from './repository.ts'
import type { Cleaner } from './shared.ts'

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

/** A checkout of it, and the payload of its event. */
interface PullRequest {
  readonly root: string
  readonly base: string
  readonly head: string
  /** A file. */
  readonly event: string
}

/** A repository whose branch `slower` copies twice, checked out as a workflow of its pull request has it. */
export async function pullRequest(t: Cleaner): Promise<PullRequest> {
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
export async function standInForGh(root: string, answers: Readonly<Record<string, unknown>>) {
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
