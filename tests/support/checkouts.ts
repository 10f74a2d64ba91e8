// A project with one scenario of each kind, and other checkouts of it.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Report } from '../../perf/results/report.ts'
import { createProject } from './project.ts'
import { git } from './repository.ts'

const SCENARIOS = `
  micro({ id: 'work/json.micro', setup: (target) => target, op: (target: Target) => target.work() }),
  http({
    id: 'work/json.http',
    serve: (target: Target) => createServer((_request, response) => response.end(JSON.stringify(target.work()))),
    requests: [{ method: 'GET', path: '/' }],
    expectStatus: 200,
  }),`
/** Its code, which does its work so many times. */
export const target = (loops: number) =>
  `const list = Array.from({ length: 50 }, (_, i) => ({ id: i, name: 'n' + i }))\n` +
  `export function work(): unknown { let r: unknown; for (let i = 0; i < ${loops}; i++) r = JSON.parse(JSON.stringify(list)); return r }\n`

/** Whole pairs, which are long enough for a steady state on a busy machine too; none are added. */
export const RUN = ['run', '--no-profile', '--seed', '1', '--forks', '2', '--time', '1']

/** A project and another checkout of it, whose code is another and does the same. */
export async function twoCheckouts(t: TestContext): Promise<{ root: string; other: string }> {
  const root = await createProject(t, SCENARIOS, target(4))
  const other = await mkdtemp(join(tmpdir(), 'other chëckout '))
  t.after(() => rm(other, { recursive: true, force: true, maxRetries: 5 }))
  await cp(root, other, { recursive: true })
  await writeFile(
    join(other, 'packages/demo/target.ts'),
    target(4).replace('let r: unknown;', 'let r: unknown = 0;'),
  )
  return { root, other }
}

/** A project in git whose baseline knows neither this machine nor its own code. */
export async function withForeignBaseline(t: TestContext): Promise<string> {
  const root = await createProject(t, SCENARIOS, target(4))
  await writeFile(join(root, '.gitignore'), 'tmp\n')
  await writeFile(join(root, 'baseline.json'), '{"schemaVersion":1,"rows":[]}\n')
  git(root, 'init', '--quiet')
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', 'first')
  return root
}

/** Of its last run. */
export const readReport = async (root: string): Promise<Report> =>
  JSON.parse(await readFile(join(root, 'tmp/perf/latest/report.json'), 'utf8'))
