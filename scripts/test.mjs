// Runs the *.test.ts files of the repository with Node's own test runner, types stripped in place.
//
//   node scripts/test.mjs [--unit] [--check] [--watch] [--update] [--test-name-pattern <pattern>] [part of a file name …]
//
// --unit: no file that starts processes; --check: types and lint beside the first tests, where all tests of a tier are asked
// for; --update: golden files are written anew.
//
// Where a file lies, or how it is named, says how it is run:
//   *.alone.test.ts      holds measured times against what they should be: nothing runs beside it
//   *.process.test.ts, and all in tests/commands/ and tests/browser/
//                        starts commands, repositories or a browser, and holds whatever runs beside it
//   *.test.ts            the rest: units
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { HOOK_FLAGS } from '../profile/process/module-hooks.mjs'
import { runLanes } from '../tests/support/lanes.mjs'

const FOLDERS = ['packages', 'perf', 'profile', 'scripts', 'tests']
const ALONE = /\.alone\.test\.ts$/
const STARTS_PROCESSES = /\.(process|alone)\.test\.ts$|^tests\/(commands|browser)\//
/** Of every process that runs tests, and so of this one: Node hands its own flags on. */
const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  ...HOOK_FLAGS,
  '--import',
  new URL('../perf/process/strip-types/register.mjs', import.meta.url).href,
]

const { values: options, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    'test-name-pattern': { type: 'string' },
  },
})
const namePattern = options['test-name-pattern']

if (process.execArgv.includes('--import')) await runTests().catch(failWith)
else startAgain()

/** The same with flags that a process can only be started with. */
function startAgain() {
  const args = [...FLAGS, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const env = options.update ? { ...process.env, UPDATE_GOLDEN: '1' } : process.env
  const child = spawn(process.execPath, args, { stdio: 'inherit', env })
  // Whoever stops this one means the other.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

/** The test runner swallows what nobody catches. */
function failWith(error) {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 3
}

async function runTests() {
  const files = await findTests()
  if (files.length === 0) {
    process.stderr.write(`no test file matches ${parts.join(', ')}\n`)
    process.exitCode = 2
    return
  }
  // Pages are tested with the viewer as its sources are now.
  await import('./build-viewer.mjs')
  const isWhole = parts.length === 0 && namePattern === undefined && !options.watch
  const lanes = [
    { files: longestFirst(files.filter((file) => !ALONE.test(file))), concurrency: 3 },
    { files: files.filter((file) => ALONE.test(file)), concurrency: 1 },
  ]
  const events = runLanes(lanes, {
    namePattern,
    isWatched: options.watch,
    checks: options.check && isWhole ? ['types', 'lint'] : [],
  })
  await pipeline(Readable.from(events), new spec(), process.stdout)
}

/** Those that start processes, of which some take a minute, before the units: so both cores have work to the end. */
function longestFirst(files) {
  const isLong = (file) => STARTS_PROCESSES.test(file)
  return [...files.filter(isLong), ...files.filter((file) => !isLong(file))]
}

/** Paths of the files that were asked for, with slashes. */
async function findTests() {
  const names = await Promise.all(
    FOLDERS.map(async (folder) => {
      const found = await readdir(folder, { recursive: true }).catch(() => [])
      return found.map((name) => join(folder, name).replaceAll(sep, '/'))
    }),
  )
  return names
    .flat()
    .filter((name) => name.endsWith('.test.ts') && !name.split('/').includes('node_modules'))
    .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
    .filter((name) => !options.unit || !STARTS_PROCESSES.test(name))
    .sort()
}
