// A run that is reported and gated, whatever it is compared with.

import { renderAgent } from '../../perf/report/agent.ts'
import { githubLinks } from '../../perf/report/markdown/links.ts'
import { renderMarkdown } from '../../perf/report/markdown.ts'
import { renderText } from '../../perf/report/text.ts'
import type { Report } from '../../perf/results/report.ts'
import type { RunFolder } from '../../perf/results/run-folder.ts'
import type { Effort } from '../../perf/run/durations.ts'
import type { AskedCommand } from '../../perf/suite/command/asked.ts'
import { readConfig } from '../../perf/suite/config.ts'
import { pickShard, type Shard } from '../../perf/suite/filter.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { exitCodeOf } from '../../perf/verdict/gate.ts'
import type { Budget } from './budget.ts'
import { type FormatFlags, type GatedRunFlags, readMeasureOptions, readStrict } from './options.ts'
import type { OpenReference } from './reference.ts'
import { measure, publish, startSession } from './session.ts'
import { tellGitHub } from './tell-github.ts'

/** A run with what it is compared with. */
export interface GatedRun {
  readonly root: string
  readonly filters: readonly string[]
  /** What the filters ask for, of all shards; missing in a run that has none. */
  readonly asked?: readonly DiscoveredScenario[]
  /** The server that its scenarios ask, where they are in no perf file. */
  readonly command?: AskedCommand | undefined
  readonly budget: Budget
  readonly seeks: Effort['seeks']
  /** Tells others than who started it. Default: {@link tellGitHub}. */
  readonly tell?: (report: Report, folder: RunFolder) => Promise<void>
  /** Opens what the run is compared with, which is closed when the run is over, whatever comes of it. */
  open(signal: AbortSignal): Promise<OpenedRun>
}

/** What is measured, and what against. */
export interface OpenedRun extends OpenReference {
  /** The folder measured instead of the project's own code. */
  readonly target: string | null
  readonly scenarios: readonly DiscoveredScenario[]
  /** Whether scenarios that run the baseline's code are measured all the same. */
  readonly measuresUnchanged: boolean
}

/** Measures, compares, reports and gates; sets the exit code. */
export async function gatedRun(
  {
    root,
    filters,
    asked = [],
    command,
    budget,
    seeks,
    tell = (report) => tellGitHub(report),
    open,
  }: GatedRun,
  flags: GatedRunFlags & Record<string, unknown>,
): Promise<void> {
  const isStrict = readStrict(process.env.STRICT_PERF)
  const signal = await startSession(root)
  const opened = await open(signal).catch((error) => {
    if (!signal.aborted) throw error
  })
  if (opened === undefined) {
    process.stderr.write('interrupted before anything was measured\n')
    process.exitCode = 130
    return
  }
  const { reference, target, scenarios, measuresUnchanged, openBaseline, close } = opened
  try {
    const { folder, ...result } = await measure(
      {
        ...readMeasureOptions({ ...(await readConfig(root)), ...flags }, budget, scenarios),
        root,
        target,
        filters,
        scenarios,
        command,
        shard: flags.shard && describeShard(flags.shard, asked, scenarios),
        reference,
        isQuick: flags.quick ?? false,
        seeks,
        isStrict,
        measuresUnchanged,
        mayAddForks: true,
        isProfiled: flags.profile,
      },
      openBaseline,
      signal,
    )
    await publish(result, folder, renderOutput(result.report, folder, flags), flags)
    await tell(result.report, folder)
    process.exitCode = exitCodeOf(result.report)
  } finally {
    await close()
  }
}

/** Scenarios of a shard that are not measured are not in both versions. */
function describeShard(
  part: Pick<Shard, 'index' | 'count'>,
  asked: readonly DiscoveredScenario[],
  measured: readonly DiscoveredScenario[],
): Shard {
  const idsOf = (list: readonly DiscoveredScenario[]) => list.map(({ scenario }) => scenario.id)
  const isThere = new Set(idsOf(measured))
  const absent = idsOf(pickShard(asked, part)).filter((id) => !isThere.has(id))
  return { ...part, ids: idsOf(asked), absent }
}

/** What a command prints of a run. */
export function renderOutput(report: Report, folder: RunFolder, { format, verbose }: FormatFlags): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`
    case 'markdown':
      return renderMarkdown(report, githubLinks(process.cwd(), process.env))
    case 'agent':
      return renderAgent(report, folder)
    case 'text': {
      const isBlamed = report.scenarios.some(
        (result) => result.status === 'measured' && result.blame !== null,
      )
      const page = isBlamed ? `both versions in one flamegraph: ${folder.page}\n` : ''
      return `${renderText(report, { isVerbose: verbose ?? false })}report: ${folder.markdown}\n${page}`
    }
    default:
      return format satisfies never
  }
}
