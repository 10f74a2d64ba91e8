// Writing a file whole or not at all.
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isOver, ownLife } from '../../profile/process/life.ts'
import { FlamegateError, messageOf } from '../errors.ts'

/**
 * Writes a file that is there whole or not at all, and the folders to it.
 * @throws FlamegateError 'cannot-write' when the disk is full, read-only, or not ours
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const { pid, start, place } = ownLife()
  const unfinished = `${path}.${pid}-${start}-${place}.unfinished`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(unfinished, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw new FlamegateError('cannot-write', `cannot write ${path}: ${messageOf(cause)}`, {
      hint: 'is the disk full or read-only?',
      cause,
    })
  }
}

const UNFINISHED = /\.(?<pid>\d+)-(?<start>[0-9a-z]+)-(?<place>[0-9a-z]+)\.unfinished$/

/** Removes what killed processes had not finished writing in a folder, and where `isDeep` in those in it; the paths. */
export async function removeUnfinished(folder: string, isDeep = false): Promise<string[]> {
  const names = await readdir(folder, { recursive: isDeep }).catch(() => [])
  const removed: string[] = []
  for (const name of names) {
    const { pid, start, place } = UNFINISHED.exec(name)?.groups ?? {}
    if (pid === undefined || !(await isOver({ pid: Number(pid), start: start!, place: place! }))) continue
    const path = join(folder, name)
    await rm(path, { force: true }).then(
      () => removed.push(path),
      () => {},
    )
  }
  return removed
}
