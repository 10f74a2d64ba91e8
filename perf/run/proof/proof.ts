// The gate's positive and negative control, measured here and now.
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PairMeasurement } from '../../measure/turns.ts'
import { workAtOnce } from '../../process/cores/at-once.ts'
import { measuringCores } from '../../process/cores/core-pool.ts'
import type { Interval } from '../../stats/interval.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import { toDescription } from '../../suite/scenario.ts'
import { comparePairs } from '../../verdict/compare-pairs.ts'
import { costRatioOf } from '../../verdict/cost.ts'
import { confidenceFor } from '../../verdict/error-budget.ts'
import type { Proof } from '../../verdict/gate.ts'
import { type Comparison, isBeyond } from '../../verdict/metric-verdict.ts'
import { pairTimeoutOf, proofPlanOf } from '../durations.ts'
import { type PairOutcome, runPair } from '../methods/pair.ts'
import { proveCode } from './code-control.ts'

/** Pairs at each look: one in twenty is far off, and only of six can one be left out. */
const LOOKS = [4, 6] as const
/** In the language of this file: built, all of them are JavaScript. */
const placeOf = (name: string) =>
  fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url))

/**
 * Lets the gate prove itself. An edit of a scenario of its own must be seen as one, and no edit must not; where anything was
 * timed, a slow-down of 40 % in it must lie beyond the limits, and the same code twice must not: measured in lockstep, here and
 * now. Rejects only when aborted.
 */
export type GateProver = (
  what: { readonly seed: number; readonly isTimed: boolean; readonly isQuick: boolean },
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
) => Promise<Proof>

export const proveGate: GateProver = async ({ seed, isTimed, isQuick }, signal, onProgress) => {
  const plain = version('plain')
  let total = isTimed ? 2 * LOOKS[0] + 1 : 1
  let done = 0
  onProgress(done++, total)
  const failure = await proveCode(
    { plain: placeOf('plain'), planted: placeOf('planted'), scenario: plain },
    signal,
  )
  if (failure !== null || !isTimed) return { plantedRatio: null, sameRatio: null, failure }
  const plan = proofPlanOf({ isQuick })
  const confidence = confidenceFor({
    comparisons: 2,
    looks: LOOKS.length,
    confirmingLooks: 1,
    correlation: 0,
  })
  const look = async (candidate: DiscoveredScenario, isSlower: boolean): Promise<Comparison[] | string> => {
    const { isKey, limits } = candidate.scenario
    const pairs: PairMeasurement[] = []
    let comparisons: Comparison[] = []
    for (const count of LOOKS) {
      const added = Array.from({ length: count - pairs.length }, (_, i) => pairs.length + i)
      if (pairs.length > 0) total += added.length
      const outcomes: PairOutcome[] = []
      await workAtOnce(added, measuringCores().size, signal, async (index) => {
        onProgress(done++, total)
        outcomes.push(await runPair({ baseline: plain, candidate }, plan, index, pairTimeoutOf(plan), signal))
      })
      signal.throwIfAborted()
      const failed = outcomes.find((outcome) => outcome.kind === 'failed')
      if (failed !== undefined) return failed.reason
      pairs.push(...outcomes.flatMap((one) => (one.kind === 'failed' ? [] : [one.measurement])))
      comparisons = comparePairs({ isKey, limits, pairs, confirmingPairs: [] }, { confidence, seed })
      if (comparisons.some(isBeyond) === isSlower) break
    }
    return comparisons
  }
  return toProof(await look(version('planted'), true), await look(plain, false))
}

/** @param planted, same comparisons of the slow-down and of the same code; a text where they could not be made */
function toProof(planted: readonly Comparison[] | string, same: readonly Comparison[] | string): Proof {
  return {
    plantedRatio: ratioOf(planted),
    sameRatio: ratioOf(same),
    failure:
      typeof planted === 'string'
        ? `its own scenario fails: ${planted}`
        : typeof same === 'string'
          ? `its own scenario fails: ${same}`
          : !planted.some(isBeyond)
            ? 'an injected slow-down of 40 % was not seen'
            : same.some(isBeyond)
              ? 'the same code was taken for a regression'
              : null,
  }
}

function ratioOf(comparisons: readonly Comparison[] | string): Interval | null {
  return typeof comparisons === 'string' ? null : costRatioOf('micro', comparisons)
}

function version(entry: string): DiscoveredScenario {
  return {
    scenario: toDescription({ id: 'proof/clone.micro', kind: 'micro' }),
    suiteFile: placeOf('proof.perf'),
    targetEntry: placeOf(entry),
    skipReason: undefined,
  }
}
