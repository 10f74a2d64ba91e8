// Commits: what they are called, and what git knows of them.
import { FlamegateError } from '../errors.ts'
import { git } from './git.ts'
import { requireGit } from './refusal.ts'

/** A commit as people know it. */
export interface Commit {
  readonly hash: string
  /** When its author wrote it, ISO 8601 with the author's time zone. */
  readonly authorDate: string
  /** The first line of its message, without control characters. */
  readonly subject: string
}

/** @param hash of a commit that there is */
export async function readCommitFacts(root: string, hash: string): Promise<Commit> {
  const format = '--format=%aI%x00%s'
  const text = await git(root, 'show', '--no-patch', '--no-show-signature', '--encoding=UTF-8', format, hash)
  const [authorDate = '', subject = ''] = text.split('\0')
  return { hash, authorDate, subject: subject.replace(/\p{Cc}/gu, '') }
}

/** Twelve digits are enough to tell commits apart, and to find one again. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12)
}

/** The first parent of a commit that has one: that of a merge which it was merged into. */
export function firstParentOf(root: string, hash: string): Promise<string> {
  return git(root, 'rev-parse', '--verify', `${hash}^1`)
}

/** What a commit was made from, the first parent first; also in a shallow clone, which has none of them. */
export async function parentsOf(root: string, hash: string): Promise<string[]> {
  const text = await git(root, 'cat-file', 'commit', hash)
  return [...text.split('\n\n', 1)[0]!.matchAll(/^parent (\w+)$/gm)].map(([, parent]) => parent!)
}

/** Paths that differ between two commits, by name, from the top of the repository. */
export async function filesBetween(root: string, older: string, newer: string): Promise<string[]> {
  const text = await git(root, 'diff-tree', '-r', '-z', '--name-only', '--no-renames', older, newer)
  return text.split('\0').filter((path) => path !== '')
}

/** Whether one commit is the other, or among those it was made from. */
export async function isAncestor(root: string, older: string, newer: string): Promise<boolean> {
  try {
    await git(root, 'merge-base', '--is-ancestor', older, newer)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return false
    throw error
  }
}

/** The hash of a commit, tag or branch. @throws FlamegateError 'no-commit' */
export async function resolveCommit(root: string, ref: string): Promise<string> {
  try {
    return await git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)
  } catch (cause) {
    await requireGit(root)
    const isShallow = (await git(root, 'rev-parse', '--is-shallow-repository').catch(() => '')) === 'true'
    throw new FlamegateError('no-commit', `git has no commit '${ref}' in ${root}`, {
      hint: isShallow
        ? 'this clone is shallow: fetch the whole history (actions/checkout with fetch-depth: 0, or git fetch --unshallow)'
        : 'git log lists what there is; in a new repository nothing is committed yet',
      cause,
    })
  }
}

/** The commit that last wrote a file of the project; undefined where there is none. */
export async function lastCommitOf(root: string, file: string): Promise<string | undefined> {
  const commit = await git(root, 'log', '-1', '--format=%H', '--', file).catch(() => '')
  return commit === '' ? undefined : commit
}
