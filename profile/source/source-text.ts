// The text of a source that a profile, a map or a program names.
import { readFileSync, statSync } from 'node:fs'
import { pathOfUrl } from '../model/file-url.ts'

/** Beyond, nobody reads it. */
const LARGEST_BYTES = 2 ** 28

/** Undefined for what is not there, cannot be read, or is no plain file: a device has no end. */
export function readSourceText(url: string): string | undefined {
  const path = pathOfUrl(url)
  if (path === undefined) return undefined
  try {
    const facts = statSync(path)
    return facts.isFile() && facts.size <= LARGEST_BYTES ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
