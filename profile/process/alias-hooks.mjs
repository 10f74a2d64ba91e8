// The same for `import` on Node versions without synchronous hooks. What Node asks for at once is answered at once.
import { findMeaning } from './aliases.mjs'

/** All that were added, the newest first. */
const added = []

export function initialize(aliases) {
  added.unshift(aliases)
}

export function resolve(specifier, context, nextResolve) {
  for (const aliases of added) {
    const url = findMeaning(aliases, specifier, context.parentURL)
    if (url !== undefined) return { url, shortCircuit: true }
  }
  return nextResolve(specifier, context)
}
