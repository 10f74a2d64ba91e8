// The package manager of a project: found by its lockfile, and how it installs exactly what that says.
import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runProgram } from '../process/program.ts'
import { topOf } from './git.ts'

/** By whom, and where, the dependencies of a project are installed. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'yarn@berry' | 'bun'
  /** The folder of the lockfile, or of the project where it has none. */
  readonly folder: string
  /** Its name there; undefined where the project has none. */
  readonly lockfile: string | undefined
}

/** All that is known, for comparison. */
export const LOCKFILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'],
] as const

/** The package manager of the project in a folder: that of the nearest lockfile, up to where its git repository begins. */
export async function findManager(root: string): Promise<PackageManager> {
  const top = await topOf(root)
  const { detect } = await import('package-manager-detector/detect')
  const found = await detect({
    cwd: await realpath(root),
    stopDir: top,
    strategies: ['lockfile', 'packageManager-field', 'devEngines-field'],
  })
  const folder = lockfileFolder(await realpath(root), top) ?? root
  const lockfile = LOCKFILES.find((name) => existsSync(join(folder, name)))
  return { name: nameOf(found?.agent, await isBerry(folder)), folder, lockfile }
}

function lockfileFolder(folder: string, top: string): string | undefined {
  if (LOCKFILES.some((name) => existsSync(join(folder, name)))) return folder
  return folder === top || dirname(folder) === folder ? undefined : lockfileFolder(dirname(folder), top)
}

async function isBerry(folder: string): Promise<boolean> {
  return /^__metadata:/m.test(await readFile(join(folder, 'yarn.lock'), 'utf8').catch(() => ''))
}

function nameOf(agent: string | undefined, berry: boolean): PackageManager['name'] {
  switch (agent?.split('@')[0]) {
    case 'pnpm':
      return 'pnpm'
    case 'yarn':
      return berry || agent === 'yarn@berry' ? 'yarn@berry' : 'yarn'
    case 'bun':
      return 'bun'
    default:
      return 'npm'
  }
}

const FROZEN = {
  npm: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
  pnpm: ['install', '--frozen-lockfile'],
  yarn: ['install', '--frozen-lockfile'],
  'yarn@berry': ['install', '--immutable'],
  bun: ['install', '--frozen-lockfile'],
}

/** The command that installs what the lockfile says and nothing else: `pnpm install --frozen-lockfile`. */
export function frozenInstall(name: PackageManager['name'], ignoresScripts = false): string[] {
  const noScripts = name === 'yarn@berry' ? '--mode=skip-build' : '--ignore-scripts'
  return [name.split('@')[0]!, ...FROZEN[name], ...(ignoresScripts ? [noScripts] : [])]
}

/** Runs a package manager: as it runs us, or the one in the path. @throws as `runProgram` does */
export function runManager(command: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  const [name, ...args] = command
  const script = process.env.npm_execpath
  if (script !== undefined && new RegExp(`^${name}(-cli)?\\.c?js$`).test(basename(script)))
    return runProgram(process.execPath, [script, ...args], { cwd, signal })
  return runProgram(name!, args, { cwd, signal, shell: process.platform === 'win32' })
}
