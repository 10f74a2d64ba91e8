// Writing a file whole or not at all.
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FlamegateError, messageOf } from '../errors.ts'

/**
 * Writes a file that is there whole or not at all, and the folders to it.
 * @throws FlamegateError 'cannot-write' when the disk is full, read-only, or not ours
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`
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
