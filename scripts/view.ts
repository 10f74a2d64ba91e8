// `flamegate view`.
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { openRunFolder } from '../perf/results/run-folder.ts'
import { writeWhole } from '../perf/results/write-whole.ts'
import { type ForeignProfile, prepareForeign } from '../profile/correct/foreign.ts'
import { mapFrames } from '../profile/correct/map-sources.ts'
import { EXPORT_FORMATS, EXPORT_SUFFIX, type ExportFormat, exportProfile } from '../profile/export/index.ts'
import type { Graph } from '../profile/flamegraph/data.ts'
import { toGraph } from '../profile/flamegraph/graph.ts'
import { toHeapGraph } from '../profile/flamegraph/heap-graph.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { isBelow, shortenUrl, shownFile } from '../profile/model/file-url.ts'
import { formatBytes, formatCounted, formatShare, formatSpan } from '../profile/model/format.ts'
import { functionCosts } from '../profile/model/functions.ts'
import type { HeapTree } from '../profile/model/heap.ts'
import type { Loss } from '../profile/model/losses.ts'
import { mergeHeaps, mergeProfiles } from '../profile/model/merge.ts'
import type { CallTree, CpuProfile } from '../profile/model/model.ts'
import { selfTimeByNode } from '../profile/model/self-time.ts'
import { sumOf } from '../profile/model/sum.ts'
import { shownName, shownPath, toVisible } from '../profile/model/text.ts'
import { describeMapProblems, SourceMaps } from '../profile/source/source-map.ts'
import { Sources } from '../profile/source/sources.ts'
import {
  describeFacts,
  describeLosses,
  nameOfAll,
  type PageFlags,
  pageShortener,
  sumFacts,
} from './shared/foreign-profile.ts'
import { openPage } from './shared/open-page.ts'
import { addPageOptions } from './shared/options.ts'
import { type NamedProfile, openFiles } from './shared/profile-files.ts'

const SHOWN_FUNCTIONS = 20
const HELP = `
Examples:
  $ npx flamegate view app.cpuprofile                 hot functions, and the flamegraph in the browser
  $ npx flamegate view tmp/profiles                   all profiles of a folder: a switcher, and one table of all
  $ curl -s localhost:6060/debug/pprof/heap | npx flamegate view -    what is piped in`

interface ViewFlags extends PageFlags {
  readonly open: boolean
  readonly export: readonly ExportFormat[]
}

/** `flamegate view <file…>`: hot functions and flamegraph of profiles that were taken elsewhere. */
export function defineView(command: Command): Command {
  return addPageOptions(command)
    .argument(
      '<file...>',
      'profiles of V8, Chrome DevTools or pprof, folders of them, or - for what is piped in',
    )
    .addOption(
      new Option('--export <format...>', 'also write CPU profiles for other viewers, as they are shown')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
    .addHelpText('after', HELP)
    .action(view)
}

async function view(named: string[], flags: ViewFlags): Promise<void> {
  const root = process.cwd()
  const { profiles, problems } = await openFiles(named)
  const maps = new SourceMaps()
  const shown = showAll(profiles, maps, { root, flags })
  for (const problem of problems) process.stderr.write(`${toVisible(problem)}\n`)
  if (problems.some((problem) => !problem.startsWith('passed over'))) process.exitCode = 2
  const page = join((await openRunFolder(root)).directory, 'flamegraph.html')
  const title = `flamegate ${profiles.length === 1 ? profiles[0]!.name : nameOfAll(profiles.length)}`
  await writeWhole(page, await renderPage({ title, graphs: shown.map(({ graph }) => graph) }))
  const notMapped = describeMapProblems(maps.problems, (url) => shortenUrl(url, root))
  const lines = [...shown.flatMap(({ lines }) => lines), ...(notMapped === '' ? [] : [toVisible(notMapped)])]
  process.stdout.write(`${lines.join('\n')}\nflamegraph: ${page}\n`)
  for (const path of await writeExports(shown, flags.export, dirname(page))) process.stdout.write(`${path}\n`)
  if (flags.open) await openPage(page)
}

/** Files named by number: names of profiles are anything. */
async function writeExports(
  shown: readonly Shown[],
  formats: readonly ExportFormat[],
  folder: string,
): Promise<string[]> {
  const paths: string[] = []
  const profiles = shown.flatMap(({ graph, profile }) =>
    profile === undefined ? [] : [{ name: graph.id, profile }],
  )
  for (const [i, { name, profile }] of profiles.entries()) {
    for (const format of new Set(formats)) {
      const path = join(folder, 'profiles', `${i + 1}${EXPORT_SUFFIX[format]}`)
      await writeWhole(path, await exportProfile(profile, format, name))
      paths.push(`${format} of ${shownName(name)}: ${path}`)
    }
  }
  return paths
}

interface Shown {
  readonly graph: Graph
  /** Of time alone. */
  readonly profile?: CpuProfile
  readonly lines: readonly string[]
}

interface ViewContext {
  readonly root: string
  readonly flags: PageFlags
}

/** What all have in common first; of several, only their summaries are printed beside the table of all. */
function showAll(profiles: readonly NamedProfile[], maps: SourceMaps, context: ViewContext): Shown[] {
  const cpu = profiles.flatMap((opened) =>
    opened.kind === 'cpu'
      ? [
          {
            name: opened.name,
            ...prepareForeign(toldApart(opened, profiles.length > 1), opened.losses, maps),
          },
        ]
      : [],
  )
  const heap = profiles.flatMap((opened) =>
    opened.kind === 'heap'
      ? [{ name: opened.name, heap: mapHeap(opened.heap, maps), losses: opened.losses }]
      : [],
  )
  const ofEach = <T extends { readonly name: string }>(
    list: readonly T[],
    show: (some: readonly T[], name: string) => Shown,
  ): Shown[] => {
    const single = list.map((one) => show([one], one.name))
    if (list.length < 2) return single
    const all = show(list, nameOfAll(list.length))
    return [
      { graph: all.graph, lines: [...single.flatMap(({ lines }) => lines.slice(0, 1)), ...all.lines] },
      ...single.map((one) => ({ ...one, lines: [] })),
    ]
  }
  return [
    ...ofEach(cpu, (some, name) => showCpu(some, name, context)),
    ...ofEach(heap, (some, name) => showHeap(some, name, context)),
  ]
}

/** Scripts without a file are numbered by process. */
function toldApart(
  { profile, name }: NamedProfile & { readonly kind: 'cpu' },
  isOneOfSeveral: boolean,
): CpuProfile {
  if (!isOneOfSeveral) return profile
  const frames = profile.frames.map((frame) =>
    frame.script === undefined ? frame : { ...frame, script: `${frame.script} of ${name}` },
  )
  return { ...profile, frames }
}

function mapHeap({ tree, selfBytes }: HeapTree, maps: SourceMaps): HeapTree {
  return { tree: { ...tree, frames: mapFrames(tree.frames, maps) }, selfBytes }
}

function showCpu(profiles: readonly ForeignProfile[], name: string, { root, flags }: ViewContext): Shown {
  const facts = profiles.length === 1 ? profiles[0]!.facts : sumFacts(profiles)
  const summary = describeFacts(facts)
  const losses = describeLosses(profiles.flatMap(({ losses }) => losses))
  const inlining = 'without the program’s coverage, inlined functions stay part of their callers'
  const graph = toGraph(profiles, {
    id: name,
    note: [summary, losses, 'shares are of busy time', inlining].filter((part) => part !== '').join('; '),
    total: facts.busyUs * 1000,
    unit: 'ns',
    shorten: pageShortener(flags, root),
    mayEmbed: (url) => flags.embedSources === true || isBelow(url, root),
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
    sources: new Sources([]),
  })
  const profile = mergeProfiles(profiles.map(({ profile }) => profile))
  const rows = describeRows(profile, selfTimeByNode(profile), formatSpan, root)
  return {
    graph,
    profile,
    lines: [`${shownName(name)}: ${summary}`, ...(losses === '' ? [] : [losses]), ...rows],
  }
}

function showHeap(
  profiles: readonly { readonly heap: HeapTree; readonly losses: readonly Loss[] }[],
  name: string,
  { root, flags }: ViewContext,
): Shown {
  const heap = mergeHeaps(profiles.map(({ heap }) => heap))
  const losses = describeLosses(profiles.flatMap(({ losses }) => losses))
  const allocators = functionCosts(heap.tree, heap.selfBytes).filter(({ self }) => self > 0).length
  const summary = `${formatBytes(sumOf(heap.selfBytes))} in use, allocated by ${formatCounted(allocators, 'function')}; sampled`
  const graph = toHeapGraph(heap, {
    id: name,
    note: ['bytes in use, by who allocated them; sampled', losses].filter((part) => part !== '').join('; '),
    shorten: pageShortener(flags, root),
  })
  const rows = describeRows(heap.tree, heap.selfBytes, formatBytes, root)
  return { graph, lines: [`${shownName(name)}: ${summary}`, ...(losses === '' ? [] : [losses]), ...rows] }
}

function describeRows(
  tree: CallTree,
  self: Float64Array,
  format: (cost: number) => string,
  root: string,
): string[] {
  const total = sumOf(self)
  const rows = functionCosts(tree, self).filter((row) => row.self > 0)
  return rows.slice(0, SHOWN_FUNCTIONS).map((row) => {
    const frame = tree.frames[row.frame]!
    const share = formatShare(row.self / total).padStart(7)
    const file = shownPath(shownFile(frame, (url) => shortenUrl(url, root)))
    const place = file === '' ? '' : `  ${file}${frame.line === 0 ? '' : `:${frame.line}`}`
    return `${share} ${format(row.self).padStart(9)} self ${format(row.total).padStart(9)} total  ${shownName(frame.functionName) || '(anonymous)'}${place}`
  })
}
