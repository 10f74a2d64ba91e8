// What the worker threads of a measured process did while its ops were measured.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareForeign } from '../../profile/correct/foreign.ts'
import type { Graph } from '../../profile/flamegraph/data.ts'
import type { Disclosure } from '../../profile/flamegraph/disclosure.ts'
import { toGraph } from '../../profile/flamegraph/graph.ts'
import { readCpuProfile } from '../../profile/import/document.ts'
import { ProfileFileError } from '../../profile/import/profile-file-error.ts'
import { formatCounted, formatSpan } from '../../profile/model/format.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import { type TimeWindow, trimToWindows } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { SourceMaps } from '../../profile/source/source-map.ts'
import { Sources } from '../../profile/source/sources.ts'

/** One file a thread: date, time, process, thread, sequence. The main thread is number 0. */
const FILE = /^(?:CPU|Heap)\.\d+\.\d+\.(?<pid>\d+)\.(?<thread>\d+)\.\d+\.(?:cpu|heap)profile$/

/** The files that a process's profiler left in a folder, by thread; those of its child processes are not its own. */
export async function findThreadFiles(
  folder: string,
  pid: number | undefined,
): Promise<ReadonlyMap<number, string>> {
  const files = new Map<number, string>()
  for (const name of await readdir(folder)) {
    const found = FILE.exec(name)?.groups
    if (found !== undefined && Number(found.pid) === pid) files.set(Number(found.thread), join(folder, name))
  }
  return files
}

/** The profiles of the worker threads among them, as far as they ran in those windows; one that is broken is none. */
export function readWorkerThreads(
  files: ReadonlyMap<number, string>,
  windows: readonly TimeWindow[],
): CpuProfile[] {
  return [...files].flatMap(([thread, path]) => {
    if (thread === 0) return []
    try {
      const profile = trimToWindows(readCpuProfile(path), windows)
      return profile.sampleNode.length === 0 ? [] : [profile]
    } catch (error) {
      if (error instanceof ProfileFileError) return []
      throw error
    }
  })
}

/** They as one graph, of all the time that was measured; undefined where none of them did anything. */
export function graphOfThreads(
  threads: readonly CpuProfile[],
  id: string,
  disclosure: Disclosure,
): Graph | undefined {
  const maps = new SourceMaps()
  const busy = threads
    .map((thread) => prepareForeign(thread, [], maps))
    .filter(({ facts }) => facts.busyUs > 0)
  if (busy.length === 0) return undefined
  const busyUs = sumOf(busy.map(({ facts }) => facts.busyUs))
  return toGraph(busy, {
    id: `${id}, worker threads`,
    note: `${formatCounted(busy.length, 'profile')} of worker threads, busy for ${formatSpan(busyUs)} while ops were measured; not per op`,
    total: busyUs * 1000,
    unit: 'ns',
    ...disclosure,
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
    sources: new Sources([]),
  })
}
