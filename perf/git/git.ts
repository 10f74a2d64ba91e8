// The one place that starts git.
import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Hooks of the project's own, which install or print, are none of our business. */
export const NO_HOOKS = ['-c', 'core.hooksPath=/dev/null'] as const

/** What a hook of git's sets for the repository it runs in, which would stand above the folder that git is started in. */
const FOREIGN_ENVIRONMENT = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_INDEX_FILE', 'GIT_PREFIX']

/** What git prints, without the space around it. @throws Error with its exit code as `code`, and `stderr` */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  // Whoever could type a password is not asked: a remote that wants one is a remote that does not answer.
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_TERMINAL_PROMPT: '0' }
  for (const name of FOREIGN_ENVIRONMENT) delete env[name]
  return (
    await promisify(execFile)('git', args, { cwd, env, maxBuffer: Number.POSITIVE_INFINITY })
  ).stdout.trim()
}

/** Where the repository of a folder begins; the folder itself where it is in none. Links are followed. */
export async function topOf(folder: string): Promise<string> {
  return realpath(await git(folder, 'rev-parse', '--show-toplevel').catch(() => folder))
}
