// `flamegate init`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { typed } from '../../perf/typed-command.ts'
import { type PlannedFile, planPerfFile, planScript, planWorkflow } from './files.ts'
import { type FoundProject, findProject } from './project.ts'

const HELP = `
It writes a perf file where there is none, the script "perf" and a workflow for GitHub, says what it wrote, and measures for some
seconds. What is there stays as it is.

Examples:
  $ npx flamegate init
  $ npx flamegate init --yes --no-run   write everything, measure nothing`

interface InitFlags {
  readonly yes?: true
  readonly run: boolean
}

/** `flamegate init`: sets flamegate up in a project. */
export function defineInit(command: Command): Command {
  return command
    .option('--yes', 'write without asking (as where there is no terminal); what is there stays in any case')
    .option('--no-run', 'measure nothing afterwards')
    .addHelpText('after', HELP)
    .action(init)
}

async function init({ yes, run }: InitFlags): Promise<void> {
  const root = process.cwd()
  const project = await findProject(root)
  const say = (text: string) => process.stdout.write(`${text}\n`)
  for (const line of describeProject(project)) say(line)
  const isAsked = yes !== true && process.stdin.isTTY === true && process.stdout.isTTY === true
  const planned = [planPerfFile(project), planScript(project), planWorkflow(project)].filter(
    (file) => file !== undefined,
  )
  for (const file of planned) say(await write(root, file, isAsked))
  if (planScript(project) === undefined) say('left  package.json: it has a script "perf"')
  const hasPerfFile = project.benches.length > 0 || planned.some(({ path }) => path.startsWith('perf/'))
  if (!hasPerfFile) {
    say('\nThere is nothing that a perf file could import: write one, see docs/getting-started.md')
    return
  }
  if (run) await measure()
  say(
    typed(
      '\nNext: npm run perf:compare -- main (your changes against main), npm run perf:profile (a flamegraph)',
    ),
  )
}

function describeProject({ manager, benches, app, listening, entry }: FoundProject): string[] {
  const name = manager.name.split('@')[0]
  return [
    `found ${name}${manager.lockfile === undefined ? ', without a lockfile' : ` (${manager.lockfile})`}`,
    ...(benches.length > 0 ? [`found ${benches.length} perf and bench files: ${shorten(benches)}`] : []),
    ...(app !== undefined ? [`found an app: ${app.path}`] : []),
    ...(app === undefined && listening !== undefined
      ? [
          `found an app that listens when it is imported: ${listening}. Export it from a file that does not call listen(), then it can be measured`,
        ]
      : []),
    ...(app === undefined && benches.length === 0 && entry !== undefined
      ? [`found the code: ${entry.path}`]
      : []),
  ]
}

function shorten(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
}

/** Writes a file, or leaves it; what it did. Of package.json only the script is new. */
async function write(root: string, { path, text, about }: PlannedFile, isAsked: boolean): Promise<string> {
  const file = join(root, path)
  const isThere = existsSync(file) && path !== 'package.json'
  if (isThere && !isAsked) return `left  ${path}: it is there already`
  if (isAsked && !(await ask(`${isThere ? 'Replace' : 'Write'} ${path} (${about})?`, !isThere)))
    return `left  ${path}`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return `wrote ${path}: ${about}`
}

async function ask(question: string, byDefault: boolean): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // A terminal that asks takes Ctrl-C for itself.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const answer = (await terminal.question(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `))
      .trim()
      .toLowerCase()
    return answer === '' ? byDefault : answer.startsWith('y')
  } finally {
    terminal.close()
  }
}

/** A quick run, as the user would start it. */
async function measure(): Promise<void> {
  process.stdout.write(typed('\n$ npm run perf -- --quick\n'))
  const args = [...process.execArgv, process.argv[1]!, 'run', '--quick']
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  process.exitCode = code ?? 1
}
