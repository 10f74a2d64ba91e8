// Two commits of the project, or the working tree and a commit, checked out to be measured side by side.
import { FlamegateError } from '../../perf/errors.ts'
import { shortHash } from '../../perf/git/commit.ts'
import { addWorktree, type Worktree } from '../../perf/git/worktree.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import type { OpenedRun } from './gated-run.ts'
import { discoverVersion, lockstepReference } from './reference.ts'

/** Two versions by their refs; without a candidate, that is the working tree. */
export interface Refs {
  readonly baseline: string
  readonly candidate: string | undefined
}

/** Both versions, checked out; closing removes them. */
export async function openRefs(
  root: string,
  refs: Refs,
  wanted: readonly DiscoveredScenario[],
  signal: AbortSignal,
): Promise<OpenedRun> {
  const worktrees: Worktree[] = []
  const close = async () => {
    for (const worktree of worktrees) await worktree.remove()
  }
  try {
    const baseline = await addWorktree(root, refs.baseline, signal)
    worktrees.push(baseline)
    const candidate =
      refs.candidate === undefined ? undefined : await addWorktree(root, refs.candidate, signal)
    if (candidate !== undefined) worktrees.push(candidate)
    const name = nameRef(refs.baseline, baseline)
    const measured = candidate === undefined ? 'the working tree' : nameRef(refs.candidate!, candidate)
    process.stderr.write(`flamegate: ${measured} against ${name}\n`)
    const live = await lockstepReference(root, baseline.folder, baseline.commit, wanted, signal)
    const target = candidate?.folder ?? null
    const discovered = target === null ? wanted : await discoverVersion(root, target, wanted, signal)
    const scenarios = discovered.filter((one) => hasScenario(live.scenarios, one))
    const lost = wanted.filter((one) => !hasScenario(scenarios, one)).map(({ scenario }) => scenario.id)
    if (lost.length > 0) process.stderr.write(`flamegate: not in both versions: ${lost.join(', ')}\n`)
    if (scenarios.length === 0) throw new FlamegateError('no-scenario', 'no scenario runs in both versions')
    return { reference: { ...live, name }, target, scenarios, measuresUnchanged: false, close }
  } catch (error) {
    await close()
    throw error
  }
}

function hasScenario(list: readonly DiscoveredScenario[], { scenario }: DiscoveredScenario): boolean {
  return list.some((discovered) => discovered.scenario.id === scenario.id)
}

/** A ref as people call it, with its commit unless that is what they call it. */
function nameRef(ref: string, { commit }: Worktree): string {
  const short = shortHash(commit)
  return commit.startsWith(ref) ? short : `${ref} (${short})`
}
