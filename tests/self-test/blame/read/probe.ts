// What a function's parameters are while its scenario runs.
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../../../perf/process/program.ts'
import type { BlameTarget } from '../packages/targets.ts'
import type { Edit } from '../plant/edits.ts'
import { insertStatement } from '../plant/statement.ts'
import { findInCopy, makeCopy } from '../plant/work-copy.ts'
import type { ExecutedFunction } from './executed.ts'

/** What a parameter was in the calls that were looked at. */
export interface ParameterFacts {
  readonly name: string
  /** Mean of n² ÷ 2 over all calls, n being an array's or text's length or the number of an object's keys; else 0. */
  readonly pairs: number
  /** Mean length as JSON over all calls, 0 for what is no object; null where one of them cannot be copied as JSON. */
  readonly jsonLength: number | null
  /** Whether `structuredClone` takes every value that it had. */
  readonly isCloneable: boolean
}

/** What a probing process is told; its answer is one {@link ParameterFacts} a name, by probe. */
export interface ProbeJob {
  readonly suiteFile: string
  readonly scenarioId: string
  readonly targetEntry: string
  /** Names of parameters by probe. */
  readonly parameters: readonly (readonly string[])[]
}

const WORKER = fileURLToPath(new URL('./probe-worker.ts', import.meta.url))
const REGISTER = new URL('../../../../perf/process/strip-types/register.mjs', import.meta.url).href

/**
 * Runs some of a micro scenario's ops on a copy in which every executed function tells what it is called with.
 * @returns the facts of each function's parameters, in the functions' order
 * @throws Error when the process fails; the signal's reason
 */
export async function probeParameters(
  { root, folder, target, scenarioId }: ProbePlace,
  functions: readonly ExecutedFunction[],
  signal: AbortSignal,
): Promise<readonly (readonly ParameterFacts[])[]> {
  const files = [...new Set(functions.map(({ file }) => file))]
  const changes = files.map((file) => ({
    file,
    edits: functions.flatMap((executed, i): Edit[] =>
      executed.file === file ? [insertStatement(executed, probeText(i, executed.parameters))] : [],
    ),
  }))
  const copy = await makeCopy(target, folder, 'probe', changes)
  const { suiteFile, targetEntry } = await findInCopy(root, target, copy, scenarioId)
  const job: ProbeJob = {
    suiteFile,
    scenarioId,
    targetEntry,
    parameters: functions.map(({ parameters }) => parameters),
  }
  let facts: (readonly ParameterFacts[])[] | undefined
  const args = ['--disable-warning=ExperimentalWarning', '--import', REGISTER, WORKER, JSON.stringify(job)]
  const onMessage = (message: unknown) => {
    facts = message as (readonly ParameterFacts[])[]
  }
  await runProgram(process.execPath, args, { signal, onMessage })
  if (facts === undefined) throw new Error(`the probe of ${scenarioId} ended without an answer`)
  return facts
}

/** Where a scenario is probed. */
export interface ProbePlace {
  readonly root: string
  /** Copies go below it. */
  readonly folder: string
  readonly target: BlameTarget
  readonly scenarioId: string
}

function probeText(index: number, parameters: readonly string[]): string {
  return `globalThis.plantedProbe?.(${index}, [${parameters.join(', ')}]);`
}
