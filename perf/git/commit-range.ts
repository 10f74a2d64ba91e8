// Two commits of which one led to the other.
import { FlamegateError } from '../errors.ts'
import { type Commit, isAncestor, readCommitFacts, resolveCommit, shortHash } from './commit.ts'
import { git } from './git.ts'

/** Two commits of which one led to the other. */
export interface CommitRange {
  readonly good: Commit
  readonly bad: Commit
  /** What came after the good one, the bad one included. */
  readonly commits: number
}

/**
 * The commits from `good` to `bad`, each a commit, tag or branch.
 * @throws FlamegateError 'no-commit', or 'bad-option' where the one does not lead to the other
 */
export async function resolveRange(root: string, good: string, bad: string): Promise<CommitRange> {
  const [older, newer] = [await resolveCommit(root, good), await resolveCommit(root, bad)]
  if (older === newer) {
    throw new FlamegateError('bad-option', `--good and --bad are the same commit ${shortHash(older)}`, {
      hint: 'name a commit as --good from before it became slower',
    })
  }
  if (!(await isAncestor(root, older, newer))) {
    const message = `--good ${good} (${shortHash(older)}) is no ancestor of --bad ${bad} (${shortHash(newer)})`
    const hint = await hintForRange(root, good, older, bad, newer)
    throw new FlamegateError('bad-option', message, { hint })
  }
  return {
    good: await readCommitFacts(root, older),
    bad: await readCommitFacts(root, newer),
    commits: Number(await git(root, 'rev-list', '--count', `${older}..${newer}`)),
  }
}

async function hintForRange(
  root: string,
  good: string,
  older: string,
  bad: string,
  newer: string,
): Promise<string> {
  if (await isAncestor(root, newer, older))
    return `it is the other way round: --good ${bad} --bad ${good} finds either kind of change, slower or faster`
  if ((await git(root, 'rev-parse', '--is-shallow-repository')) === 'true')
    return 'this clone is shallow: fetch the whole history (git fetch --unshallow)'
  const common = await git(root, 'merge-base', older, newer).catch(() => '')
  return common === ''
    ? 'their histories have nothing in common'
    : `both were made from ${shortHash(common)}: begin there, if it is good`
}
