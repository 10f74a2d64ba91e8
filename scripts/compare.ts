// `flamegate compare`.
import type { Command } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { readConfig } from '../perf/suite/config.ts'
import { selectScenarios } from '../perf/suite/filter.ts'
import { typed } from '../perf/typed-command.ts'
import { gatedRun } from './shared/gated-run.ts'
import { addGatedRunOptions, addMeasureOptions, type GatedRunFlags } from './shared/options.ts'
import { LOCKSTEP_BUDGET_MS } from './shared/session.ts'
import { openRefs, type Refs } from './shared/versions.ts'

const HELP = `
A ref is whatever git takes for a commit: a branch, a tag, a hash, HEAD~3. It is checked out into a temporary folder with its
own dependencies; what is not committed in the working tree is measured as it is. Both versions take turns on one core.

Examples:
  $ npm run perf:compare -- main                    the working tree against main
  $ npm run perf:compare -- HEAD arrays '*.http'    what is not committed yet, some scenarios
  $ npm run perf:compare -- v1.2.0..v1.3.0          two refs
  $ STRICT_PERF=true npm run perf:compare -- main   fail on a regression (exit code 1)`

/** `flamegate compare <ref> [filter…]`: what changed since a commit, and which function did it. */
export function defineCompare(command: Command): Command {
  command
    .argument(
      '[ref]',
      "the commit to compare with; or two, as in main..feature (default: the config's base, or HEAD)",
    )
    .argument('[filter...]', 'which scenarios (default: all)')
    .addHelpText('after', typed(HELP))
  return addMeasureOptions(addGatedRunOptions(command), LOCKSTEP_BUDGET_MS).action(compare)
}

async function compare(
  ref: string | undefined,
  filters: string[],
  flags: GatedRunFlags & Record<string, unknown>,
): Promise<void> {
  const root = process.cwd()
  const refs = parseRefs(ref ?? (await readConfig(root)).base ?? 'HEAD')
  // A filter that matches nothing is told before anything is checked out.
  selectScenarios(await discoverScenarios(root, undefined), filters)
  const open = (signal: AbortSignal) => openRefs(root, refs, filters, signal)
  await gatedRun({ root, filters, budgetMs: LOCKSTEP_BUDGET_MS, seeks: 'changes', open }, flags)
}

/** `main`, `main..feature`, `main..` (until HEAD). @throws FlamegateError 'bad-option' */
function parseRefs(text: string): Refs {
  const [baseline, candidate, ...rest] = text.split('..')
  if (rest.length > 0 || candidate?.startsWith('.')) {
    throw new FlamegateError('bad-option', `'${text}' are no two refs`, {
      hint: 'write them as in main..feature',
    })
  }
  return {
    baseline: baseline || 'HEAD',
    candidate: candidate === undefined ? undefined : candidate || 'HEAD',
  }
}
