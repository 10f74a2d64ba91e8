// `flamegate profile`.
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { CountCache } from '../perf/identity/count-cache.ts'
import { workAtOnce } from '../perf/process/cores/at-once.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { countFork } from '../perf/profiling/fork.ts'
import { profileScenario } from '../perf/profiling/profile-scenario.ts'
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
import { openPage } from './shared/open-page.ts'
import {
  addOutputOption,
  addPageOptions,
  addPlainFormatOptions,
  type PlainFormatFlags,
  seconds,
} from './shared/options.ts'
import { type ProfiledJob, renderProfiled, type WrittenFile } from './shared/profiles/profile-output.ts'
import { createProgressLine } from './shared/progress.ts'
import { refuseForeignOptions, startSession } from './shared/session.ts'

interface ProfileFlags extends DisclosureFlags, PlainFormatFlags {
  readonly with: readonly BackendName[]
  readonly seconds?: number
  readonly target?: string
  readonly export: readonly ExportFormat[]
  readonly open: boolean
}

const HELP = `
Examples:
  $ npm run perf:profile -- arrays                            one page with a switcher for all arrays/*
  $ npm run perf:profile -- payload/50kb.apply --with 0x      by another profiler
  $ npm run perf:profile -- noop --export speedscope pprof    for other viewers`

/** `flamegate profile [filter…]`: profile scenarios and open the flamegraph. */
export function defineProfile(command: Command): Command {
  return addPlainFormatOptions(addPageOptions(addOutputOption(command)), 'hot functions')
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
      'how long ops run under each profiler (default: 2; of several scenarios 0.6 each, by other tools 1)',
      seconds,
    )
    .option('--target <folder>', 'profile the package in this folder with the same scenarios')
    .addHelpText('after', typed(HELP))
    .action(profile)
}

async function profile(filters: string[], flags: ProfileFlags): Promise<void> {
  const root = process.cwd()
  refuseForeignOptions()
  const target = flags.target === undefined ? undefined : resolve(flags.target)
  const scenarios = selectScenarios(await discoverScenarios(root, target), filters)
  const folder = await openRunFolder(root)
  const signal = await startSession(root)
  const done = await profileAll(scenarios, flags, folder, root, signal)
  const { pages, exports } = await writeResults(done, flags, folder)
  process.stdout.write(renderProfiled({ done, scenarios, files: [...exports, ...pages], root }, flags.format))
  if (signal.aborted) process.stderr.write('interrupted before all was profiled\n')
  else if (pages.length === 0) process.exitCode = 2
  else if (flags.open && flags.format === 'text') await openPage(pages[0]!.path)
}

async function profileAll(
  scenarios: readonly DiscoveredScenario[],
  flags: ProfileFlags,
  folder: RunFolder,
  root: string,
  signal: AbortSignal,
): Promise<ProfiledJob[]> {
  const runnable = scenarios.filter(({ skipReason }) => skipReason === undefined)
  const jobs = runnable.flatMap((discovered) => flags.with.map((backend) => ({ discovered, backend })))
  const progress = createProgressLine(process.stderr)
  const done: ProfiledJob[] = []
  const cores = availableParallelism()
  const areOwn = flags.with.every((backend) => OWN_BACKENDS.has(backend))
  // What other tools start is theirs, and some of them take a port.
  const jobsAtOnce = areOwn ? Math.min(cores, jobs.length) : 1
  const runMs = 1000 * (flags.seconds ?? (jobs.length === 1 ? 2 : areOwn ? 0.6 : 1))
  const cache = new CountCache()
  const takeCounts: typeof countFork = (discovered, ...more) => {
    const count = () => countFork(discovered, ...more)
    return flags.target === undefined ? cache.recall(discovered, root, count) : count()
  }
  try {
    await workAtOnce(jobs, jobsAtOnce, signal, async ({ discovered, backend }, started) => {
      const { id } = discovered.scenario
      progress.show({ stage: 'profiling', scenarioId: `${id} by ${backend}`, ...started })
      const start = performance.now()
      const atOnce = Math.max(1, Math.floor(cores / jobsAtOnce))
      const where = { root, folder: folder.directory, disclosed: flags }
      const options = { ...where, runMs, seed: 1, atOnce, takeCounts, signal }
      const outcome = await profileScenario(backend, discovered, options)
      done.push({ backend, id, outcome, elapsedMs: performance.now() - start })
    })
  } finally {
    progress.clear()
  }
  const order = ({ id, backend }: ProfiledJob) =>
    jobs.findIndex((job) => job.discovered.scenario.id === id && job.backend === backend)
  return done.sort((a, b) => order(a) - order(b))
}

/** Those that measure in processes of ours, so that scenarios can be profiled at the same time. */
const OWN_BACKENDS: ReadonlySet<BackendName> = new Set(['cpu-prof', 'heap-prof', 'v8-profiler-next'])

/** Writes our page and the exports; with what tools left, the pages that people can look at, ours first. */
async function writeResults(
  done: readonly ProfiledJob[],
  flags: ProfileFlags,
  folder: RunFolder,
): Promise<{ readonly pages: WrittenFile[]; readonly exports: WrittenFile[] }> {
  const graphs = done.flatMap(({ outcome, id, backend }): Graph[] => {
    if (outcome.kind !== 'cpu' && outcome.kind !== 'heap') return []
    const own = flags.with.length > 1 ? { ...outcome.graph, id: `${id} ${backend}` } : outcome.graph
    const { threads } = outcome.kind === 'cpu' ? outcome : { threads: undefined }
    return threads === undefined ? [own] : [own, { ...threads, id: `${own.id}, worker threads` }]
  })
  const pages: WrittenFile[] = []
  const exports: WrittenFile[] = []
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
      if (flags.export.includes(format)) exports.push({ what: format, path })
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
  return { pages, exports }
}
