// The commit that a bisection found, with what is known of it.
import { filesBetween, firstParentOf, readCommitFacts } from '../git/commit.ts'
import type { Interval } from '../stats/interval.ts'
import { hasChanged } from '../verdict/cost.ts'
import { shareOfChange, stepBetween } from './decision.ts'
import type { BisectResult, Finding } from './result.ts'

/** @param hash of a commit that was tested as bad, or is the bad end of the range */
export async function readFinding(
  root: string,
  hash: string,
  known: Pick<BisectResult, 'range' | 'change' | 'tested'>,
): Promise<Finding> {
  const parent = await firstParentOf(root, hash)
  const ratio = ratioOf(hash, known)
  if (ratio === null) throw new Error(`${hash} is called the first bad commit and was never measured`)
  const parentRatio = ratioOf(parent, known)
  const step = parentRatio === null ? null : stepBetween(parentRatio, ratio)
  return {
    commit: await readCommitFacts(root, hash),
    parent: await readCommitFacts(root, parent),
    ratio,
    parentRatio,
    step,
    share: step === null || !hasChanged(step) ? null : shareOfChange(step.value, known.change.ratio.value),
    files: await filesBetween(root, parent, hash),
  }
}

function ratioOf(
  hash: string,
  { range, change, tested }: Pick<BisectResult, 'range' | 'change' | 'tested'>,
): Interval | null {
  if (hash === range.good.hash) return { low: 1, value: 1, high: 1 }
  if (hash === range.bad.hash) return change.ratio
  const found = tested.find(({ commit }) => commit.hash === hash)
  return found === undefined || found.kind === 'skipped' ? null : found.ratio
}
