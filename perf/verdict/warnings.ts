// What a reader of some forks should know, with what would cure it.
import { formatPercent } from '../../profile/model/format.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import { median } from '../stats/quantile.ts'
import type { CanaryChoice } from './canary-choice.ts'

/** Something about the data that its reader should know. */
export interface Warning {
  readonly code: WarningCode
  /** What was seen. */
  readonly message: string
  /** What would cure it. */
  readonly cure: string
}

export const WARNING_CODES = [
  'stale-build',
  'trend',
  'never-steady',
  'machine-moved',
  'client-saturated',
  'below-clock',
  'nothing-left',
  'few-samples',
  'canary-lost',
] as const
export type WarningCode = (typeof WARNING_CODES)[number]

/** Samples below which percentiles are coarse: what a full run aims at for every micro scenario. */
const FEW_SAMPLES = 1_000
const TREND = 0.1
const MACHINE_MOVED = 1.5
const CLIENT_SATURATED = 0.9
/** A canary that leaves more than this per slice explains little. */
const CANARY_LOST = 0.5

type Rule = (forks: readonly ForkMeasurement[], canary: CanaryChoice, isQuick: boolean) => Warning | undefined

/** What a reader of these forks should know, with what would cure it. */
export function findWarnings(
  forks: readonly ForkMeasurement[],
  canary: CanaryChoice,
  isQuick: boolean,
): Warning[] {
  return RULES.map((rule) => rule(forks, canary, isQuick)).filter((warning) => warning !== undefined)
}

/** @param stale what is old, in words */
export function warnOfBuild(stale: string | undefined): Warning[] {
  return stale === undefined
    ? []
    : [
        {
          code: 'stale-build',
          message: `${stale}, so that the old code was measured`,
          cure: 'build it, and run again',
        },
      ]
}

const RULES: readonly Rule[] = [
  function trend(forks) {
    const change = median(forks.map((fork) => fork.trend))
    const inLine = forks.filter((fork) => fork.trend * change > 0 && Math.abs(fork.trend) > TREND / 2).length
    if (Math.abs(change) <= TREND || inLine < forks.length * 0.75) return undefined
    const direction = change > 0 ? 'more' : 'less'
    return {
      code: 'trend',
      message: `at its end a fork's ops cost ${formatPercent(Math.abs(change))} ${direction} than at its start (median of ${forks.length} forks)`,
      cure:
        change > 0
          ? 'make the op leave its state as large as it found it'
          : 'its code is still being optimised, as that of a server is for some seconds: read it with care',
    }
  },
  function neverSteady(forks, _canary, isQuick) {
    const unsteady = forks.filter((fork) => !fork.isSteady).length
    if (unsteady <= forks.length / 2) return undefined
    return {
      code: 'never-steady',
      message: `${unsteady} of ${forks.length} forks were still changing when their warm-up ended`,
      cure: `${isQuick ? 'drop --quick, or ' : ''}look for work that the op does only sometimes`,
    }
  },
  function machineMoved(forks, { name }) {
    const times = forks.map((fork) => fork.canaries[name]!.medianNs)
    const factor = Math.max(...times) / Math.min(...times)
    if (factor < MACHINE_MOVED) return undefined
    return {
      code: 'machine-moved',
      message: `the machine was ${factor.toFixed(1)}× slower in one fork than in another (${name} canary)`,
      cure: 'read changes, which are ratios of processes side by side, rather than times; a quieter machine has both',
    }
  },
  function clientSaturated(forks) {
    const share = median(forks.map((fork) => fork.clientBusyShare ?? 0))
    if (share < CLIENT_SATURATED) return undefined
    return {
      code: 'client-saturated',
      message: `the load client was busy ${formatPercent(share)} of the time: throughput is its limit, not the server's`,
      cure: 'read CPU per op instead, or send smaller requests',
    }
  },
  function belowClock(forks) {
    const batch = Math.max(...forks.map((fork) => fork.opsPerSample))
    if (batch === 1) return undefined
    return {
      code: 'below-clock',
      message: `one op is below what the clock resolves: ${batch} were timed together, so percentiles are of their means`,
      cure: 'give the op more to do, or read its throughput only',
    }
  },
  function nothingLeft(forks) {
    if (forks.filter(({ isNothingLeft }) => isNothingLeft).length <= forks.length / 2) return undefined
    return {
      code: 'nothing-left',
      message: 'nothing is left to measure: the op costs no more than an empty one',
      cure: 'use the result: return what the op computes, and take what it works on from its state',
    }
  },
  function fewSamples(forks, _canary, isQuick) {
    const samples = forks.reduce((sum, fork) => sum + fork.samples, 0)
    if (samples >= FEW_SAMPLES) return undefined
    return {
      code: 'few-samples',
      message: `${samples} samples in all: P99 stands on ${Math.floor(samples / 100)} of them`,
      cure: `${isQuick ? 'drop --quick, or ' : ''}raise --forks`,
    }
  },
  function canaryLost(_forks, { name, residual }) {
    if (residual <= CANARY_LOST) return undefined
    return {
      code: 'canary-lost',
      message: `no canary follows this op: the best (${name}) leaves ${formatPercent(residual)} of noise a slice`,
      cure: 'raise --forks; intervals are wide because of it',
    }
  },
]
