// The flags that several commands share.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FlamegateError } from '../../perf/errors.ts'
import { showOutput } from '../../perf/process/output.ts'
import type { Shard } from '../../perf/suite/filter.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import type { Budget } from './budget.ts'

/** What the command line of `run` and `baseline` can say; numbers checked, times in ms. */
export interface MeasureOptions {
  readonly forks: number | undefined
  readonly seed: number | undefined
  readonly budgetMs: number
  /** Whether more trials have as long as the first ones in any case; never where somebody said how long it may take. */
  readonly isPatient: boolean
  readonly timeoutMs: number | undefined
}

/** What the command line says of a run's effort and output, whatever it is compared with. */
export interface GatedRunFlags extends DisclosureFlags, FormatFlags {
  readonly quick?: true
  /** False for --no-profile. */
  readonly profile: boolean
  readonly shard?: Pick<Shard, 'index' | 'count'>
}

/** The flags of {@link GatedRunFlags}. */
export function addGatedRunOptions(command: Command): Command {
  return addFormatOptions(addDisclosureOptions(addOutputOption(command)))
    .option('--quick', 'a rough answer: few short forks or pairs each')
    .option('--no-profile', 'measure only: no hot functions')
}

/** How a run is printed. */
const REPORT_FORMATS = ['text', 'json', 'markdown', 'agent'] as const

/** What a command that prints a run says of how. */
export interface FormatFlags {
  readonly format: (typeof REPORT_FORMATS)[number]
  readonly verbose?: true
}

/** The flags of {@link FormatFlags}. */
export function addFormatOptions(command: Command): Command {
  return command
    .option('--verbose', 'every column, every verdict, and the hot functions of every scenario')
    .addOption(
      new Option('--format <format>', 'print the run like this, and nothing else; agent: one fact a line')
        .choices(REPORT_FORMATS)
        .default('text'),
    )
    .addOption(new Option('--json', '--format json').implies({ format: 'json' }).conflicts('markdown'))
    .addOption(new Option('--markdown', '--format markdown').implies({ format: 'markdown' }))
}

/** @throws FlamegateError 'bad-option' for a format that what is asked for has not */
export function refuseOtherFormats(
  { format }: FormatFlags,
  printed: readonly FormatFlags['format'][],
  asked: string,
): void {
  if (printed.includes(format)) return
  const hint = `--format ${printed.join(' or ')}`
  throw new FlamegateError('bad-option', `${asked} prints no ${format}`, { hint })
}

/** How anything else is printed. */
const PLAIN_FORMATS = ['text', 'json', 'agent'] as const

/** What a command that prints anything else says of how. */
export interface PlainFormatFlags {
  readonly format: (typeof PLAIN_FORMATS)[number]
}

/** The flags of {@link PlainFormatFlags}. @param what is printed for programs */
export function addPlainFormatOptions(command: Command, what: string): Command {
  return command
    .addOption(
      new Option('--format <format>', `print ${what} like this, and nothing else; agent: one fact a line`)
        .choices(PLAIN_FORMATS)
        .default('text'),
    )
    .addOption(new Option('--json', '--format json').implies({ format: 'json' }))
}

/** Flags that every measuring command has. */
export function addMeasureOptions(command: Command, { text }: Budget): Command {
  return command
    .option(
      '--forks <count>',
      'fresh processes per scenario at first; in lockstep twice as many pairs',
      wholeNumber(1, 100),
    )
    .option(
      '--time <seconds>',
      `add no more forks once the run has taken this long (default: ${text})`,
      seconds,
    )
    .option(
      '--seed <number>',
      'order of the forks and of resampling (default: random, and reported)',
      wholeNumber(0, 2 ** 32 - 1),
    )
    .option(
      '--timeout <seconds>',
      'longest time for one fork without an op that is done (default: 15 s more than it is planned to take)',
      seconds,
    )
}

/** The flag for a part of the scenarios. */
export function addShardOption(command: Command): Command {
  return command.option(
    '--shard <part/count>',
    'only one of so many parts of the scenarios, as in 2/4: the others run elsewhere, and merge puts them together',
    shard,
  )
}

function shard(text: string): Pick<Shard, 'index' | 'count'> {
  const [, index, count] = /^(\d{1,3})\/(\d{1,3})$/.exec(text)?.map(Number) ?? []
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count }
  throw new InvalidArgumentError('It must be a part and a count, from 1/1 to 999/999.')
}

/** The flags of commands whose result is a page about profiles of anybody's. */
export function addPageOptions(command: Command): Command {
  return addDisclosureOptions(command.option('--no-open', 'print where the page is, and open nothing'))
}

/** The flags of {@link DisclosureFlags}. */
export function addDisclosureOptions(command: Command): Command {
  return command
    .option('--embed-sources', "put sources from outside of the project's folder into the page, too")
    .option('--absolute-paths', 'name files outside of the project by their whole paths in the page')
}

/** The flag for what scenarios print, which goes nowhere otherwise. */
export function addOutputOption(command: Command): Command {
  return command
    .option('--show-output', 'pass what scenarios print on to stderr, their ids in front; it costs them time')
    .on('option:show-output', showOutput)
}

export function readMeasureOptions(
  options: Record<string, unknown>,
  budget: Budget,
  scenarios: readonly DiscoveredScenario[],
): MeasureOptions {
  const milliseconds = (value: unknown) => (value === undefined ? undefined : (value as number) * 1000)
  return {
    forks: options.forks as number | undefined,
    seed: options.seed as number | undefined,
    budgetMs: milliseconds(options.time) ?? budget.msOf(scenarios),
    isPatient: options.time === undefined && budget.isPatient,
    timeoutMs: milliseconds(options.timeout),
  }
}

/** Whether `STRICT_PERF` asks for a gate. @throws FlamegateError 'bad-option' for a value that is neither yes nor no */
export function readStrict(value: string | undefined): boolean {
  if (value === 'true' || value === '1') return true
  if (value === undefined || value === '' || value === 'false' || value === '0') return false
  throw new FlamegateError('bad-option', `STRICT_PERF is '${value}'`, {
    hint: 'set it to true, or leave it out',
  })
}

/** Parses a whole number of the command line. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }
}

/** Parses a time of the command line. */
export function seconds(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 86_400) return value
  throw new InvalidArgumentError('It must be a number of seconds above 0.')
}

/** Parses a path of a server's, and adds it to those before. */
export function addPath(path: string, paths: readonly string[]): string[] {
  if (!path.startsWith('/')) throw new InvalidArgumentError('A path begins with /, as in /cart.')
  return [...paths, path]
}
