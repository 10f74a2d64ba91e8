// The program: its commands, of which only the one that is named is loaded, and the exit code.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { nearestName } from '../perf/suite/nearest-name.ts'
import { typed } from '../perf/typed-command.ts'
import { toVisible } from '../profile/model/text.ts'
import { exitCodeAfter, isInterruption } from './shared/interruption.mjs'

/** What the program's own help says of a command, and where the rest of it is. */
interface CommandEntry {
  readonly name: string
  /** What follows the name on the command line. */
  readonly usage: string
  readonly description: string
  /** Loads what adds arguments, options and the action to a command that has its name and description. */
  readonly load: () => Promise<(command: Command) => Command>
}

const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    usage: '[options]',
    description: 'set flamegate up in a project: a perf file, a script, a workflow; then measure',
    load: async () => (await import('./init/init.ts')).defineInit,
  },
  {
    name: 'run',
    usage: '[options] [filter...]',
    description: 'measure scenarios, compare them with baseline.json, write a report',
    load: async () => (await import('./run.ts')).defineRun,
  },
  {
    name: 'compare',
    usage: '[options] [ref] [filter...]',
    description:
      'measure the working tree beside another commit, and name the function that changed the cost',
    load: async () => (await import('./compare.ts')).defineCompare,
  },
  {
    name: 'investigate',
    usage: '[options] <report> [filter...]',
    description: 'name the function behind a regression that a run (of CI, say) reported',
    load: async () => (await import('./investigate.ts')).defineInvestigate,
  },
  {
    name: 'profile',
    usage: '[options] [filter...]',
    description: 'profile scenarios, print their hot functions and open the flamegraph',
    load: async () => (await import('./profile.ts')).defineProfile,
  },
  {
    name: 'exec',
    usage: '[options] -- <command...>',
    description: 'profile any command that runs Node, print its hot functions and open the flamegraph',
    load: async () => (await import('./record/exec.ts')).defineExec,
  },
  {
    name: 'attach',
    usage: '[options] <process>',
    description: 'profile a running process, which goes on undisturbed',
    load: async () => (await import('./record/attach.ts')).defineAttach,
  },
  {
    name: 'view',
    usage: '[options] <file...>',
    description: 'print the hot functions of profiles of V8, Chrome or pprof and open their flamegraph',
    load: async () => (await import('./view.ts')).defineView,
  },
  {
    name: 'diff',
    usage: '[options] <before> <after>',
    description: 'name the functions whose share or time moved between two profiles',
    load: async () => (await import('./diff.ts')).defineDiff,
  },
  {
    name: 'baseline',
    usage: '[options]',
    description: "measure all scenarios and (re)write this environment's row of baseline.json",
    load: async () => (await import('./baseline.ts')).defineBaseline,
  },
  {
    name: 'ci',
    usage: '[options] [filter...]',
    description: 'compare with what an event of GitHub changes; write the summary, annotations, a comment',
    load: async () => (await import('./ci/ci.ts')).defineCi,
  },
  {
    name: 'merge',
    usage: '[options] <report...>',
    description: 'put the reports of shards together, and prove that none is missing',
    load: async () => (await import('./ci/merge.ts')).defineMerge,
  },
  {
    name: 'bisect',
    usage: '[options] <scenario>',
    description: 'find the first commit that made a scenario slower (or faster)',
    load: async () => (await import('./bisect.ts')).defineBisect,
  },
  {
    name: 'selftest',
    usage: '[options]',
    description: 'prove the gate on this machine: an injected slow-down is seen, the same code is not',
    load: async () => (await import('./selftest.ts')).defineSelfTest,
  },
  {
    name: 'steadiness',
    usage: '[options] <first> <second>',
    description: 'compare two runs of the same code: how steady are raw and normalised numbers here?',
    load: async () => (await import('./steadiness.ts')).defineSteadiness,
  },
]

/**
 * Runs one command and sets the exit code: 0 no regression, 1 regression, 2 wrong use or nothing proven, 3 a bug of
 * flamegate's, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  await runCommandLine(await createProgram(argv), argv)
}

/** The program with the command that is named, and what its help says of the others. */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  const named = findNamed(argv)
  const program = new Command('flamegate')
    .description('Measures scenarios, profiles them, and gates on what became slower.')
    .version(readVersion(), '--version', 'print the version')
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
  for (const { name, usage, description, load } of COMMANDS) {
    const command = new Command(name).description(description)
    program.addCommand(name === named ? (await load())(command) : command.usage(usage), {
      isDefault: name === DEFAULT && named === DEFAULT,
    })
  }
  return program
}

/** What is done where no command is named. */
const DEFAULT = 'run'

/** The command that a command line is for, also where it asks for its help: `run arrays`, `help run`, `arrays`. */
function findNamed(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((argument) => !argument.startsWith('-'))
  const named = first === 'help' ? second : first
  const names = COMMANDS.map(({ name }) => name)
  if (named === undefined) return argv.some((argument) => OF_PROGRAM.includes(argument)) ? undefined : DEFAULT
  // What is nearly a command is none of a filter either.
  return names.includes(named) || nearestName(named, names) !== undefined ? named : DEFAULT
}

/** Flags that are no command's. */
const OF_PROGRAM = ['--help', '-h', '--version']

function readVersion(): string {
  const manifest = readFileSync(createRequire(import.meta.url).resolve('flamegate/package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Parses a command line and does what it says; whatever is thrown becomes a message and the exit code. */
export async function runCommandLine(program: Command, argv: readonly string[]): Promise<void> {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showHelpAfterError('(add --help for all options)')
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = await report(error)
  } finally {
    process.exitCode = exitCodeAfter(process.exitCode)
  }
}

/** What V8 says where a buffer or a text is larger than what there is room for. */
const OUT_OF_MEMORY = /allocation failed|Invalid (?:typed array|string) length|longer than 0x/i

async function report(error: unknown): Promise<number> {
  // Help and version end by an exception too; what is wrong about the command line is already printed.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (isInterruption(error)) {
    process.stderr.write('interrupted before there was a result\n')
    return 130
  }
  const { ViewerMissingError } = await import('../profile/flamegraph/built-viewer.ts')
  if (error instanceof FlamegateError || error instanceof ViewerMissingError) {
    const text = typed(`error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`)
    // What a file says of itself may be in it.
    process.stderr.write(text.replace(/[^\r\n\t]+/g, toVisible))
    return 2
  }
  if (error instanceof RangeError && OUT_OF_MEMORY.test(error.message)) {
    process.stderr.write(
      `error: there is not enough memory for this: ${error.message}\nhint: give it less at once (profiles of a shorter time, fewer files), or more memory\n`,
    )
    return 2
  }
  if (error instanceof Error && 'code' in error && error.code === 'EMFILE') {
    process.stderr.write(
      'error: too many files are open at once\nhint: raise the limit, as in ulimit -n 1024\n',
    )
    return 2
  }
  process.stderr.write(`flamegate has a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
  return 3
}
