// Profiles of programs of which it is known where the time goes.
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { countFork, profileFork } from '../../perf/profiling/fork.ts'
import { median } from '../../perf/stats/quantile.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { foldHarness } from '../../profile/correct/harness.ts'
import { type RawProfile, refineProfile } from '../../profile/correct/refine.ts'
import { stitchContinuations } from '../../profile/correct/stitch.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import { limitGaps, selfTimeByNode, trimToWindows } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { Sources } from '../../profile/source/sources.ts'
import { TOTALS } from './packages/known/src/async.ts'
import { TRUTH } from './packages/known/src/index.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const PLAN = {
  warmupMinMs: 150,
  warmupMaxMs: 300,
  measureMinMs: 400,
  measureMaxMs: 600,
  minSamples: 1,
  minBusyMs: 0,
}
/** V8 optimises about one process in twenty otherwise: the median has to outvote two or three of them. */
const PROFILES = 7
/** A run takes as many at the same time, or more. */
const AT_ONCE = 2
/** Chance takes a median of seven too far now and then; a fault takes one of twenty-one there as well. */
const MOST_PROFILES = 21
/** By how much a share may be off its truth. */
export const TOLERANCE = 0.03

/** What the profiles of one scenario say of each function of known cost. */
export interface KnownCostResult {
  readonly scenarioId: string
  /** Self shares, 0 to 1, by function: as V8 gives them, and corrected. */
  readonly plain: Readonly<Record<string, number>>
  readonly corrected: Readonly<Record<string, number>>
  readonly callsPerOp: Readonly<Record<string, number>>
}

/** What the profiles of asynchronous programs say of each function with all that it waits for, of the work that is known. */
export interface KnownTotals {
  /** With continuations as V8 leaves them: beside those who wait for them. */
  readonly plain: Readonly<Record<string, number>>
  readonly stitched: Readonly<Record<string, number>>
  /** Whether no function's self time is another than before. */
  readonly hasSameSelf: boolean
}

const ASYNC = 'known/async.micro'

/** Profiles asynchronous programs whose functions wait for known work, on the Node that runs this. */
export async function measureKnownTotals(): Promise<KnownTotals> {
  const options = { timeoutMs: 30_000, signal: new AbortController().signal }
  const scenarios = await discoverScenarios(ROOT, undefined)
  const discovered = scenarios.find(({ scenario }) => scenario.id === ASYNC)!
  const { observations } = await countFork(discovered, PLAN, options)
  const sources = new Sources(observations.coverage)
  const found: { readonly plain: Shares; readonly stitched: Shares; readonly hasSameSelf: boolean }[] = []
  const stitched = () =>
    mediansOf(
      found.map(({ stitched }) => stitched),
      TOTALS,
    )
  await profileUntil(
    discovered,
    options,
    found,
    () => isNear(stitched(), TOTALS),
    (raw) => {
      const { profile } = refineProfile(raw, sources, ASYNC)
      const apart = foldHarness(trimToWindows(limitGaps(raw.profile), raw.windows), ASYNC).profile
      const again = stitchContinuations(apart, sources, ASYNC).profile
      return {
        plain: totalsOf(apart),
        stitched: totalsOf(profile),
        hasSameSelf: isDeepStrictEqual(selfOf(apart), selfOf(again)),
      }
    },
  )
  return {
    plain: mediansOf(
      found.map(({ plain }) => plain),
      TOTALS,
    ),
    stitched: stitched(),
    hasSameSelf: found.every(({ hasSameSelf }) => hasSameSelf),
  }
}

type Shares = Record<string, number>

const SHARES = Object.fromEntries(Object.entries(TRUTH).map(([name, { share }]) => [name, share]))

/** Adds what is read from one profile after the other to `found`, until there are enough of them and they are settled. */
async function profileUntil<Found>(
  discovered: DiscoveredScenario,
  options: Parameters<typeof profileFork>[2],
  found: Found[],
  isSettled: () => boolean,
  read: (raw: RawProfile) => Found,
): Promise<void> {
  while (found.length < PROFILES || (found.length < MOST_PROFILES && !isSettled())) {
    const forks = await Promise.all(
      Array.from({ length: AT_ONCE }, () => profileFork(discovered, PLAN, options)),
    )
    found.push(...forks.map(({ raw }) => read(raw)))
  }
}

function isNear(shares: Shares, truth: Readonly<Shares>): boolean {
  return Object.entries(truth).every(([name, share]) => Math.abs(shares[name]! - share) <= TOLERANCE)
}

/** Of the known work, how much is done below each function. */
function totalsOf(profile: CpuProfile): Shares {
  const isWork = profile.frames.map(({ functionName }) => functionName === 'spin')
  const work = selfTimeByNode(profile).map((us, node) => (isWork[profile.nodeFrame[node]!] ? us : 0))
  const sum = sumOf(work)
  const shares = Object.fromEntries(Object.keys(TOTALS).map((name) => [name, 0]))
  for (const { frame, total } of functionCosts(profile, work)) {
    const { functionName } = profile.frames[frame]!
    if (functionName in shares) shares[functionName]! += total / sum
  }
  return shares
}

/** Whole microseconds by function; samples that were dealt out are added up in another order. */
function selfOf(profile: CpuProfile): Shares {
  const found: Shares = {}
  for (const { frame, self } of functionCosts(profile, selfTimeByNode(profile))) {
    const { url, line, functionName } = profile.frames[frame]!
    if (self > 0) found[`${url}:${line}:${functionName}`] = Math.round(self)
  }
  return found
}

/** Profiles scenarios whose functions cost known shares, on the Node that runs this. */
export async function measureKnownCosts(): Promise<KnownCostResult[]> {
  const results: KnownCostResult[] = []
  const options = { timeoutMs: 30_000, signal: new AbortController().signal }
  for (const discovered of await discoverScenarios(ROOT, undefined)) {
    if (discovered.scenario.id === ASYNC) continue
    const counted = await countFork(discovered, PLAN, options)
    const sources = new Sources(counted.observations.coverage)
    const found: { readonly plain: Shares; readonly corrected: Shares }[] = []
    const medians = (which: 'plain' | 'corrected') =>
      mediansOf(
        found.map((shares) => shares[which]),
        TRUTH,
      )
    await profileUntil(
      discovered,
      options,
      found,
      () => isNear(medians('corrected'), SHARES),
      (raw) => ({
        plain: sharesOf(trimToWindows(limitGaps(raw.profile), raw.windows)),
        corrected: sharesOf(refineProfile(raw, sources, discovered.scenario.id).profile),
      }),
    )
    const functions = counted.observations.coverage.flatMap(({ functions }) => functions)
    const calls = (name: string) =>
      functions
        .filter(({ functionName }) => functionName === name)
        .reduce((sum, { ranges }) => sum + ranges[0]!.count, 0) / counted.ops.calls
    results.push({
      scenarioId: discovered.scenario.id,
      plain: medians('plain'),
      corrected: medians('corrected'),
      callsPerOp: Object.fromEntries(Object.keys(TRUTH).map((name) => [name, calls(name)])),
    })
  }
  return results
}

function sharesOf(profile: CpuProfile): Shares {
  const self = selfTimeByNode(profile)
  const sum = sumOf(self)
  const shares = Object.fromEntries(Object.keys(TRUTH).map((name) => [name, 0]))
  for (const { frame, self: us } of functionCosts(profile, self)) {
    const { functionName } = profile.frames[frame]!
    if (functionName in shares) shares[functionName]! += us / sum
  }
  return shares
}

function mediansOf(shares: readonly Shares[], truth: object): Shares {
  return Object.fromEntries(
    Object.keys(truth).map((name) => [name, median(shares.map((share) => share[name]!))]),
  )
}

/** One line a scenario, as Markdown. */
export function renderKnownCosts(results: readonly KnownCostResult[]): string {
  const line = (shares: Readonly<Record<string, number>>) =>
    Object.keys(TRUTH)
      .map((name) => (shares[name]! * 100).toFixed(1))
      .join(' / ')
  const error = (shares: Readonly<Record<string, number>>) =>
    Math.max(...Object.entries(TRUTH).map(([name, { share }]) => Math.abs(shares[name]! - share))) * 100
  return results
    .map(({ scenarioId, plain, corrected, callsPerOp }) => {
      const calls = Object.keys(TRUTH)
        .map((name) => callsPerOp[name])
        .join(' / ')
      const cells = [
        process.versions.node,
        scenarioId.replace(/^known\/|\.micro$/g, ''),
        line(plain),
        line(corrected),
        error(corrected).toFixed(1),
        calls,
      ]
      return `| ${cells.join(' | ')} |\n`
    })
    .join('')
}

/** One line a function, as Markdown. */
export function renderKnownTotals({ plain, stitched }: KnownTotals): string {
  const percent = (share: number) => (share * 100).toFixed(1)
  return Object.entries(TOTALS)
    .map(([name, truth]) => {
      const cells = [
        process.versions.node,
        name,
        percent(truth),
        percent(plain[name]!),
        percent(stitched[name]!),
      ]
      return `| ${cells.join(' | ')} |\n`
    })
    .join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isAsync = process.argv[2] === '--async'
  process.stdout.write(
    isAsync ? renderKnownTotals(await measureKnownTotals()) : renderKnownCosts(await measureKnownCosts()),
  )
}
