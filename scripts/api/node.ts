// What programs import: `import { run } from 'flamegate/node'`. It does what the commands do.
import { readReport as readOwn } from '../../perf/results/read-report.ts'
import { DEFAULT_BASE, readConfig } from '../../perf/suite/config.ts'
import type { ViewedFunction } from '../shared/profiles/viewed-function.ts'
import { type CallOptions, type CallResult, call, toArguments } from './call.ts'
import type { ReportHotFunction, RunReport } from './report.ts'

export type { ViewedFunction } from '../shared/profiles/viewed-function.ts'
export { type CallOptions, type CallResult, CommandError } from './call.ts'
export type * from './report.ts'
// As the commands are called; the same names are taken inside.
export { bisectCommits as bisect, readRunReport as readReport }

/** What commands that measure take: their flags, in camel case. */
export interface MeasuringFlags {
  /** Substrings of ids, or globs. Default: all scenarios. */
  readonly filters?: readonly string[]
  /** Whether a regression is exit code 1. Default: what `STRICT_PERF` says. */
  readonly strict?: boolean
  readonly quick?: boolean
  readonly forks?: number
  /** Seconds. */
  readonly time?: number
  /** Seconds for one fork in which no op is done. */
  readonly timeout?: number
  readonly seed?: number
  /** False for no hot functions. */
  readonly profile?: false
  /** `2/4`: one of so many parts. */
  readonly shard?: string
}

/** What {@link run} takes. */
export interface RunOptions extends CallOptions, MeasuringFlags {
  readonly changed?: boolean
  readonly stored?: boolean
  readonly against?: string
  readonly target?: string
}

/** What {@link compare} takes. */
export interface CompareOptions extends CallOptions, MeasuringFlags {
  /** `main`, or two as in `main..feature`. Default: the config's base, or HEAD. */
  readonly ref?: string
  /** Paths that are requested of `command`'s server, instead of scenarios. */
  readonly get?: readonly string[]
  readonly command?: readonly string[]
}

/** A function with its costs, as `profile` finds it. */
export interface ProfiledFunction extends ReportHotFunction {
  readonly allocatedBytesPerOp: number | null
}

/** What {@link profile} finds. */
export interface ProfileResult {
  readonly profiles: readonly {
    readonly id: string
    readonly backend: string
    /** `cpu` has functions; others say what they have in words. */
    readonly kind: 'cpu' | 'heap' | 'tool' | 'failed'
    readonly functions?: readonly ProfiledFunction[]
    readonly said?: readonly string[]
  }[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  /** Pages and exports. */
  readonly files: readonly { readonly what: string; readonly path: string }[]
}

/** What {@link profile} takes. */
export interface ProfileOptions extends CallOptions {
  readonly filters?: readonly string[]
  readonly with?: readonly string[]
  readonly export?: readonly string[]
  readonly seconds?: number
  readonly target?: string
}

/** What {@link view} and {@link exec} find: the first of several profiles is all of them together. */
export interface ViewResult {
  readonly profiles: readonly {
    readonly name: string
    readonly kind: 'cpu' | 'heap'
    readonly unit: 'microseconds' | 'bytes'
    readonly summary: string
    readonly functions: readonly ViewedFunction[]
  }[]
  readonly page: string
}

/** What {@link diff} finds. */
export interface DiffResult {
  readonly kind: 'cpu' | 'heap'
  readonly unit: 'microseconds' | 'bytes'
  /** Those that moved by more than the noise of sampling. */
  readonly functions: readonly {
    readonly name: string
    readonly file: string
    readonly line: number
    readonly before: { readonly self: number; readonly share: number }
    readonly after: { readonly self: number; readonly share: number }
  }[]
  readonly insideNoise: number
  readonly caveat: string
  readonly page: string
}

/** What {@link exec} takes. */
export interface ExecOptions extends CallOptions {
  readonly get?: readonly string[]
  readonly load?: string
  readonly port?: number
  readonly seconds?: number
}

/** What {@link bisect} takes. */
export interface BisectOptions extends CallOptions {
  readonly good: string
  readonly bad?: string
  readonly quick?: boolean
}

/** What {@link bisect} finds; docs/formats.md has all of it. */
export interface BisectReport {
  readonly outcome: { readonly kind: string }
  readonly explanation: unknown
}

/** Measures scenarios, and compares what changed with the baseline's code. */
export function run(options: RunOptions = {}): Promise<CallResult<RunReport>> {
  const { filters = [], strict, ...flags } = options
  return callMeasuring('run', filters, strict, flags)
}

/** Measures the working tree beside another commit, or two commits. */
export async function compare(options: CompareOptions = {}): Promise<CallResult<RunReport>> {
  const { filters = [], strict, command = [], ...flags } = options
  const { ref = await findBase(options), ...others } = flags
  return callMeasuring('compare', [ref, ...filters], strict, others, command)
}

/** What `compare` takes where it is told nothing; on the command line, a filter stands behind it. */
async function findBase({ cwd = process.cwd() }: CallOptions): Promise<string> {
  return (await readConfig(cwd)).base ?? DEFAULT_BASE
}

/** Puts the reports of shards together. */
export function merge(reports: readonly string[], options: CallOptions = {}): Promise<CallResult<RunReport>> {
  return call(['merge', '--json', '--', ...reports], options)
}

/** Profiles scenarios. */
export function profile(options: ProfileOptions = {}): Promise<CallResult<ProfileResult>> {
  const { filters = [], ...flags } = options
  return callPlain('profile', filters, flags)
}

/** Profiles a command that runs Node. */
export function exec(command: readonly string[], options: ExecOptions = {}): Promise<CallResult<ViewResult>> {
  const { own, flags } = split({ ...options })
  return call(['exec', '--json', ...toArguments(flags), '--', ...command], own)
}

/** Hot functions of profiles that were taken elsewhere, and their flamegraph. */
export function view(files: readonly string[], options: CallOptions = {}): Promise<CallResult<ViewResult>> {
  return callPlain('view', files, options)
}

/** Whose share or time moved between two profiles. */
export function diff(
  before: string,
  after: string,
  options: CallOptions = {},
): Promise<CallResult<DiffResult>> {
  return callPlain('diff', [before, after], options)
}

/** Finds the first commit that made a scenario slower, or faster. */
function bisectCommits(scenario: string, options: BisectOptions): Promise<CallResult<BisectReport>> {
  return callPlain('bisect', [scenario], options)
}

/**
 * The report that a run wrote.
 * @param path of report.json, or of the run's folder
 * @throws Error where it is missing, no report, or of a version that is not known
 */
function readRunReport(path: string): Promise<RunReport> {
  return readOwn(path)
}

type Flags = Parameters<typeof toArguments>[0]

function callMeasuring(
  name: string,
  named: readonly string[],
  strict: boolean | undefined,
  options: CallOptions & object,
  command: readonly string[] = [],
): Promise<CallResult<RunReport>> {
  const { own, flags } = split(options)
  const env = strict === undefined ? {} : { STRICT_PERF: String(strict) }
  const behind = command.length === 0 ? [] : ['--', ...command]
  return call([name, '--json', ...toArguments(flags), ...named, ...behind], own, env)
}

function callPlain<Result>(
  name: string,
  named: readonly string[],
  options: CallOptions & object,
): Promise<CallResult<Result>> {
  const { own, flags } = split(options)
  return call([name, '--json', ...toArguments(flags), '--', ...named], own)
}

/** What is about the call, and what is the command's. */
function split({ cwd, signal, onProgress, ...flags }: CallOptions & object) {
  return { own: { cwd, signal, onProgress }, flags: flags as Flags }
}
