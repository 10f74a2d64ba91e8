// Commits that are not in this clone: a shallow one's history, or what a remote has by name.
import { git } from './git.ts'

/** So much history is looked at, or fetched at once. */
export const MOST_COMMITS = 500

export async function hasCommit(root: string, hash: string): Promise<boolean> {
  return succeeds(git(root, 'cat-file', '-e', `${hash}^{commit}`))
}

/** Fetches more history of the checked-out commit, and of others, into a shallow clone. Whether there is more now. */
export async function deepen(root: string, others: readonly string[] = []): Promise<boolean> {
  const isShallow =
    (await git(root, 'rev-parse', '--is-shallow-repository').catch(() => '')).trim() === 'true'
  if (!isShallow) return false
  const head = (await git(root, 'rev-parse', 'HEAD')).trim()
  for (const remote of await remotesOf(root)) {
    const args = ['fetch', '--quiet', '--no-tags', `--deepen=${MOST_COMMITS}`, remote, head, ...others]
    if (await succeeds(git(root, ...args))) return true
  }
  return false
}

async function remotesOf(root: string): Promise<string[]> {
  return (await git(root, 'remote').catch(() => '')).split('\n').filter((name) => name !== '')
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}

/** Those of some commits that are not in this clone, and that a remote has. */
export async function fetchCommits(root: string, hashes: readonly string[]): Promise<string[]> {
  const remotes = await remotesOf(root)
  const found: string[] = []
  for (const hash of hashes) {
    if (await hasCommit(root, hash)) continue
    for (const remote of remotes) {
      await git(root, 'fetch', '--quiet', '--no-tags', '--depth=1', remote, hash).catch(() => '')
      if (await hasCommit(root, hash)) {
        found.push(hash)
        break
      }
    }
  }
  return found
}
