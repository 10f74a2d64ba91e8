// Recordings of a program's threads, named and shown: lines for the console, and the page.
import { basename, isAbsolute, relative } from 'node:path'
import { pointLatest, type RunFolder } from '../../../perf/results/run-folder.ts'
import type { Recording } from '../../../profile/capture/program/recordings.ts'
import type { ExportFormat } from '../../../profile/export/index.ts'
import type { DisclosureFlags } from '../../../profile/flamegraph/disclosure.ts'
import { categoryOf } from '../../../profile/model/category.ts'
import { formatCounted } from '../../../profile/model/format.ts'
import type { CpuProfile } from '../../../profile/model/model.ts'
import { selfTimeByNode } from '../../../profile/model/self-time.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import { SourceMaps } from '../../../profile/source/source-map.ts'
import type { PlainFormatFlags } from '../options.ts'
import { writeViewed, writtenAs } from './view-output.ts'
import { type ProfileToView, viewProfiles, type Work } from './view-profiles.ts'

/** A recording under a name that no other one of the command has. */
export interface NamedRecording {
  readonly name: string
  readonly recording: Recording
}

export interface RecordedToShow {
  readonly title: string
  readonly root: string
  readonly flags: DisclosureFlags & PlainFormatFlags & { readonly export: readonly ExportFormat[] }
  readonly folder: RunFolder
  /** What was done meanwhile, where that is known. */
  readonly work?: Work
}

/** A thread that was busy for less than this part of all busy time was only there. */
const LEAST_SHARE = 0.02

/** Prints what threads did, and writes the page and the exports. @returns the page's path */
export async function showRecorded(
  recordings: readonly NamedRecording[],
  { title, root, flags, folder, work }: RecordedToShow,
): Promise<string> {
  const { directory } = folder
  const busy = withoutIdle(recordings)
  const maps = new SourceMaps(new Map(busy.flatMap(({ recording }) => [...recording.scripts])))
  const profiles = busy.map(({ name, recording: { functions, profile, losses } }): ProfileToView => {
    return { kind: 'cpu', name, file: name, profile, losses, ranFunctions: functions }
  })
  const viewed = viewProfiles(profiles, maps, { root, flags, ...(work && { work }) })
  const formats = [...new Set<ExportFormat>(['cpuprofile', ...flags.export])]
  const written = await writeViewed(viewed, maps, { title, root, directory, formats })
  const exports = written.exports.filter(({ format }) => flags.export.includes(format))
  const told = { ...written, exports }
  process.stdout.write(writtenAs(flags.format, told))
  const idle = recordings.length - busy.length
  if (idle > 0)
    process.stderr.write(`flamegate: ${formatCounted(idle, 'thread')} had next to nothing to do\n`)
  await pointLatest(folder)
  return written.page
}

function withoutIdle(recordings: readonly NamedRecording[]): readonly NamedRecording[] {
  const busyUs = recordings.map(({ recording }) => busyTime(recording.profile))
  const all = sumOf(busyUs)
  const busy = recordings.filter((_, i) => busyUs[i]! > all * LEAST_SHARE)
  return busy.length === 0 ? recordings : busy
}

function busyTime(profile: CpuProfile): number {
  const isBusy = profile.frames.map((frame) => categoryOf(frame) !== 'idle')
  return sumOf(selfTimeByNode(profile).filter((_, node) => isBusy[profile.nodeFrame[node]!]))
}

/** A script as people call it: `server.js`, `src/main.ts`; the name alone of what is installed. */
export function nameScript(path: string | undefined, root: string): string {
  if (path === undefined) return 'node'
  const below = relative(root, path)
  const isInstalled = isAbsolute(below) || below.startsWith('..') || below.includes('node_modules')
  return isInstalled ? basename(path) : below.replaceAll('\\', '/')
}
