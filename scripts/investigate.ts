// `flamegate investigate`.
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { shortHash } from '../perf/git/commit.ts'
import { isSameRevision, readRevision } from '../perf/git/revision.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { renderInvestigation } from '../perf/report/investigation.ts'
import { compareAgain, onOneLine, quoteArgument } from '../perf/report/parts/words.ts'
import { lookUpRow } from '../perf/results/baseline.ts'
import { readReport } from '../perf/results/read-report.ts'
import type { MeasuredResult, Report } from '../perf/results/report.ts'
import { runFolderAt } from '../perf/results/run-folder.ts'
import { isAskedFor, selectScenarios } from '../perf/suite/filter.ts'
import { typed } from '../perf/typed-command.ts'
import { COMPARISON_BUDGET } from './shared/budget.ts'
import { gatedRun, renderOutput } from './shared/gated-run.ts'
import { openRefs, type Refs } from './shared/open-refs.ts'
import { addGatedRunOptions, addMeasureOptions, type GatedRunFlags } from './shared/options.ts'
import { readProjectBaseline } from './shared/session.ts'

const HELP = `
Without --reproduce it only reads: the blame that the report holds, or else its hot functions against those of baseline.json.
With it, the report's commit and the one it was compared with are measured side by side here, and both are profiled.

Examples:
  $ npm run perf:investigate -- tmp/perf/latest
  $ npm run perf:investigate -- ~/Downloads/perf-report/report.json arrays
  $ npm run perf:investigate -- ~/Downloads/perf-report --reproduce`

/** Flags of a measurement, with values. */
const NEEDS_REPRODUCE = ['forks', 'time', 'seed', 'timeout'] as const

/** `flamegate investigate <report> [filter…]`: which function made a run red? */
export function defineInvestigate(command: Command): Command {
  command
    .argument('<report>', 'report.json, or the folder that it is in')
    .argument('[filter...]', 'which scenarios (default: those that regressed, else those that changed)')
    .option('--reproduce', 'measure both commits of the report here, in lockstep, and profile them')
    .addHelpText('after', typed(HELP))
  return addMeasureOptions(addGatedRunOptions(command), COMPARISON_BUDGET).action(investigate)
}

async function investigate(
  path: string,
  filters: string[],
  flags: GatedRunFlags & { readonly reproduce?: true } & Record<string, unknown>,
): Promise<void> {
  const root = process.cwd()
  const report = await readReport(path)
  const scenarios = pickScenarios(report, filters)
  if (!flags.reproduce) {
    const useless = NEEDS_REPRODUCE.find((name) => flags[name] !== undefined && flags[name] !== true)
    const asked = flags.quick ? 'quick' : useless
    if (asked !== undefined) {
      throw new FlamegateError('bad-option', `--${asked} means nothing without --reproduce`)
    }
    const baseline = await readProjectBaseline(root)
    const row = lookUpRow(baseline, report.environment.fingerprint)
    const told =
      flags.format === 'text'
        ? renderInvestigation(report, scenarios, row)
        : renderOutput(
            { ...report, scenarios },
            runFolderAt(path.endsWith('.json') ? dirname(path) : path),
            flags,
          )
    process.stdout.write(told)
    return
  }
  const refs = await refsOf(report, root)
  if (report.run.command !== undefined) {
    // A report may be anybody's: what it names is not run.
    throw new FlamegateError('bad-option', 'its scenarios are in no perf file, but ask a server', {
      hint: compareAgain(report.run, describeRefs(refs), []),
    })
  }
  const ids = scenarios.map(({ id }) => id)
  await gatedRun(
    {
      root,
      filters: ids,
      budget: COMPARISON_BUDGET,
      seeks: 'changes',
      open: async (signal) => {
        const wanted = selectScenarios(await discoverScenarios(root, undefined, signal), ids)
        return openRefs(root, refs, wanted, signal)
      },
    },
    flags,
  )
}

function describeRefs({ baseline, candidate }: Refs): string {
  return candidate === undefined ? shortHash(baseline) : `${shortHash(baseline)}..${shortHash(candidate)}`
}

/** @throws FlamegateError 'no-scenario' when there is none to ask about */
function pickScenarios({ scenarios }: Report, filters: readonly string[]): MeasuredResult[] {
  const measured = scenarios.filter((result) => result.status === 'measured')
  const choices =
    filters.length > 0
      ? [measured.filter(({ id }) => isAskedFor(id, filters))]
      : [
          measured.filter(({ verdict }) => verdict?.kind === 'regressed'),
          measured.filter((result) => result.cost.hasChanged),
        ]
  const found = choices.find((choice) => choice.length > 0)
  if (found !== undefined) return found
  throw new FlamegateError(
    'no-scenario',
    filters.length > 0
      ? `no measured scenario of this report matches ${filters.join(' ')}`
      : 'no scenario of this report regressed, and none that was compared has changed',
    {
      hint:
        measured.length === 0
          ? 'nothing was measured in that run'
          : `name some to see them all the same: ${measured
              .slice(0, 3)
              .map(({ id }) => quoteArgument(onOneLine(id)))
              .join(' ')}`,
    },
  )
}

/** The two commits of a report. One that had been edited is the working tree, if that is at this commit; else nobody has it. */
async function refsOf({ run, gate }: Report, root: string): Promise<Refs> {
  const [baseline, candidate] = [gate.baselineCommit, run.commit]
  if (baseline === null || candidate === null) {
    throw new FlamegateError('no-commit', 'this report does not say which commits it compared', {
      hint: 'compare the two yourself: npm run perf:compare -- <ref>..<ref>',
    })
  }
  if (baseline.isDirty) {
    process.stderr.write(
      `flamegate: ${shortHash(baseline.hash)} had been edited when the report was made: it is taken without that\n`,
    )
  }
  if (!candidate.isDirty) return { baseline: baseline.hash, candidate: candidate.hash }
  if (isSameRevision(await readRevision(root), candidate))
    return { baseline: baseline.hash, candidate: undefined }
  throw new FlamegateError(
    'no-commit',
    `the report is of ${shortHash(candidate.hash)} with changes that were not committed`,
    {
      hint: `to measure the commit without them: npm run perf:compare -- ${shortHash(baseline.hash)}..${shortHash(candidate.hash)}`,
    },
  )
}
