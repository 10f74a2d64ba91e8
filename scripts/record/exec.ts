// `flamegate exec`.
import { type Command, Option } from 'commander'
import { FlamegateError } from '../../perf/errors.ts'
import type { LoadResult } from '../../perf/profiling/command/load.ts'
import {
  type CommandProfile,
  describeEnd,
  profileCommand,
} from '../../perf/profiling/command/profile-command.ts'
import { openRunFolder } from '../../perf/results/run-folder.ts'
import { quantileOfSorted, sorted } from '../../perf/stats/quantile.ts'
import type { RecordedThread } from '../../profile/capture/program/recorders.ts'
import type { LeftRecording } from '../../profile/capture/program/recordings.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../../profile/export/index.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import { formatCount, formatCounted, formatTime } from '../../profile/model/format.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { expectSignal } from '../shared/interruption.mjs'
import { openPage } from '../shared/open-page.ts'
import {
  addPageOptions,
  addPath,
  addPlainFormatOptions,
  type PlainFormatFlags,
  seconds,
  wholeNumber,
} from '../shared/options.ts'
import { type NamedRecording, nameScript, showRecorded } from '../shared/profiles/recording-output.ts'
import type { Work } from '../shared/profiles/view-profiles.ts'
import { startSession } from '../shared/session.ts'

interface ExecFlags extends DisclosureFlags, PlainFormatFlags {
  readonly get: readonly string[]
  readonly load?: string
  readonly port?: number
  readonly seconds?: number
  readonly open: boolean
  readonly export: readonly ExportFormat[]
}

const HELP = `
Everything behind -- is the command; what it prints goes to stderr, until it is loaded.

Examples:
  $ npx flamegate exec --get /cart -- node server.js             loads the server, once it listens
  $ npx flamegate exec --load 'npx autocannon localhost:$PORT' -- npm start
  $ npx flamegate exec -- npx tsx src/main.ts                    until it ends, or Ctrl-C`

/** `flamegate exec -- <command…>`: profile any command that runs Node. */
export function defineExec(command: Command): Command {
  return addPlainFormatOptions(addPageOptions(command), 'summaries and functions')
    .usage('[options] -- <command...>')
    .argument('<command...>', 'what is to be profiled, and its arguments')
    .addOption(
      new Option(
        '--get <path>',
        'load the server with GET requests to this path; several times: to each in turn',
      )
        .argParser(addPath)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--load <command>',
        'load the server with this command; $PORT in it is where it listens',
      ).conflicts('get'),
    )
    .option('--port <number>', 'which of its ports to load (default: the first)', wholeNumber(1, 65_535))
    .option('--seconds <seconds>', 'how long to profile (default: 5 with --get, else until it ends)', seconds)
    .addOption(
      new Option('--export <format...>', 'also write the profiles for other viewers')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
    .addHelpText('after', HELP)
    .action(exec)
}

async function exec(words: string[], flags: ExecFlags): Promise<void> {
  const root = process.cwd()
  const folder = await openRunFolder(root)
  const signal = await startSession(root)
  const isOpenEnded = flags.get.length === 0 && flags.load === undefined && flags.seconds === undefined
  if (isOpenEnded) expectSignal()
  const profile = await profileCommand(
    {
      words,
      cwd: root,
      paths: flags.get,
      loadCommand: flags.load,
      port: flags.port,
      recordMs: flags.seconds === undefined ? undefined : flags.seconds * 1000,
      onOutput: (chunk) => process.stderr.write(chunk),
      tell: (line) => process.stderr.write(`flamegate: ${line}\n`),
    },
    signal,
  )
  const recordings = nameAll(profile, root)
  if (recordings.length === 0) throw nothingRecorded(profile)
  const work = workOf(profile)
  if (profile.load !== undefined) tell(describeLoad(profile.load, work, flags.get), flags)
  const page = await showRecorded(recordings, {
    title: `flamegate ${words.join(' ')}`,
    ...{ root, flags, folder },
    ...(work && { work }),
  })
  const problems = findProblems(profile, words)
  for (const problem of problems) process.stderr.write(`flamegate: ${problem}\n`)
  if (problems.length > 0) process.exitCode = 2
  if (signal.aborted && !isOpenEnded) process.stderr.write('interrupted before the time was over\n')
  else if (flags.open && flags.format === 'text') await openPage(page)
}

/** Results go to stdout, unless that is for a program. */
function tell(line: string, { format }: ExecFlags): void {
  const stream = format === 'text' ? process.stdout : process.stderr
  stream.write(`${line}\n`)
}

/** Without those of programs that only started the others: npm, npx, tsx. */
function nameAll({ recordings, threads, servers }: CommandProfile, root: string): NamedRecording[] {
  const listening = new Set(servers.map(({ pid }) => pid))
  const named = recordings.map((recording) => {
    const [, path] = threads.find(({ pid }) => pid === recording.pid)?.argv ?? []
    const script = nameScript(path, root)
    const isLauncher = !listening.has(recording.pid) && isInstalled(path, script)
    return { recording, script, isLauncher }
  })
  const shown = named.some(({ isLauncher }) => !isLauncher)
    ? named.filter(({ isLauncher }) => !isLauncher)
    : named
  return shown.map(({ recording, script }) => ({
    name: nameThread(recording, script, shown.length > 1),
    recording,
  }))
}

function isInstalled(path: string | undefined, script: string): boolean {
  return path !== undefined && !script.includes('/') && /[/\\](?:node_modules|bin)[/\\]/.test(path)
}

function nameThread({ pid, threadId }: LeftRecording, script: string, isOneOfSeveral: boolean): string {
  if (!isOneOfSeveral) return script
  return `${script} ${pid}${threadId === 0 ? '' : ` thread ${threadId}`}`
}

function answersOf({ statuses }: LoadResult): number {
  return sumOf([...statuses.values()])
}

/** What all processes did for the answers that were given. */
function workOf({ load, recordings }: CommandProfile): Work | undefined {
  const ops = load === undefined ? 0 : answersOf(load)
  const processes = recordings.filter(({ threadId }) => threadId === 0)
  return ops === 0 ? undefined : { ops, cpuUs: sumOf(processes.map(({ cpuUs }) => cpuUs)) }
}

/** `GET /cart: 12,300 answers in 5.0 s, 2,460/s; P50 1.2 ms, P99 3.4 ms; CPU 380 µs a request`. */
function describeLoad(load: LoadResult, work: Work | undefined, paths: readonly string[]): string {
  const { elapsedMs } = load
  const asked = `GET ${paths.join(', ')}`
  if (work === undefined) return `${asked}: no answer in ${(elapsedMs / 1000).toFixed(1)} s`
  const { ops, cpuUs } = work
  const durations = sorted(load.durationsNs)
  const [p50, p99] = [0.5, 0.99].map((q) => formatTime(quantileOfSorted(durations, q)))
  return [
    `${asked}: ${ops.toLocaleString('en-US')} answers in ${(elapsedMs / 1000).toFixed(1)} s, ${formatCount(ops / (elapsedMs / 1000))}/s`,
    `P50 ${p50}, P99 ${p99}`,
    `CPU ${formatTime((cpuUs * 1000) / ops)} a request`,
  ].join('; ')
}

function nothingRecorded({ threads, end }: CommandProfile): FlamegateError {
  const fact = end === undefined ? '' : `: it ${describeEnd(end)}`
  return new FlamegateError(
    'bad-command',
    `nothing was recorded in ${formatCounted(threads.length, 'thread')}${fact}`,
    {
      hint: 'a process that is killed, or ends within some milliseconds, leaves no recording',
    },
  )
}

function findProblems({ load, loadProblem, lost, end }: CommandProfile, words: readonly string[]): string[] {
  const answers = load === undefined ? 0 : answersOf(load)
  const failing = [...(load?.statuses ?? [])].filter(([status]) => status >= 400)
  return [
    ...(end !== undefined && (load !== undefined || end.code !== 0)
      ? [`'${words.join(' ')}' ${describeEnd(end)}`]
      : []),
    ...failing.map(
      ([status, count]) =>
        `${count.toLocaleString('en-US')} of ${answers.toLocaleString('en-US')} answers had status ${status}`,
    ),
    ...(load !== undefined && load.failed > 0
      ? [`${formatCounted(load.failed, 'request')} had no answer: ${load.failure}`]
      : []),
    ...(loadProblem === undefined ? [] : [loadProblem]),
    ...describeLost(lost),
  ]
}

function describeLost(lost: readonly RecordedThread[]): string[] {
  if (lost.length === 0) return []
  const names = lost.map(({ pid, threadId }) => (threadId === 0 ? `${pid}` : `thread ${threadId} of ${pid}`))
  return [`no recording of ${names.join(', ')}: killed, or ended within some milliseconds`]
}
