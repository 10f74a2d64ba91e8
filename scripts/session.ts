import { join } from 'node:path'
import { type Baseline, findRow, readBaseline } from '../perf/baseline.ts'
import { describeEnvironment, fingerprintKey } from '../perf/environment.ts'
import { runFork } from '../perf/fork.ts'
import type { Report } from '../perf/result-file.ts'
import { type RunRequest, runSuite } from '../perf/run.ts'
import { nameRunFolder, type RunFolder, writeReport } from '../perf/run-folder.ts'
import { createProgressLine } from './progress.ts'

const FULL_FORKS = 5
const QUICK_FORKS = 3
const BUDGET_MS = 215_000

export const BASELINE_FILE = 'baseline.json'

/** What a measuring command decides for itself. */
export type SessionRequest = Pick<
  RunRequest,
  'root' | 'target' | 'filters' | 'scenarios' | 'isQuick' | 'isStrict'
> & {
  readonly forks: number | undefined
  readonly seed: number | undefined
  readonly timeMs: number | undefined
  readonly timeoutMs: number | undefined
  readonly baseline: Baseline | undefined
}

/** Measures with progress on stderr; a signal ends it early, with what was measured by then. */
export async function measure(request: SessionRequest): Promise<{ report: Report; folder: RunFolder }> {
  const folder = nameRunFolder(request.root, new Date())
  const progress = createProgressLine(process.stderr)
  const interruption = watchSignals()
  try {
    const report = await runSuite(
      {
        ...request,
        id: folder.id,
        forks: request.forks ?? (request.isQuick ? QUICK_FORKS : FULL_FORKS),
        seed: request.seed ?? Math.floor(Math.random() * 2 ** 32),
        budgetMs: request.timeMs ?? BUDGET_MS,
        ...lookUpRow(request.baseline),
      },
      { runFork, signal: interruption.signal, onProgress: progress.show },
    )
    return { report, folder }
  } finally {
    progress.clear()
    interruption.stop()
  }
}

/**
 * Writes the report's files and prints `text`; where they cannot be written, the text is printed all the same.
 * @throws FlamegateError 'cannot-write'
 */
export async function publish(report: Report, folder: RunFolder, text: string): Promise<void> {
  await writeReport(folder, report).finally(() => process.stdout.write(text))
}

export function readProjectBaseline(root: string): Promise<Baseline | undefined> {
  return readBaseline(join(root, BASELINE_FILE))
}

function lookUpRow(baseline: Baseline | undefined): Pick<RunRequest, 'row' | 'baselineProblem'> {
  const { fingerprint } = describeEnvironment()
  const row = baseline === undefined ? undefined : findRow(baseline, fingerprint)
  const make = 'measure one with npm run perf:baseline'
  const baselineProblem =
    baseline === undefined
      ? `there is no ${BASELINE_FILE}: ${make}`
      : row === undefined
        ? `${BASELINE_FILE} has no row for this environment (${fingerprintKey(fingerprint)}): ${make}`
        : undefined
  return { row, baselineProblem }
}

/** Turns signals that end a program into an abort, so that children are ended and results are written first. */
function watchSignals(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController()
  const abort = () => controller.abort(new Error('interrupted'))
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, abort)
  return {
    signal: controller.signal,
    stop() {
      for (const name of names) process.off(name, abort)
    },
  }
}
