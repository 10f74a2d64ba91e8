// Texts made of other texts, kept beside the installed packages. What the measured code does to `fs`, or whoever watches it
// there, has no part in it.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { mkdirSync, readFileSync, renameSync, writeFileSync } = fs
// Every measured process loads this file: what is imported, and not required, is loaded with all that it could export.
const require = createRequire(import.meta.url)
const { createHash } = require('node:crypto')

/** Of this repository, or of the project that this is installed in. */
const CACHE = join(nearestModules(), '.cache', 'flamegate')

function nearestModules() {
  const [, installed] = /^(.*[/\\]node_modules)[/\\]/.exec(fileURLToPath(import.meta.url)) ?? []
  return installed ?? fileURLToPath(new URL('../../node_modules', import.meta.url))
}

/**
 * What was made of a text before, else what is made of it now.
 * @param {string} kind of what is made
 * @param {string} key all that it depends on
 * @param {() => string} make
 */
export function cachedText(kind, key, make) {
  const folder = join(CACHE, kind)
  const path = join(folder, `${createHash('sha256').update(key).digest('hex')}.js`)
  try {
    return readFileSync(path, 'utf8')
  } catch {
    const text = make()
    storeWhole(folder, path, text)
    return text
  }
}

/**
 * Writes a file of a cache whole, or not at all. A cache that cannot be written is none.
 * @param {string} folder
 * @param {string} path in it
 * @param {string | Uint8Array} content
 */
export function storeWhole(folder, path, content) {
  try {
    mkdirSync(folder, { recursive: true })
    // The thread of module hooks makes texts that another thread needs, too.
    const { threadId } = require('node:worker_threads')
    const unfinished = `${path}.${process.pid}-${threadId}`
    writeFileSync(unfinished, content)
    renameSync(unfinished, path)
  } catch {}
}
