// Where the files of a run are.
import { randomBytes } from 'node:crypto'
import { rename, rm, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { EXPORT_SUFFIX, type ExportFormat } from '../../profile/export/index.ts'

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
