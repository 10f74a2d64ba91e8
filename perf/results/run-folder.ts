import { randomBytes } from 'node:crypto'
import { rename, rm, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { exportCpuProfile } from '../../profile/export/cpuprofile.ts'
import { EXPORT_SUFFIX, type ExportFormat } from '../../profile/export/index.ts'
import { mergeProfiles } from '../../profile/model/merge.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderRunPage } from '../report/page.ts'
import type { RunResult } from '../run/run.ts'
import { writeWhole } from './write-whole.ts'

/** Where one run's files are. */
export interface RunFolder {
  readonly id: string
  readonly directory: string
  readonly json: string
  readonly markdown: string
  readonly page: string
}

/** Names a run's folder below `tmp/perf`: by time, and unlike that of a run started at the same second. */
export function nameRunFolder(root: string, now: Date): RunFolder {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const id = `${stamp}-${randomBytes(2).toString('hex')}`
  const directory = join(root, 'tmp', 'perf', id)
  return {
    id,
    directory,
    json: join(directory, 'report.json'),
    markdown: join(directory, 'report.md'),
    page: join(directory, 'report.html'),
  }
}

/**
 * Writes the report's files, each whole or not at all, and points `tmp/perf/latest` at them.
 * @throws FlamegateError 'cannot-write'
 */
export async function writeReport(
  folder: RunFolder,
  { report, profiles, blames }: RunResult,
  root: string,
): Promise<void> {
  await writeWhole(folder.json, `${JSON.stringify(report, null, 2)}\n`)
  await writeWhole(folder.markdown, renderMarkdown(report))
  for (const { scenarioId, profiles: taken } of profiles) {
    const merged = mergeProfiles(taken.map(({ profile }) => profile))
    await writeWhole(nameProfile(folder, scenarioId, 'cpu-prof', 'cpuprofile'), exportCpuProfile(merged))
  }
  if (profiles.length > 0)
    await writeWhole(folder.page, await renderRunPage({ report, profiles, blames }, root))
  await pointLatest(folder)
}

/** Where the profile of a scenario goes: `profiles/arrays-append.apply.cpu-prof.cpuprofile`. Ids hold no `..`. */
export function nameProfile(
  { directory }: Pick<RunFolder, 'directory'>,
  scenarioId: string,
  backend: string,
  format: ExportFormat,
): string {
  const name = `${scenarioId.replace('/', '-')}.${backend}${EXPORT_SUFFIX[format]}`
  return join(directory, 'profiles', name)
}

/** Points `tmp/perf/latest` at a run's folder. Windows makes junctions without special rights, and replaces none by renaming. */
export async function pointLatest({ directory }: Pick<RunFolder, 'directory'>): Promise<void> {
  const latest = join(directory, '..', 'latest')
  const fresh = `${latest}-${process.pid}`
  const isWindows = process.platform === 'win32'
  try {
    await symlink(isWindows ? directory : relative(join(directory, '..'), directory), fresh, 'junction')
    if (isWindows) await rm(latest, { force: true, recursive: false })
    await rename(fresh, latest)
  } catch {
    // A file system without links: the folder is named in what the command prints.
    await rm(fresh, { force: true })
  }
}
