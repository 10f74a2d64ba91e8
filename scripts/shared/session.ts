// What every measuring command does around its run: progress, signals, publishing.
import { join } from 'node:path'
import { FlamegateError } from '../../perf/errors.ts'
import { removeLeftWorktrees } from '../../perf/git/worktree.ts'
import { createCodeReader } from '../../perf/identity/scenario-code.ts'
import { removeLeftFolders } from '../../perf/process/own-folder.ts'
import { runProfiles } from '../../perf/profiling/pass.ts'
import { writeReport } from '../../perf/report/write-report.ts'
import { BASELINE_FILE, type Baseline, readBaseline } from '../../perf/results/baseline.ts'
import { readNodeOptions } from '../../perf/results/environment.ts'
import type { RunFolder } from '../../perf/results/run-folder.ts'
import { findOutDir, openRunFolder } from '../../perf/results/run-folder.ts'
import { removeUnfinished } from '../../perf/results/write-whole.ts'
import { runFork } from '../../perf/run/methods/fork.ts'
import { runPair } from '../../perf/run/methods/pair.ts'
import { proveGate } from '../../perf/run/proof/proof.ts'
import type { Reference } from '../../perf/run/reference.ts'
import type { RunRequest, RunSeams } from '../../perf/run/request.ts'
import { type RunResult, runSuite } from '../../perf/run/run.ts'
import { ViewerMissingError } from '../../profile/flamegraph/built-viewer.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import { endLeftStrays } from '../../profile/process/strays.ts'
import { takeOverSignals } from './interruption.mjs'
import { createProgressLine } from './progress.ts'

/** Of every scenario at first, where the command line does not say; pairs of processes in lockstep. */
export const TRIALS = {
  stored: { full: 5, quick: 2 },
  lockstep: { full: 5, quick: 3 },
  /** Of what runs the baseline's code, which is only shown. */
  table: { full: 2, quick: 1 },
} as const

/** What a measuring command decides for itself. */
export type SessionRequest = Pick<
  RunRequest,
  | 'root'
  | 'target'
  | 'filters'
  | 'scenarios'
  | 'command'
  | 'shard'
  | 'isQuick'
  | 'seeks'
  | 'isStrict'
  | 'mayAddForks'
  | 'budgetMs'
  | 'isPatient'
  | 'reference'
  | 'measuresUnchanged'
> & {
  readonly forks: number | undefined
  readonly seed: number | undefined
  readonly timeoutMs: number | undefined
  readonly isProfiled: boolean
}

/** Measures with progress on stderr; the signal ends it early, with what was measured by then. */
export async function measure(
  request: SessionRequest,
  openBaseline: RunSeams['openBaseline'],
  signal: AbortSignal,
): Promise<RunResult & { folder: RunFolder }> {
  refuseForeignOptions()
  const folder = await openRunFolder(request.root)
  const extent = request.isQuick ? 'quick' : 'full'
  const progress = createProgressLine(process.stderr)
  try {
    const result = await runSuite(
      {
        ...request,
        id: folder.id,
        forks: request.forks ?? TRIALS[judgedBy(request.reference)][extent],
        tableForks: request.forks ?? TRIALS.table[extent],
        seed: request.seed ?? Math.floor(Math.random() * 2 ** 32),
      },
      {
        readCode: createCodeReader(),
        runFork,
        runPair,
        runProfiles: request.isProfiled ? runProfiles : undefined,
        openBaseline,
        proveGate: request.isStrict ? proveGate : undefined,
        signal,
        onProgress: progress.show,
      },
    )
    return { ...result, folder }
  } finally {
    progress.clear()
  }
}

function judgedBy({ kind }: Reference): 'stored' | 'lockstep' {
  return kind === 'lockstep' || kind === 'baseline' ? 'lockstep' : 'stored'
}

/**
 * Writes the report's files and prints `text`; where they cannot be written, the text is printed all the same. A page that
 * cannot be rendered is told of, and changes nothing else.
 * @throws FlamegateError 'cannot-write'
 */
export async function publish(
  result: RunResult,
  folder: RunFolder,
  text: string,
  disclosed?: DisclosureFlags,
): Promise<void> {
  await printBehind(writeReport(folder, result, process.cwd(), disclosed), text)
}

/** Prints once a report's files are written, or could not be; that the page alone is missing is told. */
export async function printBehind(writing: Promise<void>, text: string): Promise<void> {
  await writing.catch(tellOfViewer).finally(() => process.stdout.write(text))
}

function tellOfViewer(error: unknown): void {
  if (!(error instanceof ViewerMissingError)) throw error
  process.stderr.write(`flamegate: no report.html: ${error.message} (${error.hint})\n`)
}

/** Options of everybody's that would run other code in the measured processes, or watch them. */
const FOREIGN_OPTION =
  /^(-r|--(inspect|require|import|loader|experimental-loader|cpu-prof|heap-prof|prof|test)\b)/

/** @throws FlamegateError 'bad-option' where NODE_OPTIONS would put something else into the measured processes */
export function refuseForeignOptions(): void {
  const foreign = readNodeOptions()
    .split(/\s+/)
    .find((option) => FOREIGN_OPTION.test(option))
  if (foreign === undefined) return
  throw new FlamegateError('bad-option', `NODE_OPTIONS has ${foreign}, which would be measured along`, {
    hint: 'unset NODE_OPTIONS for this command',
  })
}

export function readProjectBaseline(root: string): Promise<Baseline | undefined> {
  return readBaseline(join(root, BASELINE_FILE))
}

/**
 * Begins to measure: what killed runs left is removed, and signals that end a program become an abort from now on, so that
 * children are ended and results are written first.
 */
export async function startSession(root: string): Promise<AbortSignal> {
  const signal = takeOverSignals()
  const removed = [
    ...(await removeLeftWorktrees(root)),
    ...(await removeLeftFolders()),
    ...(await removeUnfinished(root)),
    ...(await removeUnfinished(await findOutDir(root), true)),
  ]
  const ended = await endLeftStrays()
  if (ended > 0) removed.push(ended === 1 ? 'a process' : `${ended} processes`)
  if (removed.length > 0) {
    process.stderr.write(`flamegate: removed what killed runs left: ${[...new Set(removed)].join(', ')}\n`)
  }
  return signal
}
