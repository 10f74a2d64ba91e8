// What threads of a command recorded, ready to be looked at.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openProfiles } from '../../import/open-profile.ts'
import { ProfileFileError } from '../../import/profile-file-error.ts'
import { toFileUrl } from '../../model/file-url.ts'
import type { Loss } from '../../model/losses.ts'
import type { CpuProfile } from '../../model/model.ts'
import type { ScriptInMemory } from '../../source/source-map.ts'
import { Sources } from '../../source/sources.ts'
import type { RecordedParts } from './steps.cjs'

/** What one thread did. */
export interface Recording {
  readonly profile: CpuProfile
  readonly losses: readonly Loss[]
  /** Its scripts that a loader changed, or may have, by URL. */
  readonly scripts: ReadonlyMap<string, ScriptInMemory>
  /** Its functions, as it ran them. */
  readonly functions: Sources
}

/** A recording that was left in a folder. */
export interface LeftRecording extends Recording {
  readonly pid: number
  /** 0 for the main thread of its process. */
  readonly threadId: number
  /** User and system time of its process, while it was recorded. */
  readonly cpuUs: number
}

/**
 * The recordings in a folder, those of one process side by side. One in which nothing was sampled, or that nobody finished, is
 * none.
 */
export async function readRecordings(folder: string): Promise<LeftRecording[]> {
  const names = await readdir(folder)
  const found = names.flatMap((name) => {
    const [, id, pid, threadId] = /^((\d+)-(\d+)-\d+)\.cpuprofile$/.exec(name) ?? []
    return id === undefined ? [] : [{ id, pid: Number(pid), threadId: Number(threadId) }]
  })
  const recordings: LeftRecording[] = []
  for (const { id, ...thread } of found.sort((a, b) => a.pid - b.pid || a.threadId - b.threadId)) {
    const text = await readFile(join(folder, `${id}.json`), 'utf8')
    const { cpuUs, ...parts } = JSON.parse(text) as Omit<RecordedParts, 'profile'> & { cpuUs: number }
    const recording = await openRecording(join(folder, `${id}.cpuprofile`), parts)
    if (recording !== undefined) recordings.push({ ...recording, ...thread, cpuUs })
  }
  return recordings
}

/** @param content the profile's path, or its text; undefined where nothing was sampled */
export async function openRecording(
  content: string | Buffer,
  { scripts, coverage }: Omit<RecordedParts, 'profile'>,
): Promise<Recording | undefined> {
  const opened = await openProfiles(content, 'the recording').catch((error) => {
    if (error instanceof ProfileFileError && error.kind === 'empty') return []
    throw error
  })
  const cpu = opened.find(({ kind }) => kind === 'cpu')
  if (cpu?.kind !== 'cpu') return undefined
  const inMemory = new Map(scripts.map(({ url, ...script }) => [toFileUrl(url), script]))
  const ofFiles = coverage.map(({ url, functions }) => ({ url: toFileUrl(url), functions }))
  return {
    profile: cpu.profile,
    losses: cpu.losses,
    scripts: inMemory,
    functions: new Sources(ofFiles, inMemory),
  }
}
