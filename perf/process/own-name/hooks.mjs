// The same for `import` on Node versions without synchronous hooks. Runs in Node's hooks thread.
import { OWN_NAME, OWN_URL } from './own-name.mjs'

export async function resolve(specifier, context, nextResolve) {
  return specifier === OWN_NAME ? { url: OWN_URL, shortCircuit: true } : nextResolve(specifier, context)
}
