import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ForkMeasurement } from '../measure/measure.ts'
import { normalisedValue } from '../measure/metrics.ts'
import type { HotFunctionRow, MeasuredResult, ProfileSummary } from '../results/report.ts'
import { type Interval, ratioInterval } from '../stats/interval.ts'
import { findHotFunctions, type HotFunction } from './hot-functions.ts'
import type { ScenarioProfile } from './pass.ts'

/** The hot functions of a scenario: shares of its profiles × what its timed forks say an op costs. */
export function summariseProfile(
  { profiles, measurements, counted, sources, problems }: ScenarioProfile,
  { kind, canary, metrics, forks }: Pick<MeasuredResult, 'kind' | 'canary' | 'metrics' | 'forks'>,
  root: string,
  seed: number,
): ProfileSummary {
  const isCpu = kind === 'http'
  const nsPerOp = opCostNs({ kind, metrics })
  const cost = (fork: ForkMeasurement) =>
    isCpu
      ? normalisedValue(fork, 'cpuNsPerOp', canary.name)
      : 1e9 / normalisedValue(fork, 'opsPerSecond', canary.name)
  const functions = findHotFunctions(
    profiles.map(({ profile }) => profile),
    nsPerOp,
    counted,
    sources,
    seed,
  )
  return {
    cost: isCpu ? 'cpu' : 'wall',
    profiles: profiles.length,
    stackSamples: profiles.reduce((sum, { profile }) => sum + profile.sampleNode.length, 0),
    overhead: overheadOf(forks.map(cost), measurements.map(cost), seed),
    countedOps: counted?.ops.calls ?? null,
    problems: [...problems],
    functions: functions.map((hot) => toRow(hot, root)),
  }
}

/** What profiles of a scenario are shares of: wall time, or for HTTP the server's CPU time; at reference speed. */
export function opCostNs({ kind, metrics }: Pick<MeasuredResult, 'kind' | 'metrics'>): number {
  return kind === 'http' ? metrics.cpuNsPerOp.normalised.value : 1e9 / metrics.opsPerSecond.normalised.value
}

/** What a scenario has where profiling it failed. */
export function failedProfile(kind: MeasuredResult['kind'], failure: string): ProfileSummary {
  const cost = kind === 'http' ? 'cpu' : 'wall'
  return {
    cost,
    profiles: 0,
    stackSamples: 0,
    overhead: null,
    countedOps: null,
    problems: [failure],
    functions: [],
  }
}

function overheadOf(timed: readonly number[], profiled: readonly number[], seed: number): Interval | null {
  if (timed.length < 2 || profiled.length < 2 || [...timed, ...profiled].some((value) => !(value > 0)))
    return null
  return ratioInterval(timed, profiled, { confidence: 0.95, seed }).ratio
}

function toRow({ url, ...hot }: HotFunction, root: string): HotFunctionRow {
  return { ...hot, file: shortenUrl(url, root) }
}

/** A file below the project's folder by its path from there, with slashes; everything else as it is. */
export function shortenUrl(url: string, root: string): string {
  if (!url.startsWith('file:')) return url
  const path = relative(root, fileURLToPath(url))
  return path.startsWith('..') ? fileURLToPath(url) : path.split(sep).join('/')
}
