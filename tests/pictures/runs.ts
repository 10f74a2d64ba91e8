// The runs that the pictures are of: a pull request in which nasc-server clones once too often, the same without it, and a profile.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Where git does not look. */
const CLONE = join(ROOT, 'tmp', 'pictures', 'nasc')
/** Two that run what is planted, and two that do not. */
const SCENARIOS = [
  'property/single.apply',
  'arrays/append.apply',
  'mount/cold.processor',
  'mount/warm.processor',
]
export const [RED_SCENARIO] = SCENARIOS as [string, ...string[]]
const PROFILED = 'arrays/append.http'
const REPOSITORY = 'acme/nasc'

/** What somebody writes who wants to be safe. */
const CAREFUL = {
  file: join('packages', 'nasc-server', 'src', 'engine.ts'),
  from: 'diffStates(current, newState)',
  to: 'diffStates(deepClone(current), newState)',
}

/** Measures a copy of this repository in which nothing has changed. @returns the folder of the run */
export function runGreen(): string {
  cloneHere()
  flamegate(CLONE, ['run'])
  return latest(CLONE)
}

/** What CI does with a pull request that makes `applyEvent` slower. @returns the folder of the run */
export function runRed(): string {
  cloneHere()
  const base = git('rev-parse', 'HEAD')
  git('checkout', '--quiet', '-b', 'careful')
  const file = join(CLONE, CAREFUL.file)
  const text = readFileSync(file, 'utf8')
  if (!text.includes(CAREFUL.from)) throw new Error(`${file} has no ${CAREFUL.from} any more`)
  writeFileSync(file, text.replace(CAREFUL.from, CAREFUL.to))
  git('-c', 'user.name=dev', '-c', 'user.email=dev@localhost', 'commit', '--quiet', '-am', 'compare a copy')
  const head = git('rev-parse', 'HEAD')
  const event = join(CLONE, 'tmp', 'event.json')
  const repo = { full_name: REPOSITORY }
  const pull = { number: 12, base: { sha: base, repo }, head: { sha: head, repo } }
  mkdirSync(dirname(event), { recursive: true })
  writeFileSync(event, JSON.stringify({ pull_request: pull }))
  flamegate(CLONE, ['ci', '--event', event, '--dry-run', ...SCENARIOS], {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SHA: head,
  })
  return latest(CLONE)
}

/** @returns the folder of the run */
export function runProfile(): string {
  flamegate(ROOT, ['profile', PROFILED, '--no-open'])
  return latest(ROOT)
}

function cloneHere(): void {
  rmSync(CLONE, { recursive: true, force: true })
  execFileSync('git', ['clone', '--quiet', ROOT, CLONE])
  git('checkout', '--quiet', '-B', 'main')
  symlinkSync(join(ROOT, 'node_modules'), join(CLONE, 'node_modules'), 'junction')
}

function git(...args: string[]): string {
  return execFileSync('git', ['-C', CLONE, ...args], { encoding: 'utf8' }).trim()
}

function flamegate(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const command = join(ROOT, 'scripts', 'flamegate.mjs')
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, STRICT_PERF: '', ...env },
  })
}

/** The folder of the run that has just ended, where its link still points when the next one has. */
function latest(root: string): string {
  return realpathSync(join(root, 'tmp', 'perf', 'latest'))
}
