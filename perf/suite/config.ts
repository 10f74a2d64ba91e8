// What a project may say of itself: flamegate.config.{ts,mts,js,mjs}, or "flamegate" in its package.json. Nothing of it is needed.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlamegateError, messageOf } from '../errors.ts'
import type { FlamegateConfig } from './config-check.ts'

/** What a version is compared with where neither the command line nor the config says. */
export const DEFAULT_BASE = 'HEAD'
/** Where runs are written that are to go nowhere else. */
export const DEFAULT_OUT_DIR = '.flamegate'

const FILES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `flamegate.config.${extension}`)
const read = new Map<string, Promise<FlamegateConfig>>()

/** Types a config, and gives it back: `export default defineConfig({ … })`. */
export function defineConfig(config: FlamegateConfig): FlamegateConfig {
  return config
}

/**
 * The config of the project in `root`; empty where it has none. Read once a process.
 * @throws FlamegateError 'bad-config' for one that cannot be loaded, or says what no config can
 */
export function readConfig(root: string): Promise<FlamegateConfig> {
  const known = read.get(root) ?? readFresh(root)
  read.set(root, known)
  return known
}

async function readFresh(root: string): Promise<FlamegateConfig> {
  const files = FILES.filter((name) => existsSync(join(root, name)))
  const manifest = await readManifest(root)
  const places = [...files, ...(manifest === undefined ? [] : ['package.json'])]
  if (places.length === 0) return {}
  if (places.length > 1) {
    throw new FlamegateError('bad-config', `there are two configs: ${places.join(' and ')}`, {
      hint: 'keep one of them',
    })
  }
  const { checkConfig } = await import('./config-check.ts')
  const file = join(root, places[0]!)
  try {
    return checkConfig(manifest ?? (await load(file)), file)
  } catch (cause) {
    // What it exports may be a proxy, or have getters that throw.
    if (cause instanceof FlamegateError) throw cause
    throw new FlamegateError('bad-config', `cannot load ${file}: ${messageOf(cause)}`, { cause })
  }
}

/** Undefined where package.json is not there, or says nothing of flamegate. */
async function readManifest(root: string): Promise<unknown> {
  const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => '{}')
  try {
    return (Object(JSON.parse(text.replace(/^\uFEFF/, ''))) as { flamegate?: unknown }).flamegate
  } catch (cause) {
    throw new FlamegateError('bad-config', `${join(root, 'package.json')}: ${messageOf(cause)}`, {
      hint: 'npm cannot read it either',
      cause,
    })
  }
}

async function load(file: string): Promise<unknown> {
  let hasNothingToDo = false
  const idle = () => {
    hasNothingToDo = true
  }
  const tell = (code: number) => {
    const how = hasNothingToDo ? 'it awaits what never comes' : `it ended the process with exit code ${code}`
    process.stderr.write(`error: cannot load ${file}: ${how}\n`)
    process.exitCode = 2
  }
  process.on('beforeExit', idle)
  process.on('exit', tell)
  try {
    const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown }
    return loaded.default
  } finally {
    process.off('beforeExit', idle)
    process.off('exit', tell)
  }
}
