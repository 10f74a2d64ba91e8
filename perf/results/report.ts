// The content of report.json: everything one run found out.
import { z } from 'zod'
import type { OpFinding } from '../diagnosis/finding.ts'
import type { Revision } from '../git/revision.ts'
import type { CodeChange } from '../identity/compare-prints.ts'
import type { ChangedCalls } from '../identity/exact-work.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Ratios } from '../measure/turns.ts'
import type { BlameSummary } from '../profiling/blame-summary.ts'
import type { ProfileSummary } from '../profiling/summary.ts'
import type { Interval } from '../stats/interval.ts'
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
  }
  readonly environment: Environment
  /** How far the machine is from the one that stored the baseline's numbers; null where nothing can tell. */
  readonly drift: Drift | null
  readonly scenarios: readonly ScenarioResult[]
  readonly gate: Gate
}

const codeComparisonSchema = z.object({
  change: z
    .object({
      functions: z.array(z.object({ file: z.string(), name: z.string() })),
      others: z.array(z.string()).describe('a module’s top level, a package, a file that is read'),
    })
    .nullable()
    .describe('what differs from the baseline’s code; null where there is none to compare with'),
  tokensPerOp: z
    .object({ baseline: z.number().nullable(), candidate: z.number() })
    .describe('tokens of code that ran, exact'),
  calls: z
    .array(z.object({ file: z.string(), name: z.string(), baseline: z.number(), candidate: z.number() }))
    .describe('functions that are called otherwise often per op'),
}) satisfies z.ZodType<CodeComparison>

const driftSchema = z.object({
  scenarios: z.number().int(),
  ratio: z
    .object({ low: z.number(), value: z.number(), high: z.number() })
    .describe('median, and the middle half'),
}) satisfies z.ZodType<Drift>

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
  code: codeComparisonSchema
    .nullable()
    .describe('null where its code was not counted before it was measured'),
  cost: costSchema,
  canary: canarySchema.describe('that its own numbers are normalised by'),
  metrics: metricsSchema,
  counters: z.array(counterSchema).describe('what the suite counts'),
  warnings: z.array(warningSchema),
  profile: profileSummarySchema.nullable().describe('null where it was not profiled'),
  findings: z
    .array(findingSchema)
    .optional()
    .describe(
      'what makes it cost what it does, in words, the costliest first; missing in reports from before',
    ),
  comparisons: z.array(comparisonSchema),
  blame: blameSchema
    .nullable()
    .describe('null where the cost did not change, or both versions were not at hand'),
  forks: z.array(forkSchema),
  distribution: distributionSchema
    .optional()
    .describe('how the times of its ops are spread; missing in reports from before'),
  pairs: z.array(pairSchema).describe('the pairs of a lockstep comparison; empty without one'),
  setAside: z.number().int().describe('forks left out because the machine was slow while they ran'),
})

const scenarioSchema = z.discriminatedUnion('status', [
  measuredSchema,
  headSchema.extend({ status: z.literal('failed'), reason: z.string() }),
  headSchema.extend({ status: z.literal('skipped'), reason: z.string() }),
  headSchema.extend({
    status: z
      .enum(['unchanged', 'not-reached'])
      .describe('unchanged: not measured, for it runs the baseline’s code'),
  }),
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
  drift: driftSchema
    .nullable()
    .describe('how far the machine is from the one that stored the baseline’s numbers'),
  scenarios: z.array(scenarioSchema),
  gate: gateSchema,
}) satisfies z.ZodType<Report>

/** The published JSON Schema of `report.json`, draft 2020-12. */
export function reportJsonSchema(): unknown {
  return { $id: 'flamegate-report.schema.json', title: 'flamegate report', ...z.toJSONSchema(reportSchema) }
}
