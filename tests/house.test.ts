// The house rules that no type checks: imports go one way, nothing goes in circles, one name is one thing, folders stay small.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** From the ground up: a room imports from itself and from those before it. */
const ROOMS = [
  ...[
    'process',
    'model',
    'import',
    'export',
    'source',
    'capture',
    'correct',
    'backends',
    'blame',
    'flamegraph',
  ].map((room) => `profile/${room}`),
  'perf/errors.ts',
  'perf/typed-command.ts',
  'perf/git/git.ts',
  ...[
    'stats',
    'suite',
    'index.ts',
    'measure',
    'process',
    'git',
    'verdict',
    'profiling',
    'diagnosis',
    'identity',
    'results',
  ].map((room) => `perf/${room}`),
  ...['run', 'bisect', 'report'].map((room) => `perf/${room}`),
  'scripts/shared',
  'scripts',
]
/** It runs the tests, and so may import from them. */
const TEST_RUNNER = 'scripts/test.mjs'
/** Code that was written twice on purpose: two versions of one module, for the gate to tell apart. */
const TWO_VERSIONS = ['perf/run/proof/plain.ts', 'perf/run/proof/planted.ts']
/** They have the names that other tools have, which they stand for. */
const STAND_INS = /^perf\/suite\/stand-ins\/(vitest|tinybench|mitata|node-bench)\.ts$/
const MOST_FILES = 15

interface Module {
  readonly path: string
  readonly text: string
  /** Paths of what it imports from this repository. */
  readonly imports: readonly string[]
}

const modules = await readModules(['perf', 'profile', 'scripts', 'packages/nasc-server/src'])

async function readModules(folders: readonly string[]): Promise<Module[]> {
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(`${ROOT}${folder}`, { recursive: true })).map((name) =>
        posix.join(folder, name.replaceAll('\\', '/')),
      ),
    ),
  )
  const paths = names.flat().filter((path) => /(?<!\.d)\.m?ts$|\.mjs$/.test(path))
  return paths
    .filter((path) => !path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => {
      const text = readFileSync(`${ROOT}${path}`, 'utf8')
      const specifiers = text.matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g)
      return { path, text, imports: [...specifiers].map(([, to]) => posix.join(posix.dirname(path), to!)) }
    })
}

function roomOf(path: string): number {
  const rooms = ROOMS.map((room, i) => (path.startsWith(room) ? i : -1))
  return rooms.reduce((best, i) =>
    i >= 0 && (best < 0 || ROOMS[i]!.length > ROOMS[best]!.length) ? i : best,
  )
}

test('every file is in a room', () => {
  const lost = modules.filter(({ path }) => !path.startsWith('packages/') && roomOf(path) < 0)
  assert.deepEqual(
    lost.map(({ path }) => path),
    [],
  )
})

test('imports go one way', () => {
  const against = modules.flatMap(({ path, imports }) =>
    imports.filter((to) => roomOf(to) > roomOf(path)).map((to) => `${path} → ${to}`),
  )
  assert.deepEqual(against, [])
})

test('nothing of the product imports from tests or from what is measured', () => {
  const own = modules.filter(({ path }) => path !== TEST_RUNNER && roomOf(path) >= 0)
  const foreign = own.flatMap(({ path, imports }) =>
    imports.filter((to) => roomOf(to) < 0).map((to) => `${path} → ${to}`),
  )
  assert.deepEqual(foreign, [])
})

test('nothing imports itself in a circle', () => {
  const byPath = new Map(modules.map((module) => [module.path, module]))
  const done = new Set<string>()
  const findCircle = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const to of byPath.get(path)?.imports ?? []) {
      const circle = findCircle(to, [...way, path])
      if (circle !== undefined) return circle
    }
    done.add(path)
    return undefined
  }
  const circles = modules.flatMap(({ path }) => findCircle(path, [])?.join(' → ') ?? [])
  assert.deepEqual([...new Set(circles)], [])
})

test('an exported name means one thing', () => {
  const places = new Map<string, string[]>()
  // Module hooks have the names that Node calls them by.
  const named = modules.filter(
    ({ path }) => path.endsWith('.ts') && !TWO_VERSIONS.includes(path) && !STAND_INS.test(path),
  )
  for (const { path, text } of named) {
    const names = text.matchAll(/^export (?:async )?(?:const|function|class|interface|type|enum) (\w+)/gm)
    for (const [, name] of names) places.set(name!, [...(places.get(name!) ?? []), path])
  }
  const twice = [...places].filter(([, paths]) => new Set(paths).size > 1)
  assert.deepEqual(twice, [])
})

test('a folder can be read at a glance, and every file says what it is for', () => {
  const folders = new Map<string, number>()
  for (const { path } of modules) {
    const folder = posix.dirname(path)
    folders.set(folder, (folders.get(folder) ?? 0) + 1)
  }
  const full = [...folders].filter(([, count]) => count > MOST_FILES)
  assert.deepEqual(full, [])
  const silent = modules.filter(({ text }) => !/^(#!.*\n)?\/[/*]/.test(text))
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  )
})
