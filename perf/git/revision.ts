// The code that was measured, as git knows it.
import { shortHash } from './commit.ts'
import { git } from './git.ts'

/** A commit, and whether the tree differs from it. */
export interface Revision {
  readonly hash: string
  readonly isDirty: boolean
}

/** The revision of a checkout; null outside of git. Files that git does not track count for nothing. */
export async function readRevision(root: string): Promise<Revision | null> {
  try {
    const hash = await git(root, 'rev-parse', 'HEAD')
    return { hash, isDirty: (await git(root, 'status', '--porcelain', '--untracked-files=no')) !== '' }
  } catch {
    return null
  }
}

/** `90a260e10c2f`, `90a260e10c2f + changes`. */
export function describeRevision({ hash, isDirty }: Revision): string {
  return `${shortHash(hash)}${isDirty ? ' + changes' : ''}`
}

export function isSameRevision(a: Revision | null, b: Revision | null): boolean {
  return a !== null && b !== null && a.hash === b.hash && a.isDirty === b.isDirty
}
