// Types replaced by blanks of the same length; nothing else changes, so profiles, stacks and coverage show the author's own
// positions. Plain JavaScript: it is what lets a process load TypeScript at all.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import * as moduleApi from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'

/** Beside the installed packages, of this repository or of the project that this is installed in. */
const CACHE = join(nearestModules(), '.cache', 'flamegate', 'strip-types')

function nearestModules() {
  const [, installed] = /^(.*[/\\]node_modules)[/\\]/.exec(fileURLToPath(import.meta.url)) ?? []
  return installed ?? fileURLToPath(new URL('../../node_modules', import.meta.url))
}

/** As Node has them: what the measured code does to `fs`, or whoever watches it there, has no part in loading it. */
const { mkdirSync, readFileSync, renameSync, writeFileSync } = fs

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

function loadSwc() {
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
function quietly(work) {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
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
