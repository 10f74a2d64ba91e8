// Types replaced by blanks of the same length; nothing else changes, so profiles, stacks and coverage show the author's own
// positions. Plain JavaScript: it is what lets a process load TypeScript at all.
import * as moduleApi from 'node:module'
import { cachedText } from './text-cache.mjs'

/** Stripped text comes from a cache by content: loading the stripper costs more than a fork's own imports. */
export function stripTypes(source, filename) {
  return cachedText('strip-types', source, () => transform(source, filename))
}

let engine

function transform(source, filename) {
  engine ??= loadEngine()
  try {
    return engine(source, filename)
  } catch (cause) {
    throw new SyntaxError(`${filename}: ${cause?.message ?? cause}`, { cause })
  }
}

/** Node's own, or the one that it is made of where Node has none yet. @throws Error where neither is there */
function loadEngine() {
  const { stripTypeScriptTypes } = moduleApi
  if (stripTypeScriptTypes !== undefined) return (source) => quietly(() => stripTypeScriptTypes(source))
  const { transformSync } = loadSwc()
  return (source, filename) => transformSync(source, { mode: 'strip-only', filename }).code
}

export function loadSwc() {
  try {
    return moduleApi.createRequire(import.meta.url)('@swc/wasm-typescript')
  } catch (cause) {
    throw new Error(
      `Node ${process.versions.node} cannot read TypeScript: install @swc/wasm-typescript, or use Node 22.18 or later`,
      { cause },
    )
  }
}

/** Node says that its function is experimental, on the stderr of a command that reports something else. */
export function quietly(work) {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}
