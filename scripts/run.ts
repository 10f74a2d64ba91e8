import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { selectScenarios } from '../perf/filter.ts'
import { exitCodeOf } from '../perf/gate.ts'
import { planScenarios } from '../perf/plan.ts'
import { renderMarkdown } from '../perf/report/markdown.ts'
import { renderText } from '../perf/report/text.ts'
import type { Report } from '../perf/result-file.ts'
import type { RunFolder } from '../perf/run-folder.ts'
import type { PlannedScenario } from '../perf/suite.ts'
import { addMeasureOptions, readMeasureOptions, readStrict } from './options.ts'
import { openReference } from './reference.ts'
import { LOCKSTEP_BUDGET_MS, measure, publish, watchSignals } from './session.ts'

interface RunFlags {
  readonly quick?: true
  readonly list?: true
  readonly target?: string
  readonly against?: string
  readonly json?: true
  readonly markdown?: true
  /** False for --no-profile. */
  readonly profile: boolean
}

/** With it, a full run ends in under 4 minutes on the reference machine. */
const BUDGET_MS = 175_000

const HELP = `
Filters are substrings of the id or globs on all of it: arrays, '*.http', 'payload/50kb.*'.

Examples:
  $ npm run perf                          all scenarios, in under 4 minutes
  $ npm run perf -- --quick arrays        a rough answer for some
  $ npm run perf -- --list                what there is to measure
  $ npm run perf -- --against ../main     compare with another checkout, both measured in turns
  $ STRICT_PERF=true npm run perf         fail on a regression (exit code 1)`

/** `flamegate run [filter…]`: measure, compare with the baseline, report, gate. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('measure scenarios, compare them with baseline.json, write a report')
    .argument('[filter...]', 'which scenarios (default: all)')
    .option('--quick', 'a rough answer in under a minute: 2 short forks each')
    .option('--list', 'list the scenarios that match, and stop')
    .option('--no-profile', 'measure only: no hot functions')
    .option('--target <folder>', 'measure the package in this folder with the same scenarios')
    .option('--against <folder>', 'compare with another checkout, measured beside this one in lockstep')
    .addOption(new Option('--json', 'print report.json on stdout, and nothing else').conflicts('markdown'))
    .option('--markdown', 'print report.md on stdout, and nothing else')
    .addHelpText('after', HELP)
  return addMeasureOptions(command, BUDGET_MS).action(run)
}

async function run(filters: string[], flags: RunFlags & Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  const isStrict = readStrict(process.env.STRICT_PERF)
  const target = flags.target === undefined ? null : resolve(flags.target)
  const scenarios = selectScenarios(await planScenarios(root, target ?? undefined), filters)
  if (flags.list) {
    process.stdout.write(renderList(scenarios))
    return
  }
  const signal = watchSignals()
  const opened = await openReference(root, { against: flags.against, isStrict }, signal).catch((error) => {
    if (!signal.aborted) throw error
  })
  if (opened === undefined) {
    process.stderr.write('interrupted before anything was measured\n')
    process.exitCode = 130
    return
  }
  const { reference, close } = opened
  try {
    const { folder, ...result } = await measure(
      {
        ...readMeasureOptions(flags, reference.kind === 'live' ? LOCKSTEP_BUDGET_MS : BUDGET_MS),
        root,
        target,
        filters,
        scenarios,
        reference,
        isQuick: flags.quick ?? false,
        isStrict,
        mayAddForks: true,
        isProfiled: flags.profile,
      },
      signal,
    )
    await publish(result, folder, renderOutput(result.report, folder, flags))
    process.exitCode = exitCodeOf(result.report)
  } finally {
    await close()
  }
}

function renderOutput(report: Report, folder: RunFolder, flags: RunFlags): string {
  if (flags.json) return `${JSON.stringify(report, null, 2)}\n`
  if (flags.markdown) return renderMarkdown(report)
  return `${renderText(report)}report: ${folder.markdown}\n`
}

function renderList(scenarios: readonly PlannedScenario[]): string {
  const width = Math.max(...scenarios.map(({ scenario }) => scenario.id.length))
  const lines = scenarios.map(({ scenario, skipReason }) => {
    const parameters = Object.entries(scenario.parameters ?? {}).map(([name, value]) => `${name} ${value}`)
    const notes = [...parameters, ...(skipReason === undefined ? [] : [`skipped: ${skipReason}`])]
    return `${scenario.id.padEnd(width)}  ${notes.join(', ')}`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}
