// Which name a mistyped one was meant to be.
import { createRequire } from 'node:module'

/** The name nearest to a mistyped one; undefined where none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const require = createRequire(import.meta.url)
  const { closest, distance } = require('fastest-levenshtein') as typeof import('fastest-levenshtein')
  const nearest = closest(name, names as string[])
  const steps = distance(name, nearest)
  // Two short words that have no letter in common are as near as any.
  const isAlike = steps < Math.max(name.length, nearest.length)
  return isAlike && steps <= Math.max(2, name.length / 2) ? nearest : undefined
}
