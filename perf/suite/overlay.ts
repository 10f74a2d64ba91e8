// Perf files of the working tree in another version of the project: there, their imports find that version's own code.
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { FlamegateError } from '../errors.ts'
import { readConfig } from './config.ts'
import { globFilter, listFiles, perfFolderOf } from './perf-files.ts'

/**
 * Where a perf file of the project in `root` is in another version's folder. Into a worktree of ours it is copied, with the
 * perf or bench folder that it lies in and what the config lays over; in any other folder it must be there, and be the same.
 * @param isOurs whether the folder is a worktree of ours
 * @throws FlamegateError 'bad-target' where it is not
 */
export async function layOver(
  root: string,
  suiteFile: string,
  folder: string,
  isOurs: boolean,
): Promise<string> {
  const path = relative(root, suiteFile)
  const place = join(folder, path)
  if (isOurs) {
    for (const file of await filesWith(root, path.split(sep).join('/'))) await copyInto(root, file, folder)
    return place
  }
  const [own, other] = await Promise.all([
    readFile(suiteFile, 'utf8'),
    readFile(place, 'utf8').catch(() => undefined),
  ])
  if (own === other) return place
  throw new FlamegateError(
    'bad-target',
    other === undefined
      ? `${folder} has no ${path}`
      : `${folder} has another ${path}: the two would not do the same work`,
    { hint: 'compare with a git ref: the perf files of the working tree are laid over its code' },
  )
}

/** A perf file with all that goes with it, relative to the project. */
async function filesWith(root: string, path: string): Promise<string[]> {
  const { overlay = [] } = await readConfig(root)
  const perfFolder = perfFolderOf(path)
  if (perfFolder === undefined && overlay.length === 0) return [path]
  const isLaidOver = globFilter(overlay)
  const files = await listFiles(root)
  return files.filter((file) => file === path || isWithin(file, perfFolder) || isLaidOver(file))
}

function isWithin(file: string, folder: string | undefined): boolean {
  return folder !== undefined && file.startsWith(`${folder}/`)
}

async function copyInto(root: string, file: string, folder: string): Promise<void> {
  const to = join(folder, file)
  await mkdir(dirname(to), { recursive: true })
  // What git still knows may be deleted here.
  await copyFile(join(root, file), to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
