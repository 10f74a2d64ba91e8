// Hashes of what code is made of: texts, files, folders.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** 16 letters and digits, 96 bits: equal for equal texts, and for no others that anybody will see. */
export function hashText(text: string): string {
  return shorten(createHash('sha256').update(text))
}

/**
 * Of a file's bytes, or of the names in a folder, but for one; `absent` where there is neither, and for what cannot be read.
 */
export async function hashPath(path: string, butFor?: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter((name) => name !== butFor)
      return hashText(names.sort().join('\0'))
    }
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return shorten(hash)
  } catch {
    return 'absent'
  }
}

function shorten(hash: ReturnType<typeof createHash>): string {
  return hash.digest('base64url').slice(0, 16)
}
