// Counting without timing: for `run --exact` and `baseline --exact`.
import { createCodeReader } from '../../perf/identity/scenario-code.ts'
import { renderExact } from '../../perf/report/exact.ts'
import { isOfThisNode } from '../../perf/results/stored-code.ts'
import { compareExactly, type ExactRequest, type ExactResult, exitCodeOfExact } from '../../perf/run/exact.ts'
import { identify, type KnownCode } from '../../perf/run/identify.ts'
import type { RunSeams } from '../../perf/run/request.ts'
import type { OpenedRun } from './gated-run.ts'
import { type GatedRunFlags, readStrict } from './options.ts'
import { createProgressLine } from './progress.ts'
import { refuseForeignOptions, startSession } from './session.ts'

/** Compares exact counts with the baseline's; sets the exit code. */
export async function exactRun(
  root: string,
  open: (signal: AbortSignal) => Promise<OpenedRun>,
  flags: Pick<GatedRunFlags, 'format'>,
): Promise<void> {
  const isStrict = readStrict(process.env.STRICT_PERF)
  const signal = await startSession(root)
  const { reference, target, scenarios, openBaseline, close } = await open(signal)
  try {
    const code = reference.kind === 'baseline' ? reference.code : null
    const request: ExactRequest = { root, target, scenarios, reference, timeoutMs: undefined }
    const results = await counting(signal, (seams) =>
      compareExactly(request, code !== null && isOfThisNode(code) ? seams : { ...seams, openBaseline }),
    )
    if (signal.aborted) return interrupted()
    process.stdout.write(
      flags.format === 'json' ? `${JSON.stringify(results, null, 2)}\n` : renderExact(results),
    )
    process.exitCode = exitCodeOfExact(results satisfies ExactResult[], isStrict)
  } finally {
    await close()
  }
}

/** The code of all scenarios as it is now, by scenario; undefined where it was interrupted. */
export async function countProject(
  root: string,
  scenarios: OpenedRun['scenarios'],
): Promise<ReadonlyMap<string, KnownCode> | undefined> {
  const signal = await startSession(root)
  const none = { kind: 'none', fact: '', problem: '' } as const
  const request: ExactRequest = { root, target: null, scenarios, reference: none, timeoutMs: undefined }
  const { codes } = await counting(signal, (seams) => identify(request, seams))
  if (!signal.aborted) return codes
  interrupted()
  return undefined
}

async function counting<T>(
  signal: AbortSignal,
  work: (seams: Pick<RunSeams, 'readCode' | 'signal' | 'onProgress'>) => Promise<T>,
): Promise<T> {
  refuseForeignOptions()
  const progress = createProgressLine(process.stderr)
  try {
    return await work({ readCode: createCodeReader(), signal, onProgress: progress.show })
  } finally {
    progress.clear()
  }
}

function interrupted(): void {
  process.stderr.write('interrupted before everything was counted\n')
  process.exitCode = 130
}
