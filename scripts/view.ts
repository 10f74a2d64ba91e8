// `flamegate view`.
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { FlamegateError, messageOf } from '../perf/errors.ts'
import { shortenUrl } from '../perf/profiling/summary.ts'
import { nameRunFolder } from '../perf/results/run-folder.ts'
import { writeWhole } from '../perf/results/write-whole.ts'
import { giveGcToStacks } from '../profile/correct/gc.ts'
import { unshiftLines } from '../profile/correct/lines.ts'
import { applySourceMaps } from '../profile/correct/map-sources.ts'
import type { Graph } from '../profile/flamegraph/data.ts'
import { toGraph } from '../profile/flamegraph/graph.ts'
import { toHeapGraph } from '../profile/flamegraph/heap-graph.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { ProfileFileError, readCpuProfile } from '../profile/import/cpuprofile.ts'
import { readHeapProfile } from '../profile/import/heapprofile.ts'
import { formatBytes, formatShare, formatTime } from '../profile/model/format.ts'
import { type FunctionCost, functionCosts } from '../profile/model/functions.ts'
import { toHeapTree } from '../profile/model/heap.ts'
import type { CallTree } from '../profile/model/model.ts'
import { limitGaps, selfTimeByNode } from '../profile/model/self-time.ts'
import { sumOf } from '../profile/model/sum.ts'
import { SourceMaps } from '../profile/source/source-map.ts'
import { Sources } from '../profile/source/sources.ts'
import { openPage } from './shared/open-page.ts'

const SHOWN_FUNCTIONS = 20

/** `flamegate view <file>`: hot functions and flamegraph of a profile that was taken by hand. */
export function defineView(command: Command): Command {
  return command
    .argument('<file>', 'what node --cpu-prof, node --heap-prof or Chrome DevTools wrote')
    .option('--no-open', 'print where the page is, and open nothing')
    .action(view)
}

async function view(path: string, flags: { readonly open: boolean }): Promise<void> {
  const root = process.cwd()
  const shorten = (url: string) => shortenUrl(url, root)
  const { graph, lines } = read(path, shorten)
  const folder = nameRunFolder(root, new Date())
  const page = join(folder.directory, 'flamegraph.html')
  await writeWhole(page, await renderPage({ title: `flamegate ${basename(path)}`, graphs: [graph] }))
  process.stdout.write(`${lines.join('\n')}\nflamegraph: ${page}\n`)
  if (flags.open) await openPage(page)
}

interface Viewed {
  readonly graph: Graph
  readonly lines: readonly string[]
}

/** @throws FlamegateError 'bad-profile' when the file is missing, broken, or of another kind */
function read(path: string, shorten: (url: string) => string): Viewed {
  try {
    return path.endsWith('.heapprofile') ? readHeap(path, shorten) : readCpu(path, shorten)
  } catch (cause) {
    const isFault = cause instanceof ProfileFileError || (cause as NodeJS.ErrnoException).code !== undefined
    if (!isFault) throw cause
    throw new FlamegateError('bad-profile', messageOf(cause), {
      hint: 'profiles are written by node --cpu-prof or --heap-prof when the process ends by itself',
      cause,
    })
  }
}

function readCpu(path: string, shorten: (url: string) => string): Viewed {
  const placed = unshiftLines(giveGcToStacks(limitGaps(readCpuProfile(path))), [])
  const mapped = applySourceMaps(placed, new SourceMaps())
  const self = selfTimeByNode(mapped.profile)
  const totalUs = sumOf(self)
  const graph = toGraph([mapped], {
    id: basename(path),
    note: `${mapped.profile.sampleNode.length.toLocaleString('en-US')} stack samples; without the program's coverage, inlined functions stay part of their callers`,
    total: totalUs * 1000,
    unit: 'ns',
    shorten,
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
    sources: new Sources([]),
  })
  return { graph, lines: describe(mapped.profile, self, totalUs, (us) => formatTime(us * 1000), shorten) }
}

function readHeap(path: string, shorten: (url: string) => string): Viewed {
  const heap = toHeapTree(readHeapProfile(path))
  const graph = toHeapGraph(heap, {
    id: basename(path),
    note: 'bytes in use, by who allocated them; sampled',
    shorten,
  })
  const total = sumOf(heap.selfBytes)
  return { graph, lines: describe(heap.tree, heap.selfBytes, total, formatBytes, shorten) }
}

function describe(
  tree: CallTree,
  self: Float64Array,
  total: number,
  format: (cost: number) => string,
  shorten: (url: string) => string,
): string[] {
  const rows = functionCosts(tree, self).filter((row) => row.self > 0)
  return rows.slice(0, SHOWN_FUNCTIONS).map((row: FunctionCost) => {
    const { functionName, url, line } = tree.frames[row.frame]!
    const share = formatShare(row.self / total).padStart(7)
    const place = url === '' ? '' : `  ${shorten(url)}${line === 0 ? '' : `:${line}`}`
    return `${share} ${format(row.self).padStart(9)} self ${format(row.total).padStart(9)} total  ${functionName || '(anonymous)'}${place}`
  })
}
