// `flamegate attach`.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FlamegateError, messageOf } from '../../perf/errors.ts'
import { openRunFolder } from '../../perf/results/run-folder.ts'
import { InspectedProcess, UnreachableError } from '../../profile/capture/program/inspected-process.ts'
import { recordProcess } from '../../profile/capture/program/record-process.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../../profile/export/index.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import { openPage } from '../shared/open-page.ts'
import { addPageOptions, addPlainFormatOptions, type PlainFormatFlags, seconds } from '../shared/options.ts'
import { nameScript, showRecorded } from '../shared/profiles/recording-output.ts'
import { startSession } from '../shared/session.ts'

interface AttachFlags extends DisclosureFlags, PlainFormatFlags {
  readonly seconds: number
  readonly open: boolean
  readonly export: readonly ExportFormat[]
}

/** Fine enough for some seconds; a long look has a coarser one. */
const INTERVAL_US = { short: 250, long: 1_000 } as const
const LONG_S = 120
const HELP = `
Examples:
  $ npx flamegate attach 4711                 the process with this id, for 10 seconds
  $ npx flamegate attach 9229 --seconds 30    the one whose inspector listens on this port, in a container, say`

/** `flamegate attach <process>`: profile a running process. */
export function defineAttach(command: Command): Command {
  return addPlainFormatOptions(addPageOptions(command), 'summaries and functions')
    .argument('<process>', "a process's id, or the port of its inspector", idOrPort)
    .option('--seconds <seconds>', 'how long to profile', seconds, 10)
    .addOption(
      new Option('--export <format...>', 'also write the profiles for other viewers')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
    .addHelpText('after', HELP)
    .action(attach)
}

function idOrPort(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number > 0) return number
  throw new InvalidArgumentError('It must be the id of a process, or a port.')
}

async function attach(idOrPort: number, flags: AttachFlags): Promise<void> {
  const folder = await openRunFolder(process.cwd())
  const signal = await startSession(process.cwd())
  const target = await InspectedProcess.find(idOrPort).catch(refuse)
  const { pid, cwd, argv, version } = target.facts
  const script = nameScript(argv[1], cwd)
  const intervalUs = flags.seconds > LONG_S ? INTERVAL_US.long : INTERVAL_US.short
  process.stderr.write(
    `flamegate: ${script}, process ${pid} of Node ${version}, is profiled for ${flags.seconds} s; Ctrl-C ends that\n`,
  )
  try {
    const until = () => waitFor(flags.seconds * 1000, signal)
    const recordings = await recordProcess(target.channel, intervalUs, until).catch(tellGone)
    const page = await showRecorded(
      recordings.map(({ threadId, ...recording }) => ({
        name: threadId === 0 ? script : `${script} thread ${threadId}`,
        recording,
      })),
      { title: `flamegate ${script}, process ${pid}`, root: cwd, flags, folder },
    )
    if (signal.aborted) process.stderr.write('interrupted before the time was over\n')
    else if (flags.open && flags.format === 'text') await openPage(page)
  } finally {
    await target.close()
  }
}

/** Resolves after so long, and when the signal says so. */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    const stop = () => {
      clearTimeout(timer)
      resolve()
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function refuse(error: unknown): never {
  if (!(error instanceof UnreachableError)) throw error
  throw new FlamegateError('bad-target', error.message, { hint: error.hint })
}

function tellGone(cause: unknown): never {
  throw new FlamegateError('bad-target', `the recording broke off: ${messageOf(cause)}`, { cause })
}
