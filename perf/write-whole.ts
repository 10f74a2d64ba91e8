import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { FlamegateError, messageOf } from './errors.ts'

/**
 * Writes a file that is there whole or not at all, and the folders to it.
 * @throws FlamegateError 'cannot-write' when the disk is full, read-only, or not ours
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFileAtomic(path, text)
  } catch (cause) {
    throw new FlamegateError('cannot-write', `cannot write ${path}: ${messageOf(cause)}`, {
      hint: 'is the disk full or read-only?',
      cause,
    })
  }
}
