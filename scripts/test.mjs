// Runs every *.test.ts of the repository with Node's own test runner, types stripped in place.
// node scripts/test.mjs [part of a file name …] [--update, to write the golden files anew]
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDERS = ['packages', 'perf', 'profile', 'scripts', 'tests']
const only = process.argv.slice(2).filter((argument) => argument !== '--update')
const env = process.argv.includes('--update') ? { ...process.env, UPDATE_GOLDEN: '1' } : process.env

const names = await Promise.all(
  FOLDERS.map(async (folder) => {
    const found = await readdir(folder, { recursive: true }).catch(() => [])
    return found.map((name) => join(folder, name))
  }),
)
const files = names
  .flat()
  .filter((name) => name.endsWith('.test.ts') && !name.split(/[\\/]/).includes('node_modules'))
  .filter((name) => only.length === 0 || only.some((part) => name.includes(part)))
  .sort()
if (files.length === 0) {
  process.stderr.write(`no test file matches ${only.join(', ')}\n`)
  process.exit(2)
}

const flags = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  new URL('../perf/process/strip-types/register.mjs', import.meta.url).href,
]
const child = spawn(process.execPath, [...flags, '--test', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  env,
})
child.once('exit', (code) => {
  process.exitCode = code ?? 1
})
