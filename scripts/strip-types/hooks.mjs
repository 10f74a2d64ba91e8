// Module hooks for Node versions that do not strip types. Types are replaced by blanks of the same length and
// nothing else changes, so profiles and stacks show the author's own positions. Runs in Node's hooks thread,
// never in the thread that is measured.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// An event loop with nothing to do would be this thread's end to whatever `node -r` put into it, and some profilers end
// the whole process then.
setInterval(() => {}, 2 ** 30)

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/flamegate/strip-types', import.meta.url))

export async function load(url, context, nextLoad) {
  if (!/\.m?ts$/.test(url.split(/[?#]/, 1)[0])) return nextLoad(url, context)
  const path = fileURLToPath(url)
  return {
    format: 'module',
    shortCircuit: true,
    source: await stripTypes(await readFile(path, 'utf8'), path),
  }
}

/** Stripped text comes from a cache by content: loading the stripper costs more than a fork's own imports. */
async function stripTypes(source, filename) {
  const cached = join(CACHE, `${createHash('sha256').update(source).digest('hex')}.js`)
  const hit = await readFile(cached, 'utf8').catch(() => undefined)
  if (hit !== undefined) return hit
  const { transformSync } = await import('@swc/wasm-typescript')
  let code
  try {
    ;({ code } = transformSync(source, { mode: 'strip-only', filename }))
  } catch (cause) {
    throw new SyntaxError(`${filename}: ${cause?.message ?? cause}`, { cause })
  }
  await storeWhole(cached, code).catch(() => {})
  return code
}

async function storeWhole(path, text) {
  await mkdir(CACHE, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, text)
  await rename(unfinished, path)
}
