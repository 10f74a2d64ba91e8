// Scenarios compared by what they do, exactly, without timing anything.
import type { CodeComparison } from '../results/report.ts'
import type { Limits } from '../suite/metrics.ts'
import { identify, isSame, type KnownCode } from './identify.ts'
import type { RunRequest, RunSeams } from './request.ts'
import { describeCode } from './scenario-result.ts'

/** What exact counts say of a scenario. */
export type ExactVerdict =
  | { readonly kind: 'same-code' }
  /** Work per op, candidate/baseline. */
  | { readonly kind: 'pass' | 'improved' | 'regressed'; readonly ratio: number }
  | { readonly kind: 'unproven' | 'failed' | 'skipped'; readonly reason: string }

export interface ExactResult {
  readonly id: string
  readonly isKey: boolean
  readonly verdict: ExactVerdict
  /** Null where its code could not be counted. */
  readonly code: CodeComparison | null
}

/** Less work than this is an improvement. */
const IMPROVED = 0.95

/** What a request of exact counts needs. */
export type ExactRequest = Pick<RunRequest, 'root' | 'target' | 'scenarios' | 'reference' | 'timeoutMs'>

/** Counts all scenarios and compares their work per op with the baseline's, by their limits of throughput. */
export async function compareExactly(
  request: ExactRequest,
  seams: Pick<RunSeams, 'readCode' | 'openBaseline' | 'signal' | 'onProgress'>,
): Promise<ExactResult[]> {
  const { codes } = await identify(request, seams)
  return request.scenarios.map(({ scenario: { id, isKey, limits }, skipReason }) => {
    const known = codes.get(id)
    const verdict: ExactVerdict =
      skipReason !== undefined
        ? { kind: 'skipped', reason: skipReason }
        : known === undefined
          ? { kind: 'failed', reason: 'its code could not be counted: npm run perf says why' }
          : decideExactly(known, limits)
    return { id, isKey, verdict, code: known === undefined ? null : describeCode(known) }
  })
}

function decideExactly(known: KnownCode, limits: Limits): ExactVerdict {
  if (isSame(known)) return { kind: 'same-code' }
  const before = known.baseline?.work.tokensPerOp
  if (!before) return { kind: 'unproven', reason: 'the baseline has no counts of it' }
  const ratio = known.candidate.work.tokensPerOp / before
  if (ratio > 1 / limits.opsPerSecond) return { kind: 'regressed', ratio }
  return { kind: ratio < IMPROVED ? 'improved' : 'pass', ratio }
}

/** 0 no regression, 1 regression, 2 nothing proven. @param isStrict without it a regression is only reported */
export function exitCodeOfExact(results: readonly ExactResult[], isStrict: boolean): 0 | 1 | 2 {
  const key = results.filter(({ isKey }) => isKey)
  const has = (...kinds: ExactVerdict['kind'][]) => key.some(({ verdict }) => kinds.includes(verdict.kind))
  if (!isStrict) return has('failed') ? 2 : 0
  if (has('regressed')) return 1
  return has('failed', 'unproven') || !has('same-code', 'pass', 'improved') ? 2 : 0
}
