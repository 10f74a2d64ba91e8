// The first stage of a run: which scenarios run the baseline's code. Exact, on any machine, before anything is timed.
import { availableParallelism } from 'node:os'
import { FlamegateError, messageOf } from '../errors.ts'
import { type CodeChange, comparePrints, isRewritten, isSameCode } from '../identity/compare-prints.ts'
import { type ChangedCalls, compareCalls } from '../identity/exact-work.ts'
import type { CountedCode, ScenarioCode } from '../identity/scenario-code.ts'
import { workAtOnce } from '../process/cores/at-once.ts'
import { findStoredCode, isOfThisNode } from '../results/stored-code.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import type { LockstepReference } from './reference.ts'
import type { RunRequest, RunSeams } from './request.ts'

/** What is known of a scenario's code before it is measured. */
export interface KnownCode {
  readonly candidate: CountedCode
  /** Counted here, or as it was stored; undefined where there is none. */
  readonly baseline: ScenarioCode | undefined
  /** Null where there is no code to compare with. */
  readonly change: CodeChange | null
}

/** What the first stage found out. */
export interface Identification {
  /** By scenario; without those whose code could not be counted. */
  readonly codes: ReadonlyMap<string, KnownCode>
  /** The other version, where one is measured beside this one. */
  readonly live: LockstepReference | undefined
  /** Why the baseline's own code is not at hand, where it was asked for. */
  readonly problem: string | undefined
}

/** What of a run the first stage is about. */
type IdentifyRequest = Pick<RunRequest, 'root' | 'target' | 'scenarios' | 'reference' | 'timeoutMs'>
type IdentifySeams = Pick<RunSeams, 'readCode' | 'openBaseline' | 'signal' | 'onProgress'>

/** Longest time for the processes that count one scenario, where the command line does not say. */
const TIMEOUT_MS = 30_000

/** Whether a scenario runs the baseline's code for certain. */
export function isSame(known: KnownCode | undefined): boolean {
  return known?.change != null && isSameCode(known.change)
}

/** What is called otherwise often than in the baseline. */
export function changedCallsOf({ baseline, candidate }: KnownCode): ChangedCalls[] {
  return baseline === undefined ? [] : compareCalls(baseline.work, candidate.work)
}

/**
 * Counts what scenarios run and compares it with the baseline: as it was stored, and, where that does not settle it, as it runs
 * here.
 */
export async function identify(request: IdentifyRequest, seams: IdentifySeams): Promise<Identification> {
  const { reference, root } = request
  const explicit = reference.kind === 'lockstep' ? reference : undefined
  const scenarios = request.scenarios.filter(({ skipReason }) => skipReason === undefined)
  const candidates = await countAll(scenarios, request.target ?? root, 'identifying', request, seams)
  const stored = reference.kind === 'baseline' ? reference.code : null
  const codes = new Map(
    [...candidates].map(([id, candidate]) => [
      id,
      compareCodes(candidate, stored === null ? undefined : findStoredCode(stored, id)),
    ]),
  )
  if (explicit === undefined && reference.kind !== 'baseline')
    return { codes, live: undefined, problem: undefined }
  const open = scenarios.filter(({ scenario }) => !isSame(codes.get(scenario.id)))
  if (open.length === 0 || seams.signal.aborted) return { codes, live: undefined, problem: undefined }
  const found = explicit ?? (await openBaseline(seams))
  if (typeof found === 'string') return { codes, live: undefined, problem: found }
  const isSettled = (known: KnownCode) =>
    stored !== null &&
    isOfThisNode(stored) &&
    known.baseline !== undefined &&
    isRewritten(known.baseline.print, known.candidate.print)
  const ids = new Set(
    open.map(({ scenario }) => scenario.id).filter((id) => codes.has(id) && !isSettled(codes.get(id)!)),
  )
  const others = found.scenarios.filter(({ scenario }) => ids.has(scenario.id))
  for (const [id, baseline] of await countAll(
    others,
    found.folder,
    'identifying the baseline',
    request,
    seams,
  )) {
    codes.set(id, compareCodes(codes.get(id)!.candidate, baseline))
  }
  return { codes, live: found, problem: undefined }
}

function compareCodes(candidate: CountedCode, baseline: ScenarioCode | undefined): KnownCode {
  const change = baseline === undefined ? null : comparePrints(baseline.print, candidate.print)
  return { candidate, baseline, change }
}

/** Why it cannot be had, where it cannot: what was measured is not lost for it. */
async function openBaseline({
  openBaseline: open,
  signal,
}: IdentifySeams): Promise<LockstepReference | string> {
  try {
    return (await open?.()) ?? 'its code is not at hand'
  } catch (error) {
    if (signal.aborted || !(error instanceof FlamegateError)) throw error
    return error.hint === undefined ? messageOf(error) : `${error.message} (${error.hint})`
  }
}

/** By scenario; those that cannot be counted are left out, and will be told of when they are measured. */
async function countAll(
  scenarios: readonly DiscoveredScenario[],
  folder: string,
  stage: 'identifying' | 'identifying the baseline',
  { root, timeoutMs }: IdentifyRequest,
  { readCode, signal, onProgress }: IdentifySeams,
): Promise<Map<string, CountedCode>> {
  const found = new Map<string, CountedCode>()
  if (readCode === undefined) return found
  await workAtOnce(scenarios, availableParallelism(), signal, async (discovered, started) => {
    const { id } = discovered.scenario
    onProgress({ stage, scenarioId: id, ...started })
    const code = await readCode(discovered, { root, folder }, timeoutMs ?? TIMEOUT_MS, signal)
    if (!('failure' in code)) found.set(id, code)
  })
  return found
}
