// `flamegate profile`.
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { workAtOnce } from '../perf/process/cores/at-once.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { type ProfileOutcome, profileScenario } from '../perf/profiling/profile-scenario.ts'
import { describeHotFunction, describeWaiting } from '../perf/report/parts/hot.ts'
import { withVisibleNames } from '../perf/report/parts/visible.ts'
import { nameProfile, openRunFolder, pointLatest, type RunFolder } from '../perf/results/run-folder.ts'
import { writeWhole } from '../perf/results/write-whole.ts'
import { selectScenarios } from '../perf/suite/filter.ts'
import type { DiscoveredScenario } from '../perf/suite/load.ts'
import { typed } from '../perf/typed-command.ts'
import { BACKENDS, type BackendName } from '../profile/backends/backend.ts'
import { EXPORT_FORMATS, type ExportFormat, exportProfile } from '../profile/export/index.ts'
import type { Graph } from '../profile/flamegraph/data.ts'
import type { DisclosureFlags } from '../profile/flamegraph/disclosure.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { shortenUrl } from '../profile/model/file-url.ts'
import { formatBytes, formatDuration, formatSpan } from '../profile/model/format.ts'
import { sumOf } from '../profile/model/sum.ts'
import { shownName, shownPath } from '../profile/model/text.ts'
import { openPage } from './shared/open-page.ts'
import { addOutputOption, addPageOptions, seconds } from './shared/options.ts'
import { createProgressLine } from './shared/progress.ts'
import { refuseForeignOptions, startSession } from './shared/session.ts'

interface ProfileFlags extends DisclosureFlags {
  readonly with: readonly BackendName[]
  readonly seconds?: number
  readonly target?: string
  readonly export: readonly ExportFormat[]
  readonly open: boolean
}

const SHOWN_FUNCTIONS = 10
const HELP = `
Examples:
  $ npm run perf:profile -- arrays                            one page with a switcher for all arrays/*
  $ npm run perf:profile -- payload/50kb.apply --with 0x      by another profiler
  $ npm run perf:profile -- noop --export speedscope pprof    for other viewers`

/** `flamegate profile [filter…]`: profile scenarios and open the flamegraph. */
export function defineProfile(command: Command): Command {
  return addPageOptions(addOutputOption(command))
    .argument('[filter...]', 'which scenarios (default: all)')
    .addOption(
      new Option('--with <profiler...>', 'by which profilers').choices(BACKENDS).default(['cpu-prof']),
    )
    .addOption(
      new Option('--export <format...>', 'also write profiles for other viewers')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
    .option(
      '--seconds <seconds>',
      'how long ops run under each profiler (default: 2, of several scenarios 1 each)',
      seconds,
    )
    .option('--target <folder>', 'profile the package in this folder with the same scenarios')
    .addHelpText('after', typed(HELP))
    .action(profile)
}

/** One scenario by one profiler. */
interface Done {
  readonly backend: BackendName
  readonly id: string
  readonly outcome: ProfileOutcome
  readonly elapsedMs: number
}

async function profile(filters: string[], flags: ProfileFlags): Promise<void> {
  const root = process.cwd()
  refuseForeignOptions()
  const target = flags.target === undefined ? undefined : resolve(flags.target)
  const scenarios = selectScenarios(await discoverScenarios(root, target), filters)
  const folder = await openRunFolder(root)
  const signal = await startSession(root)
  const done = await profileAll(scenarios, flags, folder, root, signal)
  const pages = await writeResults(done, flags, folder)
  process.stdout.write(renderOutcomes(done, scenarios, root))
  for (const page of pages) process.stdout.write(`${page.what}: ${page.path}\n`)
  if (signal.aborted) process.stderr.write('interrupted before all was profiled\n')
  else if (pages.length === 0) process.exitCode = 2
  else if (flags.open) await openPage(pages[0]!.path)
}

async function profileAll(
  scenarios: readonly DiscoveredScenario[],
  flags: ProfileFlags,
  folder: RunFolder,
  root: string,
  signal: AbortSignal,
): Promise<Done[]> {
  const runnable = scenarios.filter(({ skipReason }) => skipReason === undefined)
  const jobs = runnable.flatMap((discovered) => flags.with.map((backend) => ({ discovered, backend })))
  const progress = createProgressLine(process.stderr)
  const done: Done[] = []
  const cores = availableParallelism()
  // What other tools start is theirs, and some of them take a port.
  const jobsAtOnce = flags.with.every((backend) => OWN_BACKENDS.has(backend))
    ? Math.min(cores, jobs.length)
    : 1
  const runMs = 1000 * (flags.seconds ?? (jobs.length === 1 ? 2 : 1))
  try {
    await workAtOnce(jobs, jobsAtOnce, signal, async ({ discovered, backend }, started) => {
      const { id } = discovered.scenario
      progress.show({ stage: 'profiling', scenarioId: `${id} by ${backend}`, ...started })
      const start = performance.now()
      const atOnce = Math.max(1, Math.floor(cores / jobsAtOnce))
      const where = { root, folder: folder.directory, disclosed: flags }
      const options = { ...where, runMs, seed: 1, atOnce, signal }
      const outcome = await profileScenario(backend, discovered, options)
      done.push({ backend, id, outcome, elapsedMs: performance.now() - start })
    })
  } finally {
    progress.clear()
  }
  const order = ({ id, backend }: Done) =>
    jobs.findIndex((job) => job.discovered.scenario.id === id && job.backend === backend)
  return done.sort((a, b) => order(a) - order(b))
}

/** Those that measure in processes of ours, so that scenarios can be profiled at the same time. */
const OWN_BACKENDS: ReadonlySet<BackendName> = new Set(['cpu-prof', 'heap-prof', 'v8-profiler-next'])

interface PageFile {
  readonly what: string
  readonly path: string
}

/** Writes our page and the exports; with what tools left, the pages that people can look at, ours first. */
async function writeResults(
  done: readonly Done[],
  flags: ProfileFlags,
  folder: RunFolder,
): Promise<PageFile[]> {
  const graphs = done.flatMap(({ outcome, id, backend }): Graph[] => {
    if (outcome.kind !== 'cpu' && outcome.kind !== 'heap') return []
    const own = flags.with.length > 1 ? { ...outcome.graph, id: `${id} ${backend}` } : outcome.graph
    const { threads } = outcome.kind === 'cpu' ? outcome : { threads: undefined }
    return threads === undefined ? [own] : [own, { ...threads, id: `${own.id}, worker threads` }]
  })
  const pages: PageFile[] = []
  if (graphs.length > 0) {
    const path = join(folder.directory, 'flamegraph.html')
    await writeWhole(path, await renderPage({ title: `flamegate ${folder.id}`, graphs }))
    pages.push({ what: 'flamegraph', path })
  }
  for (const { outcome, id, backend } of done) {
    if (outcome.kind !== 'cpu') continue
    for (const format of new Set<ExportFormat>(['cpuprofile', ...flags.export])) {
      const path = nameProfile(folder, id, backend, format)
      await writeWhole(path, await exportProfile(outcome.profile, format, id))
      if (flags.export.includes(format)) process.stdout.write(`${format}: ${path}\n`)
    }
  }
  for (const { outcome, backend, id } of done) {
    if (outcome.kind !== 'tool' || outcome.result.kind !== 'done' || outcome.result.page === undefined)
      continue
    pages.push({ what: `${backend} of ${id}`, path: outcome.result.page })
  }
  if (
    await stat(folder.directory).then(
      () => true,
      () => false,
    )
  )
    await pointLatest(folder)
  return pages
}

function renderOutcomes(
  done: readonly Done[],
  scenarios: readonly DiscoveredScenario[],
  root: string,
): string {
  const skipped = scenarios.flatMap(({ scenario, skipReason }) =>
    skipReason === undefined ? [] : [`${scenario.id} skipped: ${skipReason}`],
  )
  const told = done.flatMap(({ backend, id, outcome, elapsedMs }) => [
    `${id} by ${backend} (${formatDuration(elapsedMs)})`,
    ...describeOutcome(outcome, root).map((line) => `  ${line}`),
    '',
  ])
  return [...told, ...skipped, ''].join('\n')
}

function describeOutcome(outcome: ProfileOutcome, root: string): string[] {
  switch (outcome.kind) {
    case 'cpu': {
      const rows = outcome.functions.slice(0, SHOWN_FUNCTIONS)
      return [
        ...rows.map(({ url, ...hot }) =>
          describeHotFunction(withVisibleNames({ ...hot, file: shortenUrl(url, root) })),
        ),
        ...(outcome.waitingNs > 0 ? [describeWaiting(outcome.waitingNs)] : []),
        ...describeThreads(outcome.threads),
        ...outcome.problems,
      ]
    }
    case 'heap': {
      return describeHeap(outcome.graph)
    }
    case 'failed':
      return [`failed: ${outcome.reason}`]
    case 'tool':
      return [describeTool(outcome)]
    default:
      return outcome satisfies never
  }
}

/** The functions that cost most, the measured code's own apart from the others. */
function describeGraph({ frames, nodeFrame, nodeSelf }: Graph, format: (cost: number) => string): string[] {
  const costs = new Float64Array(frames.length)
  for (const [node, frame] of nodeFrame.entries()) costs[frame]! += nodeSelf[node]!
  const ranked = frames
    .map((frame, i) => ({ ...frame, cost: costs[i]! }))
    .filter((frame) => frame.cost > 0 && frame.category !== 'harness')
    .sort((a, b) => b.cost - a.cost)
  const own = ranked.filter(({ category }) => category === 'app' || category === 'dependency')
  const others = ranked.filter((frame) => !own.includes(frame))
  const line = ({ name, file, line, cost }: (typeof ranked)[number]) =>
    `${format(cost).padStart(9)}  ${shownName(name)}  ${shownPath(file)}${line === 0 ? '' : `:${line}`}`
  return [...own.slice(0, SHOWN_FUNCTIONS).map(line), ...others.slice(0, 3).map(line)]
}

/** What is still in use, and who allocated it. */
function describeHeap(graph: Graph): string[] {
  return [`${formatBytes(sumOf(graph.nodeSelf))} in use at the end`, ...describeGraph(graph, formatBytes)]
}

function describeThreads(graph: Graph | undefined): string[] {
  if (graph === undefined) return []
  return [graph.note, ...describeGraph(graph, (ns) => formatSpan(ns / 1000)).map((line) => `  ${line}`)]
}

function describeTool({ result, bytes }: Extract<ProfileOutcome, { kind: 'tool' }>): string {
  switch (result.kind) {
    case 'done': {
      const names = result.functions.slice(0, 5).join(', ')
      return `${formatBytes(bytes)}${names === '' ? '' : `, names ${names}${result.functions.length > 5 ? ', …' : ''}`}`
    }
    case 'empty':
      return `empty: ${result.reason} (${formatBytes(bytes)})`
    case 'failed':
      return `failed: ${result.reason}`
    case 'missing':
      return `skipped: it is not installed (${result.hint})`
    default:
      return result satisfies never
  }
}
