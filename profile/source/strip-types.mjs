// Types replaced by blanks of the same length; nothing else changes, so profiles, stacks and coverage show the author's
// own positions. Plain JavaScript: it is what lets a process load TypeScript at all.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/flamegate/strip-types', import.meta.url))
const require = createRequire(import.meta.url)

/** Stripped text comes from a cache by content: loading the stripper costs more than a fork's own imports. */
export function stripTypes(source, filename) {
  const cached = join(CACHE, `${createHash('sha256').update(source).digest('hex')}.js`)
  try {
    return readFileSync(cached, 'utf8')
  } catch {
    const code = transform(source, filename)
    storeWhole(cached, code)
    return code
  }
}

function transform(source, filename) {
  const { transformSync } = require('@swc/wasm-typescript')
  try {
    return transformSync(source, { mode: 'strip-only', filename }).code
  } catch (cause) {
    throw new SyntaxError(`${filename}: ${cause?.message ?? cause}`, { cause })
  }
}

/** A cache that cannot be written is none. */
function storeWhole(path, text) {
  try {
    mkdirSync(CACHE, { recursive: true })
    // The thread of module hooks strips files that another thread reads as sources.
    const unfinished = `${path}.${process.pid}-${threadId}`
    writeFileSync(unfinished, text)
    renameSync(unfinished, path)
  } catch {}
}
