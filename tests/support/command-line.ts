// Command lines as people type them: taken from a text, and checked against what a command says of itself in its help.
import { Command, CommanderError, Option } from 'commander'

/** The words of one command, without what the shell takes for itself. */
export type Words = readonly string[]

/** The commands of a shell block: lines joined where they end in `\`, comments, prompts and redirections left out. */
export function commandsOf(text: string): Words[] {
  return text
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/^\$ /, '').replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/&&|\|/))
    .map((line) => splitWords(line.replace(/\s>\s*\S+/, '')))
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .filter((words) => words.length > 0)
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!)
}

/**
 * Why a command would refuse these arguments; undefined where it takes them. Nothing is run.
 * @param help what the command prints for `--help`
 */
export function findFault(help: string, words: Words): string | undefined {
  const command = commandOf(help)
  try {
    command.parse([...words], { from: 'user' })
    return undefined
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.code === 'commander.helpDisplayed' ? undefined : error.message
  }
}

/** A command that takes what this help text says, and does nothing. */
function commandOf(help: string): Command {
  const command = new Command('command')
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .action(() => {})
  for (const [argument] of usageOf(help).matchAll(/<\S+>|\[\S+\]/g)) {
    if (argument !== '[options]') command.argument(argument)
  }
  for (const [, flags, description] of entriesOf(help, 'Options')) {
    if (flags!.includes('--help')) continue
    const option = new Option(flags!, '')
    const choices = [
      ...(/\(choices: ([^)]*?)(?:, default|\))/.exec(description!)?.[1] ?? '').matchAll(/"(.*?)"/g),
    ]
    command.addOption(choices.length === 0 ? option : option.choices(choices.map(([, choice]) => choice!)))
  }
  return command
}

function usageOf(help: string): string {
  return /^Usage: (.*)$/m.exec(help)?.[1] ?? ''
}

/** Flags with their descriptions, each on one line again. */
function entriesOf(help: string, section: string): RegExpMatchArray[] {
  const start = help.indexOf(`\n${section}:\n`)
  if (start < 0) return []
  const body = help.slice(start).split('\n\n')[0]!
  return [...body.replaceAll(/\n {4,}(?=\S)/g, ' ').matchAll(/^ {2}(-\S.*?)(?: {2,}| *$)(.*)$/gm)]
}
