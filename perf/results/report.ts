// The content of report.json: everything one run found out.
import { z } from 'zod'
import type { Revision } from '../git/revision.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Ratios } from '../measure/turns.ts'
import type { BlameSummary } from '../profiling/blame-summary.ts'
import type { ProfileSummary } from '../profiling/summary.ts'
import type { ScenarioDescription } from '../suite/scenario.ts'
import type { Cost } from '../verdict/cost.ts'
import type { CounterResult } from '../verdict/counters.ts'
import type { Gate } from '../verdict/gate.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import type { ScenarioVerdict } from '../verdict/scenario-verdict.ts'
import { type Environment, environmentSchema } from './environment.ts'
import {
  blameSchema,
  canarySchema,
  comparisonSchema,
  costSchema,
  counterSchema,
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
export const REPORT_VERSION = 3

/** What one pair of processes said. */
export interface PairRow {
  readonly isConfirming: boolean
  readonly ratios: Ratios
}

/** A scenario as it was asked for. */
export type ScenarioHead = Omit<ScenarioDescription, 'limits'>

/** A scenario with numbers. */
export interface MeasuredResult extends ScenarioHead, ForksSummary {
  readonly status: 'measured'
  /** Null where it was not compared, or the gate is not about it. */
  readonly verdict: ScenarioVerdict | null
  readonly cost: Cost
  readonly counters: readonly CounterResult[]
  /** Null where it was not profiled. */
  readonly profile: ProfileSummary | null
  readonly comparisons: readonly Comparison[]
  /** Null where the cost did not change, or both versions were not at hand. */
  readonly blame: BlameSummary | null
  readonly forks: readonly ForkMeasurement[]
  /** The pairs of a lockstep comparison; empty without one. */
  readonly pairs: readonly PairRow[]
  /** Forks left out because the machine was slow while they ran. */
  readonly setAside: number
}

export type ScenarioResult =
  | MeasuredResult
  | (ScenarioHead & { readonly status: 'failed' | 'skipped'; readonly reason: string })
  | (ScenarioHead & { readonly status: 'not-reached' })

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
  }
  readonly environment: Environment
  readonly scenarios: readonly ScenarioResult[]
  readonly gate: Gate
}

const headSchema = z.object({
  id: z.string(),
  kind: z.enum(['micro', 'http']),
  parameters: parametersSchema,
  isKey: z.boolean(),
  tags: z.array(z.string()),
}) satisfies z.ZodType<ScenarioHead>

const measuredSchema = headSchema.extend({
  status: z.literal('measured'),
  verdict: scenarioVerdictSchema.nullable().describe('null where it was not compared, or is not gated'),
  cost: costSchema,
  canary: canarySchema.describe('that its own numbers are normalised by'),
  metrics: metricsSchema,
  counters: z.array(counterSchema).describe('what the suite counts'),
  warnings: z.array(warningSchema),
  profile: profileSummarySchema.nullable().describe('null where it was not profiled'),
  comparisons: z.array(comparisonSchema),
  blame: blameSchema
    .nullable()
    .describe('null where the cost did not change, or both versions were not at hand'),
  forks: z.array(forkSchema),
  pairs: z.array(pairSchema).describe('the pairs of a lockstep comparison; empty without one'),
  setAside: z.number().int().describe('forks left out because the machine was slow while they ran'),
})

const scenarioSchema = z.discriminatedUnion('status', [
  measuredSchema,
  headSchema.extend({ status: z.literal('failed'), reason: z.string() }),
  headSchema.extend({ status: z.literal('skipped'), reason: z.string() }),
  headSchema.extend({ status: z.literal('not-reached') }),
])

export const reportSchema = z.object({
  schemaVersion: z.literal(REPORT_VERSION),
  run: z.object({
    id: z.string(),
    startedAt: z.iso.datetime(),
    elapsedMs: z.number(),
    isComplete: z.boolean().describe('false when the run was interrupted'),
    commit: revisionSchema.nullable().describe('of the measured code'),
    target: z.string().nullable().describe('the folder measured instead of the suite’s own'),
    against: z
      .string()
      .nullable()
      .describe('what it was measured beside, in lockstep; null where stored forks are the baseline'),
    seed: z.number().int(),
    forks: z
      .number()
      .int()
      .describe('asked for of every scenario; in lockstep there are twice as many pairs'),
    isQuick: z.boolean(),
    budgetMs: z.number().describe('forks were added for clearer verdicts until the run had taken this long'),
    timeoutMs: z.number().nullable().describe('longest time for one fork, where it was set'),
    filters: z.array(z.string()),
  }),
  environment: environmentSchema,
  scenarios: z.array(scenarioSchema),
  gate: gateSchema,
}) satisfies z.ZodType<Report>

/** The published JSON Schema of `report.json`, draft 2020-12. */
export function reportJsonSchema(): unknown {
  return { $id: 'flamegate-report.schema.json', title: 'flamegate report', ...z.toJSONSchema(reportSchema) }
}
