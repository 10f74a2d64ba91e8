// Who is named, of all who were charged.
import type { FunctionDelta, Suspect } from './blame-types.ts'
import type { Charge } from './charge.ts'
import type { SideCosts } from './costs.ts'
import type { Both } from './side.ts'

/** A suspect without the places that show it. */
export type RankedSuspect = Pick<Suspect, 'fn' | 'explainedNs' | 'symptom'>

/** Half the width of a range in standard errors: about 99 % with the few degrees of freedom that some profiles have. */
export const ERRORS = 3
/** What explains less of the change than this is no answer, however certain. */
const LEAST_PART = 0.1
/** One who is likelier than this to answer for all of it, and is seen to answer for a fair part, is named too. */
const LEAST_LIKELIHOOD = 0.8
const FAIR_PART = 0.25
/** Standard errors are estimates from some profiles: tails are as heavy as Student's with so many degrees of freedom. */
const DEGREES = 6
/** Nothing is known more closely than to this part of an op. */
const FINEST = 0.01

/** Variance of a sum of parts of functions' changes, ns². */
export function changeVariance(
  parts: ReadonlyMap<number, number>,
  { baseline, candidate }: Both<SideCosts>,
): number {
  return baseline.varianceOf(parts) + candidate.varianceOf(parts)
}

/**
 * Who is named, the one that explains most first. That the op's cost changed is known better than any function's part in it,
 * so there are two ways to be named: by a part beyond the noise of the profiles; or by being, of all who might have done all
 * of it alone, the one whose part and everybody else's fit that by far the best.
 * @param op what an op costs in both versions, ns
 */
export function rankSuspects(
  charges: readonly Charge[],
  deltas: readonly FunctionDelta[],
  costs: Both<SideCosts>,
  op: Both<number>,
): RankedSuspect[] {
  const total = op.candidate - op.baseline
  const culprits = [...new Set(charges.map(({ culprit }) => culprit))]
  const accounts = culprits.map((culprit) => {
    const own = charges.filter((charge) => charge.culprit === culprit)
    const value = own.reduce((sum, { symptom, part }) => sum + part * deltas[symptom]!.changeNs.value, 0)
    const variance = changeVariance(new Map(own.map(({ symptom, part }) => [symptom, part])), costs)
    return { culprit, own, value, error: Math.sqrt(variance) }
  })
  const likelihoods = soleLikelihoods(accounts, total, FINEST * Math.max(op.baseline, op.candidate))
  return accounts
    .flatMap(({ culprit, own, value, error }, i): RankedSuspect[] => {
      const part = value / total
      const isBeyondNoise = part >= LEAST_PART && Math.abs(value) > ERRORS * error
      const isLikeliest = part >= FAIR_PART && likelihoods[i]! >= LEAST_LIKELIHOOD
      if (culprit === undefined || !(isBeyondNoise || isLikeliest)) return []
      const symptom = findSymptom(own, deltas, total)
      return [
        {
          fn: deltas[culprit]!,
          explainedNs: { low: value - ERRORS * error, value, high: value + ERRORS * error },
          symptom: symptom === culprit ? undefined : deltas[symptom],
        },
      ]
    })
    .sort((a, b) => Math.abs(b.explainedNs.value) - Math.abs(a.explainedNs.value))
}

/** The function in which most of what somebody answers for shows. */
function findSymptom(own: readonly Charge[], deltas: readonly FunctionDelta[], total: number): number {
  const along = ({ symptom, part }: Charge) => part * deltas[symptom]!.changeNs.value * Math.sign(total)
  return own.reduce((most, charge) => (along(charge) > along(most) ? charge : most)).symptom
}

/**
 * For each account, how likely it is that it alone made the whole change and all others made none, where one of them did.
 * Accounts are what somebody's part in the change was seen to be, with its standard error.
 */
function soleLikelihoods(
  accounts: readonly { readonly value: number; readonly error: number }[],
  total: number,
  finest: number,
): number[] {
  const density = (distance: number, error: number) =>
    (-(DEGREES + 1) / 2) * Math.log1p((distance / Math.hypot(error, finest)) ** 2 / DEGREES)
  const logs = accounts.map(({ value, error }) => density(value - total, error) - density(value, error))
  const most = Math.max(...logs)
  const weights = logs.map((log) => Math.exp(log - most))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}
