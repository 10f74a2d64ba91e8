// The content of report.json: everything one run found out.

import * as v from 'valibot'
import type { OpFinding } from '../diagnosis/finding.ts'
import type { Revision } from '../git/revision.ts'
import type { CodeChange } from '../identity/compare-prints.ts'
import type { ChangedCalls } from '../identity/exact-work.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Ratios } from '../measure/turns.ts'
import type { BlameSummary } from '../profiling/blame-summary.ts'
import type { ProfileSummary } from '../profiling/summary.ts'
import type { Interval } from '../stats/interval.ts'
import type { AskedCommand } from '../suite/command/asked.ts'
import type { Shard } from '../suite/filter.ts'
import type { ScenarioDescription } from '../suite/scenario.ts'
import type { Cost } from '../verdict/cost.ts'
import type { CounterResult } from '../verdict/counters.ts'
import type { Gate } from '../verdict/gate.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import type { ScenarioVerdict } from '../verdict/scenario-verdict.ts'
import type { Distribution } from './distribution.ts'
import { type Environment, environmentSchema } from './environment.ts'
import {
  blameSchema,
  canarySchema,
  comparisonSchema,
  costSchema,
  counterSchema,
  distributionSchema,
  findingSchema,
  forkSchema,
  gateSchema,
  metricsSchema,
  pairSchema,
  parametersSchema,
  profileSummarySchema,
  revisionSchema,
  scenarioVerdictSchema,
  warningSchema,
} from './report-parts.ts'
import type { ForksSummary } from './scenario-metrics.ts'

/** Raised when a reader of the old format could misread the new one; docs/formats.md has the log. */
export const REPORT_VERSION = 4

/** What one pair of processes said. */
export interface PairRow {
  readonly isConfirming: boolean
  readonly ratios: Ratios
}

/** A scenario's code beside the baseline's. */
export interface CodeComparison {
  /** What differs; null where there is no code to compare with. */
  readonly change: CodeChange | null
  /** Tokens of code that ran per op, exact; the baseline's is null where it is not known. */
  readonly tokensPerOp: { readonly baseline: number | null; readonly candidate: number }
  /** The largest difference first. */
  readonly calls: readonly ChangedCalls[]
}

/** What scenarios that run the baseline's code cost today ÷ what they cost when its numbers were stored. */
export interface Drift {
  readonly scenarios: number
  /** Median, and the middle half. */
  readonly ratio: Interval
}

/** A scenario as it was asked for. */
export type ScenarioHead = Omit<ScenarioDescription, 'limits'>

/** A scenario with numbers. */
export interface MeasuredResult extends ScenarioHead, ForksSummary {
  readonly status: 'measured'
  /** Null where it was not compared, or the gate is not about it. */
  readonly verdict: ScenarioVerdict | null
  /** Null where its code was not counted before it was measured. */
  readonly code: CodeComparison | null
  readonly cost: Cost
  readonly counters: readonly CounterResult[]
  /** Null where it was not profiled. */
  readonly profile: ProfileSummary | null
  /** What its profile says in words, the costliest first; missing in reports from before. */
  readonly findings?: readonly OpFinding[] | undefined
  readonly comparisons: readonly Comparison[]
  /** Null where the cost did not change, or both versions were not at hand. */
  readonly blame: BlameSummary | null
  readonly forks: readonly ForkMeasurement[]
  /** How the times of its ops are spread; missing in reports from before. */
  readonly distribution?: Distribution | undefined
  /** The pairs of a lockstep comparison; empty without one. */
  readonly pairs: readonly PairRow[]
  /** Forks left out because the machine was slow while they ran. */
  readonly setAside: number
}

export type ScenarioResult =
  | MeasuredResult
  | (ScenarioHead & { readonly status: 'failed' | 'skipped'; readonly reason: string })
  /** Not measured, for it runs the baseline's code; or not reached before the run ended. */
  | (ScenarioHead & { readonly status: 'unchanged' | 'not-reached' })

/** Everything one run found out. */
export interface Report {
  readonly schemaVersion: typeof REPORT_VERSION
  readonly run: {
    readonly id: string
    readonly startedAt: string
    readonly elapsedMs: number
    readonly isComplete: boolean
    readonly commit: Revision | null
    readonly target: string | null
    readonly against: string | null
    readonly seed: number
    readonly forks: number
    readonly isQuick: boolean
    readonly budgetMs: number
    readonly timeoutMs: number | null
    readonly filters: readonly string[]
    /** The server that was asked, for scenarios that are in no perf file; missing for those that are. */
    readonly command?: AskedCommand | undefined
    /** Which part of all scenarios was measured; missing where it was all of them. */
    readonly shard?: Shard | undefined
  }
  readonly environment: Environment
  /** How far the machine is from the one that stored the baseline's numbers; null where nothing can tell. */
  readonly drift: Drift | null
  readonly scenarios: readonly ScenarioResult[]
  readonly gate: Gate
}

const codeComparisonSchema = v.object({
  change: v.pipe(
    v.nullable(
      v.object({
        functions: v.array(v.object({ file: v.string(), name: v.string() })),
        others: v.pipe(
          v.array(v.string()),
          v.description('a module’s top level, a package, a file that is read'),
        ),
      }),
    ),
    v.description('what differs from the baseline’s code; null where there is none to compare with'),
  ),
  tokensPerOp: v.pipe(
    v.object({ baseline: v.nullable(v.number()), candidate: v.number() }),
    v.description('tokens of code that ran, exact'),
  ),
  calls: v.pipe(
    v.array(v.object({ file: v.string(), name: v.string(), baseline: v.number(), candidate: v.number() })),
    v.description('functions that are called otherwise often per op'),
  ),
}) satisfies v.GenericSchema<CodeComparison>

const driftSchema = v.object({
  scenarios: v.pipe(v.number(), v.integer()),
  ratio: v.pipe(
    v.object({ low: v.number(), value: v.number(), high: v.number() }),
    v.description('median, and the middle half'),
  ),
}) satisfies v.GenericSchema<Drift>

const commandSchema = v.object({
  words: v.array(v.string()),
  paths: v.pipe(v.array(v.string()), v.description('that were asked for')),
}) satisfies v.GenericSchema<AskedCommand>

const shardSchema = v.object({
  index: v.pipe(v.number(), v.integer(), v.description('from 1')),
  count: v.pipe(v.number(), v.integer()),
  ids: v.pipe(v.array(v.string()), v.description('of all scenarios that all parts measure')),
  absent: v.pipe(
    v.array(v.string()),
    v.description('those of this part that are no scenarios of both versions, and so are not measured'),
  ),
}) satisfies v.GenericSchema<Shard>

const headSchema = v.object({
  id: v.string(),
  kind: v.picklist(['micro', 'http']),
  parameters: parametersSchema,
  isKey: v.boolean(),
  tags: v.array(v.string()),
}) satisfies v.GenericSchema<ScenarioHead>

const measuredSchema = v.object({
  ...headSchema.entries,
  status: v.literal('measured'),
  verdict: v.pipe(
    v.nullable(scenarioVerdictSchema),
    v.description('null where it was not compared, or is not gated'),
  ),
  code: v.pipe(
    v.nullable(codeComparisonSchema),
    v.description('null where its code was not counted before it was measured'),
  ),
  cost: costSchema,
  canary: v.pipe(canarySchema, v.description('that its own numbers are normalised by')),
  metrics: metricsSchema,
  counters: v.pipe(v.array(counterSchema), v.description('what the suite counts')),
  warnings: v.array(warningSchema),
  profile: v.pipe(v.nullable(profileSummarySchema), v.description('null where it was not profiled')),
  findings: v.pipe(
    v.optional(v.array(findingSchema)),
    v.description(
      'what makes it cost what it does, in words, the costliest first; missing in reports from before',
    ),
  ),
  comparisons: v.array(comparisonSchema),
  blame: v.pipe(
    v.nullable(blameSchema),
    v.description('null where the cost did not change, or both versions were not at hand'),
  ),
  forks: v.array(forkSchema),
  distribution: v.pipe(
    v.optional(distributionSchema),
    v.description('how the times of its ops are spread; missing in reports from before'),
  ),
  pairs: v.pipe(v.array(pairSchema), v.description('the pairs of a lockstep comparison; empty without one')),
  setAside: v.pipe(
    v.number(),
    v.integer(),
    v.description('forks left out because the machine was slow while they ran'),
  ),
})

const scenarioSchema = v.variant('status', [
  measuredSchema,
  v.object({ ...headSchema.entries, status: v.literal('failed'), reason: v.string() }),
  v.object({ ...headSchema.entries, status: v.literal('skipped'), reason: v.string() }),
  v.object({
    ...headSchema.entries,
    status: v.pipe(
      v.picklist(['unchanged', 'not-reached']),
      v.description('unchanged: not measured, for it runs the baseline’s code'),
    ),
  }),
])

export const reportSchema = v.object({
  schemaVersion: v.literal(REPORT_VERSION),
  run: v.object({
    id: v.string(),
    startedAt: v.pipe(v.string(), v.isoTimestamp()),
    elapsedMs: v.number(),
    isComplete: v.pipe(v.boolean(), v.description('false when the run was interrupted')),
    commit: v.pipe(v.nullable(revisionSchema), v.description('of the measured code')),
    target: v.pipe(v.nullable(v.string()), v.description('the folder measured instead of the suite’s own')),
    against: v.pipe(
      v.nullable(v.string()),
      v.description('what it was measured beside, in lockstep; null where stored forks are the baseline'),
    ),
    seed: v.pipe(v.number(), v.integer()),
    forks: v.pipe(
      v.number(),
      v.integer(),
      v.description('asked for of every scenario; in lockstep there are twice as many pairs'),
    ),
    isQuick: v.boolean(),
    budgetMs: v.pipe(
      v.number(),
      v.description('forks were added for clearer verdicts until the run had taken this long'),
    ),
    timeoutMs: v.pipe(v.nullable(v.number()), v.description('longest time for one fork, where it was set')),
    filters: v.array(v.string()),
    command: v.pipe(
      v.optional(commandSchema),
      v.description(
        'the server that was asked; missing where scenarios are in perf files, and in reports from before',
      ),
    ),
    shard: v.pipe(
      v.optional(shardSchema),
      v.description('which part of all scenarios was measured; missing where it was all of them'),
    ),
  }),
  environment: environmentSchema,
  drift: v.pipe(
    v.nullable(driftSchema),
    v.description('how far the machine is from the one that stored the baseline’s numbers'),
  ),
  scenarios: v.array(scenarioSchema),
  gate: gateSchema,
}) satisfies v.GenericSchema<Report>
