// The commit that a change is compared with.
import { FlamegateError } from '../../perf/errors.ts'
import { parentsOf, shortHash } from '../../perf/git/commit.ts'
import { deepen, fetchCommits, hasCommit } from '../../perf/git/fetch.ts'
import { git } from '../../perf/git/git.ts'
import { requireGit } from '../../perf/git/refusal.ts'
import type { CiEvent } from './event.ts'

const HINT = 'let actions/checkout have the whole history (fetch-depth: 0), or name a commit by --base'

/**
 * The hash of the commit that an event changes: for a pull request where it left its base, for a push what was there before,
 * else what the checked-out commit was made from. One that a shallow clone lacks is fetched.
 * @throws FlamegateError 'no-git', or 'no-commit' where it cannot be had
 */
export async function findBaseCommit(root: string, event: CiEvent): Promise<string> {
  await requireGit(root)
  const head = await git(root, 'rev-parse', 'HEAD')
  switch (event.kind) {
    case 'pull-request':
      return findFork(root, head, event)
    case 'merge-group':
      return ensure(root, event.base)
    case 'push':
      // After a forced push, nobody may have what was there before.
      if (event.before !== undefined && event.before !== head && (await isThere(root, event.before)))
        return event.before
      return parentOf(root, head)
    case 'workflow-run':
    case 'other':
      return parentOf(root, head)
    default:
      return event satisfies never
  }
}

/** Where a pull request left its base. GitHub checks out the merge of both, whose first parent is all of the base. */
async function findFork(
  root: string,
  checkedOut: string,
  { base, head }: Extract<CiEvent, { kind: 'pull-request' }>,
): Promise<string> {
  const [into, merged] = await parentsOf(root, checkedOut)
  if (into !== undefined && merged === head) return ensure(root, into)
  await ensure(root, base)
  const common = () => git(root, 'merge-base', base, checkedOut).catch(() => '')
  const found = (await common()) || ((await deepen(root, [base])) ? await common() : '')
  if (found !== '') return found
  throw new FlamegateError(
    'no-commit',
    `this clone does not reach back to where ${shortHash(base)} was left`,
    {
      hint: HINT,
    },
  )
}

async function parentOf(root: string, commit: string): Promise<string> {
  const [parent] = await parentsOf(root, commit)
  if (parent !== undefined) return ensure(root, parent)
  throw new FlamegateError('no-commit', `${shortHash(commit)} is the first commit: there is none before it`)
}

async function ensure(root: string, commit: string): Promise<string> {
  if (await isThere(root, commit)) return commit
  throw new FlamegateError('no-commit', `no remote has the commit ${commit}`, { hint: HINT })
}

async function isThere(root: string, commit: string): Promise<boolean> {
  return (await hasCommit(root, commit)) || (await fetchCommits(root, [commit])).length > 0
}
