// `flamegate compare`.
import { type Command, Option } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { discoverCommand, discoverScenarios } from '../perf/process/discover.ts'
import { DEFAULT_BASE, readConfig } from '../perf/suite/config.ts'
import { pickShard, selectScenarios } from '../perf/suite/filter.ts'
import { typed } from '../perf/typed-command.ts'
import { COMPARISON_BUDGET } from './shared/budget.ts'
import { gatedRun } from './shared/gated-run.ts'
import { openRefs, type Refs } from './shared/open-refs.ts'
import {
  addGatedRunOptions,
  addMeasureOptions,
  addPath,
  addShardOption,
  type GatedRunFlags,
} from './shared/options.ts'

const HELP = `
A ref is whatever git takes for a commit: a branch, a tag, a hash, HEAD~3. It is checked out into a temporary folder with its
own dependencies; what is not committed in the working tree is measured as it is. Both versions take turns on one core.

Examples:
  $ npm run perf:compare -- main                    the working tree against main
  $ npm run perf:compare -- HEAD arrays '*.http'    what is not committed yet, some scenarios
  $ npm run perf:compare -- v1.2.0..v1.3.0          two refs
  $ npx flamegate compare main --get /cart -- node server.js    two versions of a server, without a perf file
  $ STRICT_PERF=true npm run perf:compare -- main   fail on a regression (exit code 1)`

/** `flamegate compare <ref> [filter…]`: what changed since a commit, and which function did it. */
export function defineCompare(command: Command): Command {
  command
    .argument(
      '[ref]',
      "the commit to compare with; or two, as in main..feature (default: the config's base, or HEAD)",
    )
    .argument('[filter...]', 'which scenarios (default: all)')
    .addOption(
      new Option(
        '--get <path>',
        'instead of scenarios: GET requests to this path of the server that is started by what stands behind --',
      )
        .argParser(addPath)
        .default([], 'none'),
    )
    .addHelpText('after', typed(HELP))
  return addMeasureOptions(addShardOption(addGatedRunOptions(command)), COMPARISON_BUDGET).action(compare)
}

interface CompareFlags extends GatedRunFlags {
  /** Paths. */
  readonly get: readonly string[]
}

async function compare(
  _ref: string | undefined,
  _filters: string[],
  flags: CompareFlags & Record<string, unknown>,
  command: Command,
): Promise<void> {
  const root = process.cwd()
  const { named, words } = splitAtDashes(command.args)
  const [ref, ...filters] = named
  const refs = parseRefs(ref ?? (await readConfig(root)).base ?? DEFAULT_BASE)
  const paths = checkPaths(flags.get, words)
  const server = paths.length > 0 ? { words, paths } : undefined
  const discovered = server === undefined ? discoverScenarios(root, undefined) : discoverCommand(root, server)
  // A filter that matches nothing is told before anything is checked out.
  const asked = selectScenarios(await discovered, filters)
  const scenarios = pickShard(asked, flags.shard)
  const open = (signal: AbortSignal) => openRefs(root, refs, scenarios, signal)
  const run = { root, filters, asked, command: server, budget: COMPARISON_BUDGET, open }
  await gatedRun({ ...run, seeks: 'changes' }, flags)
}

/** What stands behind `--` is a command; commander hands all of it on as one list. */
function splitAtDashes(operands: readonly string[]): { readonly named: string[]; readonly words: string[] } {
  const dashes = process.argv.indexOf('--')
  const count = dashes < 0 ? 0 : process.argv.length - dashes - 1
  const at = operands.length - count
  return { named: operands.slice(0, at), words: operands.slice(at) }
}

/** @throws FlamegateError 'bad-option' for paths without a command, and the other way round */
function checkPaths(paths: readonly string[], words: readonly string[]): readonly string[] {
  if (paths.length > 0 === words.length > 0) return paths
  const lack = paths.length > 0 ? 'no command behind --' : 'a command behind --, and no --get'
  throw new FlamegateError('bad-option', `there is ${lack}`, {
    hint: 'two versions of a server: flamegate compare main --get /cart -- node server.js',
  })
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
