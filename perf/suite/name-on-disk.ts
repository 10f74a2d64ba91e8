// What the files of a scenario are called.
import { createHash } from 'node:crypto'

/**
 * A scenario's id as a file or folder may be called on every system: letters and digits of any language, and no two ids alike.
 * An id of a suite, `arrays/append.apply`, stays as readable as it is: `arrays-append.apply`.
 */
export function nameOnDisk(scenarioId: string): string {
  if (/^[a-z0-9_-]+\/[a-z0-9_-]+\.[a-z0-9_-]+$/.test(scenarioId)) return scenarioId.replace('/', '-')
  const readable = scenarioId
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)
  return `${readable}-${createHash('sha256').update(scenarioId).digest('hex').slice(0, 6)}`
}
