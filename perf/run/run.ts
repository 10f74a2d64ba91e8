// A run, from its request to its report: identify, measure, profile, prove, gate. Nothing is printed or written here.
import { readRevision } from '../git/revision.ts'
import type { ScenarioCode } from '../identity/scenario-code.ts'
import type { ScenarioBlame } from '../profiling/blame-summary.ts'
import type { ScenarioProfile } from '../profiling/pass.ts'
import { readEnvironment } from '../results/environment.ts'
import { REPORT_VERSION, type Report } from '../results/report.ts'
import { evaluateGate, hasSameCode, type Proof } from '../verdict/gate.ts'
import { measureDrift } from './drift.ts'
import { budgetOf } from './durations.ts'
import { type Identification, identify } from './identify.ts'
import { toGateReference } from './reference.ts'
import type { RunRequest, RunSeams } from './request.ts'
import { type Part, planParts } from './run-parts.ts'

/** Everything that a run found out: what the report says, and the profiles behind it, by scenario. */
export interface RunResult {
  readonly report: Report
  readonly profiles: readonly ScenarioProfile[]
  /** Of the scenarios whose cost changed and of which both versions were at hand. */
  readonly blames: readonly ScenarioBlame[]
  /** The measured version's code, by scenario; of those that were counted before they were measured. */
  readonly codes: ReadonlyMap<string, ScenarioCode>
}

/**
 * Finds out which scenarios run the baseline's code, measures the others beside it, profiles, and gates. Never rejects for what a
 * scenario does; an aborted run resolves with what was measured, as incomplete.
 */
export async function runSuite(request: RunRequest, seams: RunSeams): Promise<RunResult> {
  const startedAt = new Date()
  const start = performance.now()
  const commit = await (seams.readRevision ?? readRevision)(request.target ?? request.root)
  const identification = await identify(request, seams)
  const isOver = () => performance.now() - start >= budgetOf(request)
  const parts = planParts(request, seams, identification, isOver)
  const isMeasured = (await doAll(parts, 'measure')) && (await doAll(parts, 'profile'))
  const outcomes = new Map(parts.flatMap((part) => [...part.outcomes()]))
  const found = request.scenarios.map(({ scenario }) => outcomes.get(scenario.id)!)
  const scenarios = found.map(({ result }) => result)
  const isTimed = parts.some((part) => part.isCompared())
  const proof =
    isMeasured && (isTimed || scenarios.some(hasSameCode)) ? await prove(isTimed, request, seams) : null
  const isComplete = isMeasured && !seams.signal.aborted
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    run: {
      ...summariseRequest(request, identification),
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - start),
      isComplete,
      commit,
    },
    environment: readEnvironment(),
    drift: measureDrift(scenarios, request.reference),
    scenarios,
    gate: evaluateGate(scenarios, {
      ...request,
      reference: toGateReference(request.reference, identification.live),
      isComplete,
      proof,
    }),
  }
  return {
    report,
    profiles: parts.flatMap((part) => part.profiles()),
    blames: found.flatMap(({ blame }) => blame ?? []),
    codes: new Map([...identification.codes].map(([id, { candidate }]) => [id, candidate])),
  }
}

/** False when it was aborted. */
async function doAll(parts: readonly Part[], stage: 'measure' | 'profile'): Promise<boolean> {
  for (const part of parts) if (!(await part[stage]())) return false
  return true
}

/** What a report says of what was asked for. */
function summariseRequest(
  {
    id,
    target,
    seed,
    forks: judged,
    tableForks,
    reference,
    isQuick,
    budgetMs,
    timeoutMs,
    filters,
    command,
    shard,
  }: RunRequest,
  { live }: Identification,
): Omit<Report['run'], 'startedAt' | 'elapsedMs' | 'isComplete' | 'commit'> {
  const against = live?.name ?? null
  const forks = reference.kind === 'baseline' && live === undefined ? tableForks : judged
  return {
    ...{ id, target, against, seed, forks, isQuick, budgetMs, timeoutMs: timeoutMs ?? null, filters },
    ...(command !== undefined && { command }),
    ...(shard !== undefined && { shard }),
  }
}

/** The gate's proof of itself. Null where none is asked for, or it was aborted. */
async function prove(
  isTimed: boolean,
  { seed, isQuick }: RunRequest,
  { proveGate, signal, onProgress }: RunSeams,
): Promise<Proof | null> {
  if (proveGate === undefined) return null
  try {
    return await proveGate({ seed, isTimed, isQuick }, signal, (done, total) =>
      onProgress({ stage: 'proving', scenarioId: 'the gate itself', done, total, leftMs: null }),
    )
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}
