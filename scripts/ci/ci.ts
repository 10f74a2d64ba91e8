// `flamegate ci`.
import { appendFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { FlamegateError } from '../../perf/errors.ts'
import { resolveCommit } from '../../perf/git/commit.ts'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { renderAnnotations } from '../../perf/report/annotations.ts'
import { readReport } from '../../perf/results/read-report.ts'
import type { Report } from '../../perf/results/report.ts'
import { type RunFolder, runFolderAt } from '../../perf/results/run-folder.ts'
import { writeWhole } from '../../perf/results/write-whole.ts'
import { pickShard, selectScenarios } from '../../perf/suite/filter.ts'
import { typed } from '../../perf/typed-command.ts'
import { exitCodeOf } from '../../perf/verdict/gate.ts'
import { LOCKSTEP_BUDGET } from '../shared/budget.ts'
import { gatedRun, renderOutput } from '../shared/gated-run.ts'
import { openRefs } from '../shared/open-refs.ts'
import {
  addGatedRunOptions,
  addMeasureOptions,
  addShardOption,
  type GatedRunFlags,
  refuseOtherFormats,
} from '../shared/options.ts'
import { tellGitHub } from '../shared/tell-github.ts'
import { findBaseCommit } from './base-commit.ts'
import { composeComment, environmentOf, keepComment } from './comment.ts'
import { type CiEvent, readEvent } from './event.ts'

const HELP = `
Measures what is checked out beside the commit that the event changes: for a pull request where it left its base, for a push
what was there before. It writes the job's summary, annotations, and the outputs outcome, exit-code, report and comment.

Comparing runs what both commits say: install scripts, perf files, everything. For pull requests of forks, give the job
permissions: contents: read and no secrets; docs/ci.md has the workflow that comments for it.

Examples:
  $ STRICT_PERF=true npx flamegate ci --comment    in a workflow of pull requests
  $ npx flamegate ci --shard 2/4                             a quarter of the scenarios; merge puts four together
  $ npx flamegate ci --report .flamegate/latest --comment    measure nothing: tell what merge found
  $ npx flamegate ci --event event.json --dry-run            what GitHub would be told, on stdout
  $ npx flamegate ci --base origin/main                      anywhere else`

interface CiFlags extends GatedRunFlags {
  readonly event?: string
  readonly base?: string
  readonly report?: string
  readonly comment?: true
  readonly dryRun?: true
}

/** `flamegate ci [filter…]`: compare with what an event changes, and tell GitHub. */
export function defineCi(command: Command): Command {
  command
    .argument('[filter...]', 'which scenarios (default: all)')
    .option('--event <file>', "the event's payload (default: what GITHUB_EVENT_PATH names)")
    .option('--base <ref>', "compare with this commit, not with the event's")
    .addOption(
      new Option('--report <folder>', 'measure nothing: tell of the report in this folder').conflicts([
        ...['base', 'shard', 'quick', 'forks', 'time', 'seed', 'timeout'],
      ]),
    )
    .addOption(
      new Option('--comment', 'keep one comment in the pull request up to date, by gh').conflicts('shard'),
    )
    .addOption(
      new Option('--dry-run', 'tell GitHub nothing: print what it would be told').conflicts([
        ...['json', 'markdown'],
      ]),
    )
    .addHelpText('after', typed(HELP))
  return addMeasureOptions(addShardOption(addGatedRunOptions(command)), LOCKSTEP_BUDGET).action(ci)
}

async function ci(filters: string[], flags: CiFlags & Record<string, unknown>): Promise<void> {
  const root = process.cwd()
  if (flags.dryRun) refuseOtherFormats(flags, ['text', 'agent'], '--dry-run')
  const event = await findEvent(flags)
  const tell = (report: Report, folder: RunFolder) => tellAll(report, folder, { root, event, flags })
  if (flags.report !== undefined) {
    const report = await readReport(flags.report)
    const folder = runFolderAt(flags.report.endsWith('.json') ? dirname(flags.report) : flags.report)
    process.stdout.write(renderOutput(report, folder, flags))
    await tell(report, folder)
    // The run that a workflow begins after was red by itself.
    process.exitCode = event.kind === 'workflow-run' ? 0 : exitCodeOf(report)
    return
  }
  if (event.kind === 'workflow-run') {
    throw new FlamegateError('bad-event', 'this event is about a run of another workflow', {
      hint: 'name the folder of its report: flamegate ci --report <folder> --comment',
    })
  }
  const baseline = await (flags.base === undefined
    ? findBaseCommit(root, event)
    : resolveCommit(root, flags.base))
  const asked = selectScenarios(await discoverScenarios(root, undefined), filters)
  const scenarios = pickShard(asked, flags.shard)
  await gatedRun(
    {
      ...{ root, filters, asked, budget: LOCKSTEP_BUDGET, seeks: 'regressions' },
      tell,
      open: (signal) => openRefs(root, { baseline, candidate: undefined }, scenarios, signal),
    },
    flags,
  )
}

/** @throws FlamegateError 'bad-event' where nothing says what to compare with */
async function findEvent({ event, base, report }: CiFlags): Promise<CiEvent> {
  const path = event ?? process.env.GITHUB_EVENT_PATH
  if (path) return readEvent(path)
  if (base !== undefined || report !== undefined) return { kind: 'other' }
  throw new FlamegateError('bad-event', 'there is no event: GITHUB_EVENT_PATH is not set', {
    hint: typed(
      'outside of GitHub Actions, name a commit: flamegate ci --base origin/main; or npm run perf:compare -- origin/main',
    ),
  })
}

interface Telling {
  readonly root: string
  readonly event: CiEvent
  readonly flags: CiFlags
}

/** Summary, annotations, outputs, comment. What cannot be commented is told, and changes nothing else. */
async function tellAll(
  report: Report,
  { directory }: RunFolder,
  { root, event, flags }: Telling,
): Promise<void> {
  const comment = await composeComment(report, root, event)
  const file = join(directory, 'comment.md')
  await writeWhole(file, comment.body)
  const outputs = [
    `outcome=${report.gate.outcome}`,
    `exit-code=${exitCodeOf(report)}`,
    `report=${directory}`,
    `comment=${file}`,
  ]
  if (flags.dryRun) {
    const annotations = renderAnnotations(report, root, process.env.GITHUB_WORKSPACE)
    const sections = { annotations, outputs: `${outputs.join('\n')}\n`, 'summary and comment': comment.body }
    for (const [title, text] of Object.entries(sections)) process.stdout.write(`\n--- ${title} ---\n${text}`)
    return
  }
  await tellGitHub(report, environmentOf(event))
  const { GITHUB_OUTPUT } = process.env
  if (GITHUB_OUTPUT) await appendFile(GITHUB_OUTPUT, `${outputs.join('\n')}\n`)
  if (flags.comment) process.stderr.write(`flamegate: ${await commentOrSayWhy(event, comment)}\n`)
}

async function commentOrSayWhy(event: CiEvent, comment: Parameters<typeof keepComment>[1]): Promise<string> {
  try {
    return await keepComment(event, comment)
  } catch (error) {
    if (!(error instanceof FlamegateError)) throw error
    // Where a workflow is there for the comment alone, it has failed.
    if (event.kind === 'workflow-run') throw error
    return `no comment: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`
  }
}
