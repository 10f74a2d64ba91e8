// Which forks ran while the machine was slow.
import type { ForkMeasurement } from '../measure/measure.ts'
import { quantileOfSorted, sorted } from '../stats/quantile.ts'

/**
 * A machine shared with strangers is now and then slow for seconds: allocation and JSON cost 1.4 times as much there and
 * the measured code up to 1.9 times, while an integer loop hardly notices. No canary follows that, so such forks are set
 * aside and repeated. Who is set aside is decided by the allocation canary alone, never by how fast the code was.
 */
const DISTURBED = 1.25

/** How long the allocation canary takes when the machine is left alone: the lower quartile over a run's forks, ns. */
export function quietLevel(forks: readonly ForkMeasurement[]): number {
  return quantileOfSorted(sorted(forks.map(allocationNs)), 0.25)
}

export function isDisturbed(fork: ForkMeasurement, levelNs: number): boolean {
  return allocationNs(fork) > levelNs * DISTURBED
}

/** The forks of quiet moments; where these are fewer than `count`, the `count` quietest. In their old order. */
export function quietForks(
  forks: readonly ForkMeasurement[],
  levelNs: number,
  count: number,
): ForkMeasurement[] {
  const quietest = [...forks].sort((a, b) => allocationNs(a) - allocationNs(b)).slice(0, count)
  return forks.filter((fork) => quietest.includes(fork) || !isDisturbed(fork, levelNs))
}

function allocationNs(fork: ForkMeasurement): number {
  return fork.canaries.allocation!.medianNs
}
