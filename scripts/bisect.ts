// `flamegate bisect`.
import type { Command } from 'commander'
import { bisect } from '../perf/bisect/bisect.ts'
import type { BisectResult, Finding } from '../perf/bisect/result.ts'
import { FlamegateError } from '../perf/errors.ts'
import { shortHash } from '../perf/git/commit.ts'
import { readRevision } from '../perf/git/revision.ts'
import { openVersion } from '../perf/git/version.ts'
import { createCodeReader } from '../perf/identity/scenario-code.ts'
import { discoverScenarios } from '../perf/process/discover.ts'
import { describeEvent, renderBisect } from '../perf/report/bisect.ts'
import { type Fact, renderFacts } from '../perf/report/parts/facts.ts'
import { quoteArgument } from '../perf/report/parts/words.ts'
import { runPair } from '../perf/run/methods/pair.ts'
import { selectOneScenario } from '../perf/suite/filter.ts'
import type { DiscoveredScenario } from '../perf/suite/load.ts'
import { typed } from '../perf/typed-command.ts'
import { costFieldOf } from '../perf/verdict/cost.ts'
import { formatRatio } from '../profile/model/format.ts'
import { type ExplainContext, type Explanation, explainCommit } from './shared/explain.ts'
import { addPlainFormatOptions, type PlainFormatFlags, seconds } from './shared/options.ts'
import { refuseForeignOptions, startSession, TRIALS } from './shared/session.ts'

interface BisectFlags extends PlainFormatFlags {
  readonly good: string
  readonly bad?: string
  readonly quick?: true
  readonly timeout?: number
}

const HELP = `
Commits are tested by git bisect's own logic: each takes turns with the good version, measured by the perf files of the
working tree; what cannot be built, loaded or run is skipped. Your checkout, your index and a bisection of your own are
left alone. Exit code 0 when it is found, 2 when it is not.

Examples:
  $ npm run perf:bisect -- arrays/append.apply --good v1.4.0           which commit since then made it slower?
  $ npm run perf:bisect -- '50kb.http' --good main~40 --bad main       any filter that matches one scenario
  $ npm run perf:bisect -- noop/refresh.apply --good HEAD~200 --quick  a rough answer, for changes of half as much and more`

/** `flamegate bisect <scenario> --good <ref>`: find the first commit that made a scenario slower. */
export function defineBisect(command: Command, explain = explainCommit): Command {
  return addPlainFormatOptions(command, 'the result')
    .argument('<scenario>', 'its id, or a filter that matches it alone')
    .requiredOption('--good <ref>', 'a commit from before the change; an ancestor of --bad')
    .option('--bad <ref>', 'a commit that has the change (default: HEAD)')
    .option('--quick', 'fewer and shorter pairs')
    .option(
      '--timeout <seconds>',
      'longest time for one pair without an op that is done (default: 15 s more than it is planned to take)',
      seconds,
    )
    .addHelpText('after', typed(HELP))
    .action((filter: string, flags: BisectFlags) => run(filter, flags, explain))
}

async function run(filter: string, flags: BisectFlags, explain: typeof explainCommit): Promise<void> {
  refuseForeignOptions()
  const root = process.cwd()
  const signal = await startSession(root)
  const discovered = selectOneScenario(
    await discoverScenarios(root, undefined, signal),
    [filter],
    'commits are told apart by one scenario',
  )
  const isQuick = flags.quick ?? false
  if (flags.bad === undefined) await warnOfChanges(root)
  try {
    const result = await bisect(
      {
        root,
        discovered,
        good: flags.good,
        bad: flags.bad ?? 'HEAD',
        isQuick,
        forks: TRIALS.lockstep[isQuick ? 'quick' : 'full'],
        timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
      },
      {
        openVersion,
        readCode: createCodeReader(),
        runPair,
        signal,
        onEvent: (event) => tell(describeEvent(event, discovered.scenario)),
      },
    )
    // People wait for nothing that is known.
    if (flags.format === 'text') process.stdout.write(renderBisect(result, discovered.scenario))
    const { outcome } = result
    process.exitCode = outcome.kind === 'found' ? 0 : 2
    if (outcome.kind === 'no-change' && isQuick) tell('without --quick, smaller changes are seen')
    const explanation =
      outcome.kind === 'found'
        ? await explainOrTell(outcome.finding, explain, { root, discovered, isQuick, signal })
        : null
    const { format } = flags
    if (format === 'json') process.stdout.write(toJson(result, discovered, isQuick, explanation))
    else if (format === 'agent') process.stdout.write(toFacts(result, discovered, explanation))
    else if (explanation !== null) process.stdout.write(`\n${explanation.text}\n`)
  } catch (error) {
    if (!signal.aborted) throw error
    tell('interrupted before the commit was found')
    process.exitCode = 130
  }
}

async function warnOfChanges(root: string): Promise<void> {
  if (!(await readRevision(root))?.isDirty) return
  tell(
    'the tree has uncommitted changes: bad is HEAD without them; only perf files are taken as they are now',
  )
}

/**
 * Why the first bad commit costs what it does, once nothing of the search is left; null where it cannot be explained, which
 * costs the search's own result nothing.
 */
async function explainOrTell(
  { commit, parent }: Finding,
  explain: typeof explainCommit,
  context: ExplainContext,
): Promise<Explanation | null> {
  try {
    return await explain(parent.hash, commit.hash, context)
  } catch (error) {
    if (!context.signal.aborted && !(error instanceof FlamegateError)) throw error
    tell(`the commit is not explained: ${error instanceof Error ? error.message : error}`)
    return null
  }
}

const BISECT_VERSION = 3

function toJson(
  result: BisectResult,
  { scenario }: DiscoveredScenario,
  isQuick: boolean,
  explanation: Explanation | null,
): string {
  const metric = costFieldOf(scenario.kind)
  const head = { schemaVersion: BISECT_VERSION, scenarioId: scenario.id, metric, isQuick }
  return `${JSON.stringify({ ...head, ...result, explanation }, null, 2)}\n`
}

function toFacts(
  { outcome, change }: BisectResult,
  { scenario }: DiscoveredScenario,
  explanation: Explanation | null,
): string {
  const found = outcome.kind === 'found' ? outcome.finding : undefined
  const id = quoteArgument(scenario.id)
  const range = found && `${shortHash(found.parent.hash)}..${shortHash(found.commit.hash)}`
  return renderFacts([
    ['outcome', outcome.kind],
    ['scenario', scenario.id],
    ['change', formatRatio(change.ratio)],
    ...(found === undefined ? [] : [['commit', `${found.commit.hash} ${found.commit.subject}`] as Fact]),
    ...(explanation === null ? [] : [['cause', explanation.text.split('\n', 1)[0]!] as Fact]),
    ['next', typed(range ? `npm run perf:compare -- ${range} ${id}` : `npm run perf -- ${id}`)],
  ])
}

function tell(line: string): void {
  process.stderr.write(`flamegate: ${line}\n`)
}
