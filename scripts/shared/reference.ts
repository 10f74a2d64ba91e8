// What a run is compared with: a folder, a stored row, a commit.
import { relative, resolve } from 'node:path'
import { FlamegateError, messageOf } from '../../perf/errors.ts'
import { lastCommitOf, shortHash } from '../../perf/git/commit.ts'
import { readRevision } from '../../perf/git/revision.ts'
import { addWorktree, type Worktree } from '../../perf/git/worktree.ts'
import { discoverScenarios, discoverSuite } from '../../perf/process/discover.ts'
import { BASELINE_FILE, type Baseline, lookUpRow } from '../../perf/results/baseline.ts'
import { readEnvironment } from '../../perf/results/environment.ts'
import type { LockstepReference, Reference } from '../../perf/run/reference.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { readProjectBaseline } from './session.ts'

/** What a run is compared with, for as long as it is open. */
export interface OpenReference {
  readonly reference: Reference
  /** Checks the baseline's own code out, to say what made a scenario slower than its stored numbers. */
  readonly openBaseline?: () => Promise<LockstepReference>
  close(): Promise<void>
}

/** What the command line says of what a run is compared with. */
interface ReferenceRequest {
  readonly against: string | undefined
  /** The folder measured instead of the project's own code. */
  readonly target: string | null
  readonly isStrict: boolean
}

/**
 * What a run of the project is compared with: the folder named, else this environment's row of the baseline, else, where a
 * gate hangs on it, the baseline's own commit, checked out to be measured on the spot.
 * @throws FlamegateError 'bad-target' for a folder that holds no version of the project; the signal's reason
 */
export async function openReference(
  root: string,
  { against, target, isStrict }: ReferenceRequest,
  signal: AbortSignal,
): Promise<OpenReference> {
  const nothing = async () => {}
  if (against !== undefined) {
    return {
      reference: await lockstepReference(root, resolve(against), undefined, undefined, signal),
      close: nothing,
    }
  }
  if (target !== null) return { reference: notOurs(target), close: nothing }
  const baseline = await readProjectBaseline(root)
  const reference = storedReference(baseline)
  const commit = baseline === undefined ? undefined : await commitOf(baseline, root)
  if (reference.kind === 'stored' && isStrict) return openStored(root, reference, signal)
  if (reference.kind !== 'none' || commit === undefined) return { reference, close: nothing }
  if (!isStrict) {
    const problem = `${reference.problem}, or compare with the baseline's own commit, which takes twice as long, by STRICT_PERF=true`
    return { reference: { ...reference, problem }, close: nothing }
  }
  try {
    const worktree = await addWorktree(root, commit, signal)
    process.stderr.write(
      `flamegate: ${reference.fact}; measuring the baseline's commit ${shortHash(commit)} beside this one\n`,
    )
    try {
      return {
        reference: await lockstepReference(root, worktree.folder, worktree.commit, undefined, signal),
        close: worktree.remove,
      }
    } catch (error) {
      await worktree.remove()
      throw error
    }
  } catch (error) {
    if (!(error instanceof FlamegateError)) throw error
    const cure = error.hint === undefined ? '' : ` (${error.hint})`
    return {
      reference: {
        ...reference,
        problem: `${reference.problem}; its commit cannot be measured here: ${error.message}${cure}`,
      },
      close: nothing,
    }
  }
}

/** Stored numbers are the project's own: what another package costs beside them says nothing. */
function notOurs(target: string): Reference {
  const fact = `${BASELINE_FILE} is not about ${target}`
  return { kind: 'none', fact, problem: `${fact}: name what to compare it with by --against <folder>` }
}

/** Stored numbers, whose code is fetched when it is asked for. */
function openStored(
  root: string,
  reference: Extract<Reference, { kind: 'stored' }>,
  signal: AbortSignal,
): OpenReference {
  let worktree: Worktree | undefined
  return {
    reference,
    async openBaseline() {
      try {
        const commit = reference.row.commit?.hash
        if (commit === undefined) throw new FlamegateError('no-commit', 'the baseline names no commit')
        worktree = await addWorktree(root, commit, signal)
        return await lockstepReference(
          root,
          worktree.folder,
          worktree.commit,
          await discoverScenarios(root, undefined, signal),
          signal,
        )
      } catch (error) {
        if (signal.aborted) throw error
        const hint = error instanceof FlamegateError && error.hint !== undefined ? ` (${error.hint})` : ''
        process.stderr.write(
          `flamegate: the function that did it cannot be named: ${messageOf(error)}${hint}\n`,
        )
        // A run that has measured is not lost for it.
        throw error instanceof FlamegateError
          ? error
          : new FlamegateError('no-commit', messageOf(error), { cause: error })
      }
    },
    close: async () => worktree?.remove(),
  }
}

/**
 * A version in a folder, to be measured beside the project's own.
 * @param wanted the scenarios that it is about; without them all of the project's, none of which may be missing
 */
export async function lockstepReference(
  root: string,
  folder: string,
  commit: string | undefined,
  wanted?: readonly DiscoveredScenario[],
  signal?: AbortSignal,
): Promise<LockstepReference> {
  return {
    kind: 'lockstep',
    name: commit === undefined ? relative(root, folder) || folder : commit,
    commit: commit === undefined ? await readRevision(folder) : { hash: commit, isDirty: false },
    folder,
    scenarios:
      wanted === undefined
        ? await discoverScenarios(root, folder, signal)
        : await discoverVersion(root, folder, wanted, signal),
  }
}

/** Those of some scenarios that a version can run: a package that came later is no hindrance to the others. */
export async function discoverVersion(
  root: string,
  folder: string,
  wanted: readonly DiscoveredScenario[],
  signal?: AbortSignal,
): Promise<DiscoveredScenario[]> {
  const discovered: DiscoveredScenario[] = []
  for (const suiteFile of new Set(wanted.map((one) => one.suiteFile))) {
    try {
      discovered.push(...(await discoverSuite(suiteFile, root, folder, signal)))
    } catch (error) {
      if (!(error instanceof FlamegateError)) throw error
      process.stderr.write(`flamegate: ${error.message}\n`)
    }
  }
  const ids = new Set(wanted.map(({ scenario }) => scenario.id))
  return discovered.filter(({ scenario }) => ids.has(scenario.id))
}

/** The commit that the newest row was taken at; where there are no rows, the one that wrote the file. */
async function commitOf({ rows }: Baseline, root: string): Promise<string | undefined> {
  const [newest] = [...rows].sort((a, b) => (a.takenAt < b.takenAt ? 1 : -1))
  // A tree that had been edited is nobody's any more: its commit is the nearest that there is.
  return newest?.commit?.hash ?? lastCommitOf(root, BASELINE_FILE)
}

/** This environment's row of a baseline, or why there is none. */
export function storedReference(
  baseline: Baseline | undefined,
): Extract<Reference, { kind: 'stored' | 'none' }> {
  const found = lookUpRow(baseline, readEnvironment().fingerprint)
  if (found.kind === 'row') return { kind: 'stored', row: found.row }
  return { kind: 'none', fact: found.fact, problem: `${found.fact}: measure one with npm run perf:baseline` }
}
