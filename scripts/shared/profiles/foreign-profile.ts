// What the commands that read anybody's profiles say of them.
import type { ForeignProfile, ProfileFacts } from '../../../profile/correct/foreign.ts'
import { formatCounted, formatShare, formatSpan } from '../../../profile/model/format.ts'
import { describeLoss, type Loss, sumLosses } from '../../../profile/model/losses.ts'

/** `1.00 s, 1,000 stack samples every 1.00 ms: busy 3.0 %, idle 97.0 %; GC 0.4 % of busy time`. */
export function describeFacts({
  durationUs,
  stackSamples,
  intervalUs,
  busyUs,
  idleUs,
  gcUs,
}: ProfileFacts): string {
  const seen = busyUs + idleUs
  const share = (us: number, of: number) => formatShare(of === 0 ? 0 : us / of)
  const interval = intervalUs === undefined ? '' : ` every ${formatSpan(intervalUs)}`
  return [
    `${formatSpan(durationUs)}, ${stackSamples.toLocaleString('en-US')} stack sample${stackSamples === 1 ? '' : 's'}${interval}: `,
    `busy ${share(busyUs, seen)} (${formatSpan(busyUs)}), idle ${share(idleUs, seen)}; `,
    `GC ${share(gcUs, busyUs)} of busy time`,
  ].join('')
}

/** What was left out or cut, in one line; empty where nothing was. */
export function describeLosses(losses: readonly Loss[]): string {
  return sumLosses(losses).map(describeLoss).join('; ')
}

/** Facts of several profiles as one. */
export function sumFacts(profiles: readonly ForeignProfile[]): ProfileFacts {
  const sum = (read: (facts: ProfileFacts) => number) =>
    profiles.reduce((total, { facts }) => total + read(facts), 0)
  return {
    durationUs: sum(({ durationUs }) => durationUs),
    stackSamples: sum(({ stackSamples }) => stackSamples),
    intervalUs: undefined,
    busyUs: sum(({ busyUs }) => busyUs),
    idleUs: sum(({ idleUs }) => idleUs),
    gcUs: sum(({ gcUs }) => gcUs),
  }
}

/** `all 3 profiles`. */
export function nameOfAll(count: number): string {
  return `all ${formatCounted(count, 'profile')}`
}
