// Profiles of programs of which it is known where the time goes.
import { fileURLToPath } from 'node:url'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { countFork, profileFork } from '../../perf/profiling/fork.ts'
import { median } from '../../perf/stats/quantile.ts'
import { refineProfile } from '../../profile/correct/refine.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import { limitGaps, selfTimeByNode, trimToWindows } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { Sources } from '../../profile/source/sources.ts'
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

/** What the profiles of one scenario say of each function of known cost. */
export interface KnownCostResult {
  readonly scenarioId: string
  /** Self shares, 0 to 1, by function: as V8 gives them, and corrected. */
  readonly plain: Readonly<Record<string, number>>
  readonly corrected: Readonly<Record<string, number>>
  readonly callsPerOp: Readonly<Record<string, number>>
}

/** Profiles scenarios whose functions cost known shares, on the Node that runs this. */
export async function measureKnownCosts(): Promise<KnownCostResult[]> {
  const results: KnownCostResult[] = []
  const options = { timeoutMs: 30_000, signal: new AbortController().signal }
  for (const discovered of await discoverScenarios(ROOT, undefined)) {
    const counted = await countFork(discovered, PLAN, options)
    const sources = new Sources(counted.observations.coverage)
    const plain: Record<string, number>[] = []
    const corrected: Record<string, number>[] = []
    for (let i = 0; i < PROFILES; i++) {
      const { raw } = await profileFork(discovered, PLAN, options)
      plain.push(sharesOf(trimToWindows(limitGaps(raw.profile), raw.windows)))
      corrected.push(sharesOf(refineProfile(raw, sources, discovered.scenario.id).profile))
    }
    const functions = counted.observations.coverage.flatMap(({ functions }) => functions)
    const calls = (name: string) =>
      functions
        .filter(({ functionName }) => functionName === name)
        .reduce((sum, { ranges }) => sum + ranges[0]!.count, 0) / counted.ops.calls
    results.push({
      scenarioId: discovered.scenario.id,
      plain: mediansOf(plain),
      corrected: mediansOf(corrected),
      callsPerOp: Object.fromEntries(Object.keys(TRUTH).map((name) => [name, calls(name)])),
    })
  }
  return results
}

function sharesOf(profile: CpuProfile): Record<string, number> {
  const self = selfTimeByNode(profile)
  const sum = sumOf(self)
  const shares = Object.fromEntries(Object.keys(TRUTH).map((name) => [name, 0]))
  for (const { frame, self: us } of functionCosts(profile, self)) {
    const { functionName } = profile.frames[frame]!
    if (functionName in shares) shares[functionName]! += us / sum
  }
  return shares
}

function mediansOf(shares: readonly Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(TRUTH).map((name) => [name, median(shares.map((share) => share[name]!))]),
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(renderKnownCosts(await measureKnownCosts()))
}
