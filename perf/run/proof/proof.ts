import { fileURLToPath } from 'node:url'
import type { Comparison, Proof } from '../../results/report.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'
import { comparePairs } from '../../verdict/compare-pairs.ts'
import { confidenceFor } from '../../verdict/error-budget.ts'
import { isBeyond } from '../../verdict/metric-verdict.ts'
import { pairTimeoutOf, turnsPlanOf } from '../durations.ts'
import { type PairMeasurement, runPair } from '../pair.ts'

const PAIRS = 4
const placeOf = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url))

/**
 * Lets the gate prove itself: a slow-down of 40 % in a scenario of its own must lie beyond the limits, and the same code
 * twice must not. Both are measured in lockstep, here and now. Rejects only when aborted.
 */
export type GateProver = (
  seed: number,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
) => Promise<Proof>

export const proveGate: GateProver = async (seed, signal, onProgress) => {
  const plain = discovered('plain.ts')
  let done = 0
  const look = async (candidate: DiscoveredScenario): Promise<Comparison[] | string> => {
    const pairs: PairMeasurement[] = []
    const plan = turnsPlanOf('micro', { isQuick: false })
    for (let i = 0; i < PAIRS; i++) {
      onProgress(done++, 2 * PAIRS)
      const outcome = await runPair({ baseline: plain, candidate }, plan, i, pairTimeoutOf(plan), signal)
      if (outcome.kind === 'failed') return outcome.reason
      pairs.push(outcome.measurement)
    }
    const confidence = confidenceFor({ comparisons: 2, looks: 1, confirmingLooks: 1, correlation: 0 })
    const rules = { isKey: true, limits: undefined, confirmingPairs: [] }
    return comparePairs({ ...rules, pairs }, { confidence, seed })
  }
  return toProof(await look(discovered('planted.ts')), await look(plain))
}

/** @param planted, same comparisons of the slow-down and of the same code; a text where they could not be made */
export function toProof(
  planted: readonly Comparison[] | string,
  same: readonly Comparison[] | string,
): Proof {
  return {
    plantedRatio: costRatio(planted),
    sameRatio: costRatio(same),
    failure:
      typeof planted === 'string'
        ? `its own scenario fails: ${planted}`
        : typeof same === 'string'
          ? `its own scenario fails: ${same}`
          : !planted.some(isBeyond)
            ? 'a slow-down of 40 % that was planted was not seen'
            : same.some(isBeyond)
              ? 'the same code was taken for a regression'
              : null,
  }
}

function costRatio(comparisons: readonly Comparison[] | string): Proof['sameRatio'] {
  if (typeof comparisons === 'string') return null
  return comparisons.find(({ metric }) => metric === 'cpuNsPerOp')?.ratio ?? null
}

function discovered(entry: string): DiscoveredScenario {
  return {
    scenario: { id: 'proof/clone.micro', kind: 'micro' },
    suiteFile: placeOf('proof.perf.ts'),
    targetEntry: placeOf(entry),
    skipReason: undefined,
  }
}
