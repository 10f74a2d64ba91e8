// Types replaced by blanks of the same length; nothing else changes, so profiles and stacks show the author's own
// positions.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/flamegate/strip-types', import.meta.url))

/** Stripped text comes from a cache by content: loading the stripper costs more than a fork's own imports. */
export async function stripTypes(source, filename) {
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
