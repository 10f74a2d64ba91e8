// Temporary folders that are named after the process that made them, so that those of one that was killed can be told and removed.
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isOver, ownLife } from '../../profile/process/life.ts'
import { FlamegateError, messageOf } from '../errors.ts'

const NAME = /^flamegate-(?<pid>\d+)-(?<start>[0-9a-z]+)-(?<place>[0-9a-z]+)-[0-9a-f]{8}$/

/** A path below the system's temporary folder that says whose it is; nothing is there yet. @throws FlamegateError 'cannot-write' */
export async function nameOwnFolder(): Promise<string> {
  const { pid, start, place } = ownLife()
  const above = await realpath(tmpdir()).catch(refuse)
  return join(above, `flamegate-${pid}-${start}-${place}-${randomBytes(4).toString('hex')}`)
}

/** A temporary folder for as long as `use` takes. @throws FlamegateError 'cannot-write'; what `use` rejects with */
export async function withOwnFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await nameOwnFolder()
  await mkdir(folder, { mode: 0o700 }).catch(refuse)
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Whether a folder has the name of one of ours, of a process that has surely ended. */
export async function isLeftBehind(folder: string): Promise<boolean> {
  const { pid, start, place } = NAME.exec(basename(folder))?.groups ?? {}
  return pid !== undefined && isOver({ pid: Number(pid), start: start!, place: place! })
}

/** Whether a path is in a folder that has the name of one of ours. */
export function isInOwnFolder(path: string): boolean {
  return path.split(/[\\/]/).some((name) => NAME.test(name))
}

/** Removes the temporary folders that killed processes of this user left here; their paths. */
export async function removeLeftFolders(): Promise<string[]> {
  const names = await readdir(tmpdir()).catch(() => [])
  const removed: string[] = []
  for (const folder of names.filter((name) => NAME.test(name)).map((name) => join(tmpdir(), name))) {
    if (!(await isOwnFolder(folder)) || !(await isLeftBehind(folder))) continue
    await rm(folder, { recursive: true, force: true }).then(
      () => removed.push(folder),
      () => {},
    )
  }
  return removed
}

/** On a system for many users, others may name things as we do. */
async function isOwnFolder(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined)
  return stats?.isDirectory() === true && stats.uid === (process.getuid?.() ?? stats.uid)
}

function refuse(cause: unknown): never {
  throw new FlamegateError('cannot-write', `no temporary folder can be made: ${messageOf(cause)}`, {
    hint: 'TMPDIR (TEMP on Windows) names the folder for them; is it there, is the disk full or read-only?',
    cause,
  })
}
