// At which place the guilty function was named.
import type { NamedFunction } from './blame-trial.ts'
import type { Plant } from './plant/plants.ts'
import type { ExecutedFunction } from './read/executed.ts'

/** A plant's function as far as it is needed to know it again. */
export type Guilty = Pick<Plant, 'file' | 'line' | 'functionName'>

/**
 * The place of the right function among suspects, from 1; null where it is not among them. It is known by where it begins,
 * which no plant moves, and by its name where others begin on the same line.
 */
export function rankOf(
  suspects: readonly NamedFunction[],
  guilty: Guilty,
  functions: readonly ExecutedFunction[],
): number | null {
  const neighbours = functions.filter(({ file, line }) => file === guilty.file && line === guilty.line)
  const at = suspects.findIndex(
    ({ file, line, functionName }) =>
      line === guilty.line &&
      isSameFile(file, guilty.file) &&
      (neighbours.length <= 1 || lastNameOf(functionName) === lastNameOf(guilty.functionName)),
  )
  return at < 0 ? null : at + 1
}

function isSameFile(said: string, file: string): boolean {
  const path = (said.startsWith('file:') ? decodeURI(new URL(said).pathname) : said).replaceAll('\\', '/')
  return path === file || path.endsWith(`/${file}`)
}

/** `persist` of `MemoryStore.persist`, and nothing of `(anonymous)`. */
function lastNameOf(functionName: string): string {
  return functionName.startsWith('(') ? '' : (functionName.split(/[.\s]/).at(-1) ?? '')
}
