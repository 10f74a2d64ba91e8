import { Command } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { addWorktree, type Worktree } from '../perf/git/worktree.ts'
import { planScenarios } from '../perf/process/discover.ts'
import { selectScenarios } from '../perf/suite/filter.ts'
import type { PlannedScenario } from '../perf/suite/load.ts'
import { addGatedRunOptions, type GatedRunFlags, gatedRun, type OpenedRun } from './shared/gated-run.ts'
import { addMeasureOptions } from './shared/options.ts'
import { liveReference, planVersion } from './shared/reference.ts'
import { LOCKSTEP_BUDGET_MS } from './shared/session.ts'

const HELP = `
A ref is whatever git takes for a commit: a branch, a tag, a hash, HEAD~3. It is checked out into a temporary folder with its
own dependencies; what is not committed in the working tree is measured as it is. Both versions take turns on one core.

Examples:
  $ npm run perf:compare -- main                    the working tree against main
  $ npm run perf:compare -- HEAD arrays '*.http'    what is not committed yet, some scenarios
  $ npm run perf:compare -- v1.2.0..v1.3.0          two refs
  $ STRICT_PERF=true npm run perf:compare -- main   fail on a regression (exit code 1)`

/** `flamegate compare <ref> [filter…]`: what changed since a commit, and which function did it. */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description(
      'measure the working tree beside another commit, and name the function that changed the cost',
    )
    .argument('<ref>', 'the commit to compare with; or two, as in main..feature')
    .argument('[filter...]', 'which scenarios (default: all)')
    .addHelpText('after', HELP)
  return addMeasureOptions(addGatedRunOptions(command), LOCKSTEP_BUDGET_MS).action(compare)
}

async function compare(
  ref: string,
  filters: string[],
  flags: GatedRunFlags & Record<string, unknown>,
): Promise<void> {
  const root = process.cwd()
  const refs = parseRefs(ref)
  // A filter that matches nothing is told before anything is checked out.
  selectScenarios(await planScenarios(root, undefined), filters)
  const open = (_isStrict: boolean, signal: AbortSignal) => openRefs(root, refs, filters, signal)
  await gatedRun({ root, filters, budgetMs: LOCKSTEP_BUDGET_MS, open }, flags)
}

/** Two versions by their refs; without `after`, that is the working tree. */
export interface Refs {
  readonly before: string
  readonly after: string | undefined
}

/** `main`, `main..feature`, `main..` (until HEAD). @throws FlamegateError 'bad-option' */
function parseRefs(text: string): Refs {
  const [before, after, ...rest] = text.split('..')
  if (rest.length > 0 || after?.startsWith('.')) {
    throw new FlamegateError('bad-option', `'${text}' are no two refs`, {
      hint: 'write them as in main..feature',
    })
  }
  return { before: before || 'HEAD', after: after === undefined ? undefined : after || 'HEAD' }
}

/** Both versions, checked out; closing removes them. */
export async function openRefs(
  root: string,
  { before, after }: Refs,
  filters: readonly string[],
  signal: AbortSignal,
): Promise<OpenedRun> {
  const worktrees: Worktree[] = []
  const close = async () => {
    for (const worktree of worktrees) await worktree.remove()
  }
  try {
    const wanted = selectScenarios(await planScenarios(root, undefined), filters)
    const baseline = await addWorktree(root, before, signal)
    worktrees.push(baseline)
    const candidate = after === undefined ? undefined : await addWorktree(root, after, signal)
    if (candidate !== undefined) worktrees.push(candidate)
    const name = nameRef(before, baseline)
    const measured =
      candidate === undefined || after === undefined ? 'the working tree' : nameRef(after, candidate)
    process.stderr.write(`flamegate: ${measured} against ${name}\n`)
    const live = await liveReference(root, baseline.folder, baseline.commit, wanted)
    const target = candidate?.folder ?? null
    const planned = target === null ? wanted : await planVersion(root, target, wanted)
    const scenarios = planned.filter((one) => hasScenario(live.scenarios, one))
    const lost = wanted.filter((one) => !hasScenario(scenarios, one)).map(({ scenario }) => scenario.id)
    if (lost.length > 0) process.stderr.write(`flamegate: not in both versions: ${lost.join(', ')}\n`)
    if (scenarios.length === 0) throw new FlamegateError('no-scenario', 'no scenario runs in both versions')
    return { reference: { ...live, name }, target, scenarios, close }
  } catch (error) {
    await close()
    throw error
  }
}

function hasScenario(list: readonly PlannedScenario[], { scenario }: PlannedScenario): boolean {
  return list.some((planned) => planned.scenario.id === scenario.id)
}

/** A ref as people call it, with its commit unless that is what they call it. */
function nameRef(ref: string, { commit }: Worktree): string {
  const short = commit.slice(0, 12)
  return commit.startsWith(ref) ? short : `${ref} (${short})`
}
