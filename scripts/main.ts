import { Command, CommanderError } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { baselineCommand } from './baseline.ts'
import { bisectCommand } from './bisect.ts'
import { compareCommand } from './compare.ts'
import { investigateCommand } from './investigate.ts'
import { profileCommand } from './profile.ts'
import { runCommand } from './run.ts'
import { explainCommit } from './shared/explain.ts'
import { steadinessCommand } from './steadiness.ts'
import { viewCommand } from './view.ts'

/**
 * Runs one command and sets the exit code: 0 no regression, 1 regression, 2 wrong use or nothing proven, 3 a bug of
 * flamegate's, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('flamegate')
    .description('Measures scenarios, profiles them, and gates on what became slower.')
    .addCommand(runCommand())
    .addCommand(compareCommand())
    .addCommand(investigateCommand())
    .addCommand(profileCommand())
    .addCommand(viewCommand())
    .addCommand(baselineCommand())
    .addCommand(bisectCommand({ explain: explainCommit }))
    .addCommand(steadinessCommand())
  await runCommandLine(program, argv)
}

/** Parses a command line and does what it says; whatever is thrown becomes a message and the exit code. */
export async function runCommandLine(program: Command, argv: readonly string[]): Promise<void> {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showHelpAfterError('(add --help for all options)')
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = report(error)
  }
}

function report(error: unknown): number {
  // Help and version end by an exception too; what is wrong about the command line is already printed.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof FlamegateError) {
    process.stderr.write(
      `error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`,
    )
    return 2
  }
  process.stderr.write(`flamegate has a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
  return 3
}
