// What a run is compared with: a folder, a stored row, a commit.
import { relative, resolve } from 'node:path'
import { FlamegateError, messageOf } from '../../perf/errors.ts'
import { shortHash } from '../../perf/git/commit.ts'
import { readRevision } from '../../perf/git/revision.ts'
import { addWorktree, type Worktree } from '../../perf/git/worktree.ts'
import { discoverScenarios, discoverSuite } from '../../perf/process/discover.ts'
import { BASELINE_FILE, type Baseline, lookUpRow } from '../../perf/results/baseline.ts'
import { readEnvironment } from '../../perf/results/environment.ts'
import { findBaselineCommit } from '../../perf/run/baseline-commit.ts'
import type { LockstepReference, Reference } from '../../perf/run/reference.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { namedAs } from '../../perf/suite/project.ts'
import { typed } from '../../perf/typed-command.ts'
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
  /** Whether stored numbers decide. */
  readonly isStored: boolean
}

/**
 * What a run of the project is compared with: the folder named, else the code of baseline.json, which is checked out where the
 * project's is another; or this environment's stored numbers, where those are asked for.
 * @throws FlamegateError 'bad-target' for a folder that holds no version of the project; the signal's reason
 */
export async function openReference(
  root: string,
  { against, target, isStored }: ReferenceRequest,
  signal: AbortSignal,
): Promise<OpenReference> {
  if (against !== undefined)
    return {
      reference: await lockstepReference(root, resolve(against), undefined, undefined, signal),
      close: nothing,
    }
  if (target !== null) return { reference: notOurs(target), close: nothing }
  const baseline = await readProjectBaseline(root)
  if (baseline === undefined) return { reference: noBaseline(), close: nothing }
  const worktree = new BaselineWorktree(root, baseline, signal)
  const reference = isStored ? storedReference(baseline) : codeReference(baseline)
  return { reference, openBaseline: () => worktree.open(), close: () => worktree.close() }
}

async function nothing(): Promise<void> {}

function noBaseline(): Reference {
  const fact = `there is no ${BASELINE_FILE}`
  return { kind: 'none', fact, problem: typed(`${fact}: measure one with npm run perf:baseline`) }
}

/** What a baseline says of its code, and of this environment. */
export function codeReference(baseline: Baseline): Extract<Reference, { kind: 'baseline' }> {
  const { code, rows } = baseline
  const found = lookUpRow(baseline, readEnvironment().fingerprint)
  const row = found.kind === 'row' ? found.row : undefined
  const ids =
    code === null ? rows.flatMap(({ scenarios }) => Object.keys(scenarios)) : Object.keys(code.scenarios)
  return {
    kind: 'baseline',
    code,
    row,
    commit: code?.commit ?? row?.commit ?? null,
    ids: [...new Set(ids)],
  }
}

/** Stored numbers are the project's own: what another package costs beside them says nothing. */
function notOurs(target: string): Reference {
  const fact = `${BASELINE_FILE} is not about ${target}`
  return { kind: 'none', fact, problem: `${fact}: name what to compare it with by --against <folder>` }
}

/** The baseline's own code, checked out when it is asked for. */
class BaselineWorktree {
  readonly #root: string
  readonly #baseline: Baseline
  readonly #signal: AbortSignal
  #worktree: Worktree | undefined

  constructor(root: string, baseline: Baseline, signal: AbortSignal) {
    this.#root = root
    this.#baseline = baseline
    this.#signal = signal
  }

  /** @throws FlamegateError where it cannot be had; the signal's reason */
  async open(): Promise<LockstepReference> {
    try {
      const commit = await findBaselineCommit(this.#root, this.#baseline)
      this.#worktree = await addWorktree(this.#root, commit, this.#signal)
      const { folder } = this.#worktree
      const scenarios = await discoverScenarios(this.#root, undefined, this.#signal)
      const reference = await lockstepReference(this.#root, folder, commit, scenarios, this.#signal)
      return { ...reference, name: `the baseline (${shortHash(commit)})` }
    } catch (error) {
      if (this.#signal.aborted || error instanceof FlamegateError) throw error
      throw new FlamegateError('no-commit', messageOf(error), { cause: error })
    }
  }

  async close(): Promise<void> {
    await this.#worktree?.remove()
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
  const able = wanted.filter(({ skipReason }) => skipReason === undefined)
  const discovered: DiscoveredScenario[] = []
  for (const suiteFile of new Set(able.map((one) => one.suiteFile))) {
    const ofFile = able.filter((one) => one.suiteFile === suiteFile)
    const ids = new Set(ofFile.map(({ scenario, idInFile }) => idInFile ?? scenario.id))
    try {
      const found = await discoverSuite(suiteFile, root, folder, signal, ids)
      discovered.push(...namedAs(ofFile, found))
    } catch (error) {
      if (!(error instanceof FlamegateError)) throw error
      process.stderr.write(`flamegate: ${error.message}\n`)
    }
  }
  return discovered
}

/** This environment's row of a baseline, or why there is none. */
export function storedReference(
  baseline: Baseline | undefined,
): Extract<Reference, { kind: 'stored' | 'none' }> {
  const found = lookUpRow(baseline, readEnvironment().fingerprint)
  if (found.kind === 'row') return { kind: 'stored', row: found.row }
  return {
    kind: 'none',
    fact: found.fact,
    problem: typed(`${found.fact}: measure one with npm run perf:baseline`),
  }
}
