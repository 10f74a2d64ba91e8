// Projects in temporary folders, and commands in them.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HOOK_FLAGS } from '../../profile/process/module-hooks.mjs'
import type { Cleaner } from './shared.ts'

const ENTRY = fileURLToPath(new URL('../../scripts/flamegate.mjs', import.meta.url))
/** The campaigns that measure flamegate itself: `npm run perf:selftest`. */
export const SELF_TEST = fileURLToPath(new URL('../self-test/main.mjs', import.meta.url))
/** As every perf file calls it. */
const SCENARIO_API = 'flamegate'

/** A run that is over soon, with its report on stdout. */
export const QUICK_RUN = ['run', '--quick', '--no-profile', '--forks', '1', '--json']
/** A scenario with which nothing is wrong. */
export const FINE_SCENARIO = `micro({ id: 'fine/op.micro', setup: () => [3, 1, 2], op: (list: number[]) => JSON.stringify(list) }),`
/** A command that takes longer hangs. */
const LONGEST_COMMAND_MS = 180_000

/** What a command did. */
export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * A project of its own in a temporary folder whose name has spaces and letters beyond ASCII, with one perf file.
 * `scenarios` is the text between the brackets of its suite; `target` that of the measured module.
 */
export async function createProject(
  t: Cleaner,
  scenarios: string,
  target = 'export const work = 1\n',
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'flamegate tëst '))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  const perf = join(root, 'packages', 'demo', 'perf')
  await mkdir(perf, { recursive: true })
  await writeFile(join(root, 'package.json'), '{ "type": "module", "flamegate": { "outDir": "tmp/perf" } }\n')
  await writeFile(join(perf, '..', 'target.ts'), target)
  await writeFile(join(perf, 'demo.perf.ts'), suiteText(scenarios))
  return root
}

function suiteText(scenarios: string): string {
  return `import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL, fileURLToPath } from 'node:url'
import { defineSuite, http, micro } from '${SCENARIO_API}'
type Target = Record<string, any>
export default defineSuite<Target>({
  name: 'demo',
  target: {
    directory: fileURLToPath(new URL('..', import.meta.url)),
    resolveEntry: (directory: string) => join(directory, 'target.ts'),
    load: (entry: string) => import(pathToFileURL(entry).href),
  },
  scenarios: [${scenarios}],
})
`
}

/** Starts the command line in a project. */
export function startCommand(
  root: string,
  args: readonly string[],
  env: Record<string, string> = {},
  entry = ENTRY,
  node = process.execPath,
): ChildProcess {
  const { STRICT_PERF: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env
  return spawn(node, ['--disable-warning=ExperimentalWarning', ...HOOK_FLAGS, entry, ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Waits for a command's end. */
export async function finish(child: ChildProcess): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_COMMAND_MS)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(patience)
  return { code, stdout, stderr }
}

/** Resolves when a command has said that on stderr. Rejects when it ends before. */
export function untilSaid(child: ChildProcess, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr!.on('data', (text: string) => {
      said += text
      if (words.test(said)) resolve()
    })
    child.once('close', () => reject(new Error(said)))
  })
}

export function runCommand(
  root: string,
  args: readonly string[],
  env: Record<string, string> = {},
  entry = ENTRY,
): Promise<CommandResult> {
  return finish(startCommand(root, args, env, entry))
}
