// Where the measured nasc-server is, this one or a public CommonJS one, and how it is loaded.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { TargetLoader } from 'flamegate'
import type * as NascServerModule from '../src/index.ts'

/** The measured package, wherever it was loaded from, and the Express it would use itself. */
export type NascServer = Pick<
  typeof NascServerModule,
  'applyEvent' | 'attachNasc' | 'createProcessor' | 'MemoryStore'
> & { loadExpress(): typeof import('express') }

const EXPORTS = ['applyEvent', 'attachNasc', 'createProcessor', 'MemoryStore'] as const

/** Finds and loads a checkout of nasc-server: this one, or another in TypeScript or CommonJS. */
export const nascServerLoader: TargetLoader<NascServer> = {
  directory: fileURLToPath(new URL('..', import.meta.url)),
  resolveEntry,
  async load(entry) {
    const exported = { ...(await loadEngine(entry)), ...(await loadModule(entry)) }
    const missing = EXPORTS.filter((name) => typeof exported[name] !== 'function')
    if (missing.length > 0) throw new Error(`${entry} does not export ${missing.join(', ')}`)
    return { ...(exported as unknown as NascServer), loadExpress: () => createRequire(entry)('express') }
  },
}

function resolveEntry(directory: string): string {
  const candidates = [...declaredEntries(directory), 'src/index.ts', 'index.js', 'index.cjs']
  const found = candidates.map((name) => join(directory, name)).find((path) => existsSync(path))
  if (found === undefined)
    throw new Error('it has neither an entry in package.json, nor src/index.ts, nor index.js')
  return found
}

function declaredEntries(directory: string): string[] {
  const manifest = join(directory, 'package.json')
  if (!existsSync(manifest)) return []
  const { exports, main } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    exports?: unknown
    main?: unknown
  }
  const root = (exports as Record<string, unknown> | undefined)?.['.'] ?? exports
  const conditions = root as Record<string, unknown> | undefined
  return [root, conditions?.node, conditions?.import, conditions?.default, conditions?.require, main].filter(
    (entry) => typeof entry === 'string',
  )
}

/** The public package's main module leaves `applyEvent` to `engine.js` beside it. */
async function loadEngine(entry: string): Promise<Record<string, unknown>> {
  const engine = join(dirname(entry), 'engine.js')
  return existsSync(engine) ? loadModule(engine) : {}
}

/** A CommonJS module's exports are its default export when it is imported. */
async function loadModule(path: string): Promise<Record<string, unknown>> {
  const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  return { ...(loaded.default as Record<string, unknown> | undefined), ...loaded }
}
