// `flamegate run`.
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { typed } from '../perf/typed-command.ts'
import { LOCKSTEP_BUDGET, patientBudget } from './shared/budget.ts'
import {
  addGatedRunOptions,
  addMeasureOptions,
  addShardOption,
  type GatedRunFlags,
  refuseOtherFormats,
} from './shared/options.ts'

interface RunFlags extends GatedRunFlags {
  readonly list?: true
  readonly target?: string
  readonly against?: string
  readonly changed?: true
  readonly stored?: true
  readonly exact?: true
  readonly inProcess?: true
}

/** Most runs of changed code end long before; what is still unclear then would take many pairs more. */
const RUN_BUDGET = patientBudget(300_000)

const HELP = `
Scenarios are in *.perf.* files, and in *.bench.* files for vitest, tinybench, mitata and node:bench, which are read unchanged.
Filters are substrings of the id or globs on all of it: arrays, '*.http', 'payload/50kb.*'.

Examples:
  $ npm run perf                          all scenarios, in under 4 minutes
  $ npm run perf -- --quick arrays        a rough answer for some
  $ npm run perf -- --list                what there is to measure
  $ npm run perf -- --against ../main     compare with another checkout, both measured in turns
  $ STRICT_PERF=true npm run perf         fail on a regression (exit code 1)

When something breaks:
  $ npm run perf -- --show-output noop                                        what its scenarios print
  $ DEBUG=flamegate:* npm run perf -- noop                                    processes, and all that is said to them
  $ node --inspect-brk scripts/flamegate.mjs run --in-process noop/refresh.apply    step through one scenario`

/** The options that mean nothing where nothing is measured. */
const OF_MEASUREMENTS = [
  ...['list', 'against', 'changed', 'stored', 'quick', 'profile', 'json', 'markdown'],
  ...['forks', 'time', 'seed', 'timeout', 'showOutput', 'shard'],
]

/** `flamegate run [filter…]`: measure, compare with the baseline, report, gate. */
export function defineRun(command: Command): Command {
  command
    .argument('[filter...]', 'which scenarios (default: all)')
    .option('--list', 'list the scenarios that match, and stop')
    .option('--target <folder>', 'measure the package in this folder with the same scenarios')
    .option('--against <folder>', 'compare with another checkout, measured beside this one in lockstep')
    .option('--changed', 'measure only scenarios whose code is other than the baseline has it')
    .addOption(
      new Option(
        '--stored',
        'judge by the stored numbers of baseline.json, on a machine that is kept for it',
      ).conflicts(['against', 'target', 'changed']),
    )
    .addOption(
      new Option('--exact', 'compare exact calls and work per op with the baseline; time nothing').conflicts([
        ...['against', 'changed', 'stored', 'quick', 'forks', 'time', 'seed', 'markdown', 'verbose', 'shard'],
      ]),
    )
    .addOption(
      new Option(
        '--in-process',
        'run a few ops of one scenario in this process, for a debugger; measure nothing',
      ).conflicts(OF_MEASUREMENTS),
    )
    .addHelpText('after', typed(HELP))
  return addMeasureOptions(addShardOption(addGatedRunOptions(command)), RUN_BUDGET).action(run)
}

async function run(filters: string[], flags: RunFlags & Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  const target = flags.target === undefined ? null : resolve(flags.target)
  // Loaded where used: help and lists are instant, and a measurement is much to load.
  if (flags.inProcess) {
    const { stepThroughScenario } = await import('./shared/step-through.ts')
    return stepThroughScenario(root, filters, target ?? undefined)
  }
  if (flags.list) {
    refuseOtherFormats(flags, ['text', 'json'], '--list')
    const { listScenarios } = await import('./shared/list.ts')
    return listScenarios(root, filters, { target: target ?? undefined, isJson: flags.format === 'json' })
  }
  if (flags.exact) refuseOtherFormats(flags, ['text', 'json'], '--exact')
  const { discoverScenarios } = await import('../perf/process/discover.ts')
  // A process of its own reads the perf files; meanwhile this one loads what measures.
  const [discovered, { pickShard, selectScenarios }, { gatedRun }, { openReference }] = await Promise.all([
    discoverScenarios(root, target ?? undefined),
    import('../perf/suite/filter.ts'),
    import('./shared/gated-run.ts'),
    import('./shared/reference.ts'),
  ])
  const asked = selectScenarios(discovered, filters)
  const scenarios = pickShard(asked, flags.shard)
  const { against, changed = false, stored: isStored = false } = flags
  const open = async (signal: AbortSignal) => ({
    ...(await openReference(root, { against, target, isStored }, signal)),
    measuresUnchanged: !changed && against === undefined,
    target,
    scenarios,
  })
  if (flags.exact) {
    const { exactRun } = await import('./shared/exact-run.ts')
    return exactRun(root, open, flags)
  }
  const budget = against === undefined ? RUN_BUDGET : LOCKSTEP_BUDGET
  await gatedRun({ root, filters, asked, budget, seeks: 'regressions', open }, flags)
}
