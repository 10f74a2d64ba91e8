// git bisect in a worktree of its own.
import { FlamegateError } from '../errors.ts'
import { git, NO_HOOKS } from '../git/git.ts'
import { saidBy } from '../git/refusal.ts'
import { addEmptyWorktree } from '../git/worktree.ts'

/** What is said of a commit: it is like the good one, like the bad one, or cannot be tested. */
export type Mark = 'good' | 'bad' | 'skip'

/** How far git has come. */
export type BisectionState =
  | {
      readonly kind: 'open'
      /** To be tested next. */
      readonly commit: string
      /** About as many tests follow that one. */
      readonly stepsLeft: number
    }
  | { readonly kind: 'found'; readonly commit: string }
  /** It is one of these, newest first, the bad one and those that could not be tested. */
  | { readonly kind: 'only-skipped'; readonly commits: readonly string[] }

/** A search by `git bisect` that the project's own worktrees do not see. */
export interface Bisection {
  state(): Promise<BisectionState>
  mark(mark: Mark, commit: string): Promise<void>
  /** Leaves nothing behind, in git neither. */
  end(): Promise<void>
}

/** What a bisection has not ruled out, in the words of rev-list. */
const LEFT = ['refs/bisect/bad', '--not', '--glob=refs/bisect/good-*'] as const

/**
 * Starts `git bisect` in an empty worktree: git keeps its marks and its state per worktree, so that a bisection of the
 * user's goes on undisturbed, and all of it is gone with the worktree.
 * Source: git-bisect(1), `--no-checkout`; git-worktree(1), "Refs": refs/bisect is of one worktree alone.
 * @param good the hash of an ancestor of `bad`
 */
export async function startBisection(root: string, good: string, bad: string): Promise<Bisection> {
  const { folder, remove } = await addEmptyWorktree(root, bad)
  const run = (...args: readonly string[]) => git(folder, ...NO_HOOKS, ...args)
  const skipped = new Set<string>()
  // From the refs: what git prints is written for people, in their own language.
  const state = async (): Promise<BisectionState> => {
    const first = await run('rev-parse', '--verify', 'refs/bisect/bad')
    const left = (await run('rev-list', `--max-count=${skipped.size + 2}`, ...LEFT)).split('\n')
    if (left.length === 1) return { kind: 'found', commit: first }
    if (left.every((commit) => commit === first || skipped.has(commit)))
      return { kind: 'only-skipped', commits: left }
    const steps = /^bisect_steps=(\d+)$/m.exec(await run('rev-list', '--bisect-vars', ...LEFT))
    const commit = await run('rev-parse', '--verify', 'BISECT_HEAD')
    return { kind: 'open', commit, stepsLeft: Number(steps?.[1] ?? 0) }
  }
  try {
    await run('bisect', 'start', '--no-checkout', bad, good)
  } catch (cause) {
    await remove()
    // Git's own bisection runs the hook of refs whatever its config says (2.39).
    throw new FlamegateError('cannot-write', `git bisect cannot start: ${saidBy(cause)}`, {
      hint: 'a hook of the repository (reference-transaction) may refuse it; in a clone there is none: git clone . <folder>',
      cause,
    })
  }
  return {
    state,
    async mark(mark, commit) {
      if (mark === 'skip') skipped.add(commit)
      try {
        await run('bisect', mark, commit)
      } catch (error) {
        // Exit code 2 where only skipped commits are left, which is an end and no error.
        if ((await state()).kind === 'open') throw error
      }
    },
    end: remove,
  }
}
