// The command as this user can type it: this repository has npm scripts for commands, other projects have flamegate installed.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const IN_SCRIPTS = /npm run (perf(?::(\w+))?)(?![\w:])( --(?= [^-]| -))?/g

/** How a package manager runs a command of a package, by its lockfile. */
const RUNNERS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bunx', 'bun.lockb': 'bunx' }

/**
 * A text that names commands by this repository's npm scripts, `npm run perf:compare -- main`, with those that can be typed in
 * the working folder: `npx flamegate compare main` where it has no such script.
 */
export function typed(text: string, folder = process.cwd()): string {
  const scripts = readScripts(folder)
  return text.replace(IN_SCRIPTS, (here, script: string, command: string | undefined) =>
    scripts.includes(script)
      ? here
      : [`${runnerOf(folder)} flamegate`, ...(command === undefined ? [] : [command])].join(' '),
  )
}

/** The lockfile of a workspace lies at its top. */
function runnerOf(folder: string): string {
  const found = Object.entries(RUNNERS).find(([name]) => existsSync(join(folder, name)))
  if (found !== undefined) return found[1]
  const above = dirname(folder)
  const isTop =
    above === folder || ['package-lock.json', '.git'].some((name) => existsSync(join(folder, name)))
  return isTop ? 'npx' : runnerOf(above)
}

function readScripts(folder: string): string[] {
  try {
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: object }
    return Object.keys(scripts ?? {})
  } catch {
    return []
  }
}
