// Where the files of a run are.
import { randomBytes } from 'node:crypto'
import { rename, rm, symlink } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { EXPORT_SUFFIX, type ExportFormat } from '../../profile/export/index.ts'
import { FlamegateError } from '../errors.ts'
import { DEFAULT_OUT_DIR, readConfig } from '../suite/config.ts'
import { nameOnDisk } from '../suite/name-on-disk.ts'
import { writeWhole } from './write-whole.ts'

/** Where one run's files are. */
export interface RunFolder {
  readonly id: string
  readonly directory: string
  readonly json: string
  readonly markdown: string
  readonly page: string
}

/** Names a run's folder in the one for runs: by time, and unlike that of a run started at the same second. */
export function nameRunFolder(outDir: string, now: Date): RunFolder {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const id = `${stamp}-${randomBytes(2).toString('hex')}`
  return runFolderAt(join(outDir, id))
}

/** The names of a run's files in its folder. */
export function runFolderAt(directory: string): RunFolder {
  return {
    id: basename(directory),
    directory,
    json: join(directory, 'report.json'),
    markdown: join(directory, 'report.md'),
    page: join(directory, 'report.html'),
  }
}

/**
 * Names the folder of a run that begins now, where the project's config wants it. The default one ignores itself for git.
 * @throws FlamegateError 'bad-config'
 */
export async function openRunFolder(root: string): Promise<RunFolder> {
  const folder = await findOutDir(root)
  if (folder !== join(root, DEFAULT_OUT_DIR)) return nameRunFolder(folder, new Date())
  // A disk that cannot be written to is told of when there is something to write.
  await writeWhole(join(folder, '.gitignore'), '*\n').catch(() => {})
  return nameRunFolder(folder, new Date())
}

/** The folder of all runs. @throws FlamegateError 'bad-config' */
export async function findOutDir(root: string): Promise<string> {
  const { outDir } = await readConfig(root)
  const folder = resolve(root, outDir ?? DEFAULT_OUT_DIR)
  const project = relative(folder, root)
  if (isAbsolute(project) || project === '..' || project.startsWith(`..${sep}`)) return folder
  throw new FlamegateError('bad-config', `outDir '${outDir}' holds the project`, {
    hint: `name a folder of its own, as ${DEFAULT_OUT_DIR}`,
  })
}

/** Where the profile of a scenario goes: `profiles/arrays-append.apply.cpu-prof.cpuprofile`. */
export function nameProfile(
  { directory }: Pick<RunFolder, 'directory'>,
  scenarioId: string,
  backend: string,
  format: ExportFormat,
): string {
  const name = `${nameOnDisk(scenarioId)}.${backend}${EXPORT_SUFFIX[format]}`
  return join(directory, 'profiles', name)
}

/** Points `latest` beside it at a run's folder. Windows makes junctions without special rights, and replaces none by renaming. */
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
