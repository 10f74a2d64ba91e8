// Why git has nothing to say about a folder: in its own words, with the cure.
import { FlamegateError } from '../errors.ts'
import { git } from './git.ts'

const ELSE = 'or compare with another checkout by --against <folder>'

/**
 * Makes sure that git answers for a folder.
 * @throws FlamegateError 'no-git' where there is no git, no repository, or git refuses this one
 */
export async function requireGit(root: string): Promise<void> {
  try {
    await git(root, 'rev-parse', '--git-dir')
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string }
    if (code === 'ENOENT') {
      throw new FlamegateError('no-git', 'git cannot be started: it is not installed, or not in PATH', {
        hint: `install git, ${ELSE}`,
        cause,
      })
    }
    const words = saidBy(cause)
    throw new FlamegateError('no-git', `git says of ${root}: ${words}`, {
      hint: cureFor(stderr, root),
      cause,
    })
  }
}

function cureFor(stderr: string, root: string): string {
  // Git prints the command that allows it, whatever the language of its words.
  const allow = /git config --global --add safe\.directory .*/.exec(stderr)?.[0]
  if (allow !== undefined) return `it belongs to somebody else; where you trust them: ${allow.trim()}`
  if (/\.git\b/.test(stderr) && /not a git repository/i.test(stderr))
    return `name a folder of a repository (git init and a commit make ${root} one), ${ELSE}`
  return `git -C ${root} status says more, ${ELSE}`
}

/** What git said last, in one line. */
export function saidBy(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? message
  return fatal.replace(/^(?:fatal|error): /, '').trim()
}
