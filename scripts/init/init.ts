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
  readonly json?: true
}

/** What became of a file. */
interface Written {
  readonly path: string
  readonly outcome: 'wrote' | 'left'
  /** What is in it; else why it was left. */
  readonly about: string
}

/** `flamegate init`: sets flamegate up in a project. */
export function defineInit(command: Command): Command {
  return command
    .option('--yes', 'write without asking (as where there is no terminal); what is there stays in any case')
    .option('--no-run', 'measure nothing afterwards')
    .option('--json', 'ask nothing, and print what was found and written as JSON on stdout, and nothing else')
    .addHelpText('after', HELP)
    .action(init)
}

async function init({ yes, run, json }: InitFlags): Promise<void> {
  const root = process.cwd()
  const project = await findProject(root)
  const print = (text: string) => process.stdout.write(`${text}\n`)
  const say = json ? () => {} : print
  for (const line of describeProject(project)) say(line)
  const isAsked = !yes && !json && process.stdin.isTTY === true && process.stdout.isTTY === true
  const planned = [planPerfFile(project), planScript(project), planWorkflow(project)].filter(
    (file) => file !== undefined,
  )
  const files: Written[] = []
  const tell = (file: Written) => {
    files.push(file)
    say(`${file.outcome.padEnd(5)} ${file.path}${file.about === '' ? '' : `: ${file.about}`}`)
  }
  for (const file of planned) tell(await write(root, file, isAsked))
  if (planScript(project) === undefined)
    tell({ path: 'package.json', outcome: 'left', about: 'it has a script "perf"' })
  const isReady = project.benches.length > 0 || planned.some(({ path }) => path.startsWith('perf/'))
  const exitCode = isReady && run ? await measure(json === true) : null
  if (exitCode !== null) process.exitCode = exitCode
  if (json) print(JSON.stringify({ ...summarise(project), files, isReady, exitCode }, null, 2))
  else if (isReady) say(typed(`\nNext: ${NEXT}`))
  else say('\nThere is nothing that a perf file could import: write one, see docs/getting-started.md')
}

const NEXT = 'npm run perf:compare -- main (your changes against main), npm run perf:profile (a flamegraph)'

/** A project, for programs. */
function summarise({ manager, benches, app, listening, entry }: FoundProject) {
  return {
    manager: manager.name,
    lockfile: manager.lockfile ?? null,
    benches,
    app: app?.path ?? null,
    listening: listening ?? null,
    entry: entry?.path ?? null,
  }
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

/** Writes a file, or leaves it. Of package.json only the script is new. */
async function write(root: string, { path, text, about }: PlannedFile, isAsked: boolean): Promise<Written> {
  const file = join(root, path)
  const isThere = existsSync(file) && path !== 'package.json'
  if (isThere && !isAsked) return { path, outcome: 'left', about: 'it is there already' }
  if (isAsked && !(await ask(`${isThere ? 'Replace' : 'Write'} ${path} (${about})?`, !isThere)))
    return { path, outcome: 'left', about: '' }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return { path, outcome: 'wrote', about }
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

/** A quick run, as the user would start it, or with all that it prints on stderr. @returns its exit code */
async function measure(isQuiet: boolean): Promise<number> {
  if (!isQuiet) process.stdout.write(typed('\n$ npm run perf -- --quick\n'))
  const args = [...process.execArgv, process.argv[1]!, 'run', '--quick']
  const child = spawn(process.execPath, args, {
    stdio: ['inherit', isQuiet ? process.stderr : 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
