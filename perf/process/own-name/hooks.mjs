// The same for `import` on Node versions without synchronous hooks. What Node asks for at once is
// answered at once.
import { OWN_NAME, OWN_URL } from './own-name.mjs'

export function resolve(specifier, context, nextResolve) {
  return specifier === OWN_NAME ? { url: OWN_URL, shortCircuit: true } : nextResolve(specifier, context)
}
