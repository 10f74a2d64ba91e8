// The schemas of what a report is made of; each is checked against the type that lives where the thing is made.
import { z } from 'zod'
import type { FunctionChange } from '../../profile/blame/change.ts'
import { CATEGORIES } from '../../profile/model/category.ts'
import { FINDING_CODES, type OpFinding } from '../diagnosis/finding.ts'
import type { Revision } from '../git/revision.ts'
import type { CanaryName } from '../measure/canary.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Ratios } from '../measure/turns.ts'
import type { BlamedFunction, BlameSummary } from '../profiling/blame-summary.ts'
import type { ProfileSummary } from '../profiling/summary.ts'
import { byMetric, METRICS, TIMED_METRICS } from '../suite/metrics.ts'
import type { CanaryChoice } from '../verdict/canary-choice.ts'
import type { Cost } from '../verdict/cost.ts'
import type { CounterResult } from '../verdict/counters.ts'
import type { Gate } from '../verdict/gate.ts'
import type { Comparison } from '../verdict/metric-verdict.ts'
import type { ScenarioVerdict } from '../verdict/scenario-verdict.ts'
import { WARNING_CODES, type Warning } from '../verdict/warnings.ts'
import type { Distribution } from './distribution.ts'
import type { ScenarioMetrics } from './scenario-metrics.ts'

const interval = z.object({ low: z.number(), value: z.number(), high: z.number() })
const metric = z.enum(TIMED_METRICS)
const count = z.number().int()

export const canaryNameSchema = z.enum([
  'json',
  'allocation',
  'integer',
  'memory',
  'loopback',
]) satisfies z.ZodType<CanaryName>
export const canarySchema = z.object({
  name: canaryNameSchema,
  residual: z.number(),
}) satisfies z.ZodType<CanaryChoice>
export const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export const countersSchema = z.record(z.string(), z.number())
export const revisionSchema = z.object({
  hash: z.string(),
  isDirty: z.boolean().describe('whether the tree differs from the commit'),
}) satisfies z.ZodType<Revision>

const opCost = z.object(
  Object.fromEntries(TIMED_METRICS.map((name) => [METRICS[name].field, z.number()])) as Record<
    (typeof METRICS)[(typeof TIMED_METRICS)[number]]['field'],
    z.ZodNumber
  >,
)

export const forkSchema = z.object({
  raw: opCost.extend({ maxNs: z.number() }),
  canaries: z
    .partialRecord(
      canaryNameSchema,
      z.object({
        medianNs: z.number(),
        residual: z.number().describe('robust deviation of ln(slice ÷ canary) inside the fork'),
        normalised: opCost.describe('at reference speed'),
      }),
    )
    .describe('the fork as each canary saw it'),
  samples: count,
  opsPerSample: count,
  slices: count,
  isSteady: z.boolean(),
  warmupMs: z.number(),
  trend: z.number().describe('relative change of cost from the first third of the fork to the last'),
  counters: countersSchema.describe('what the scenario counts, per op; exact'),
  allocatedBytesPerOp: z.number(),
  gcPerThousandOps: z.number(),
  gcNsPerThousandOps: z.number(),
  clientBusyShare: z.number().nullable(),
  isNothingLeft: z
    .boolean()
    .optional()
    .describe('whether an op costs no more than an empty one; else it is missing'),
}) satisfies z.ZodType<ForkMeasurement>

const pairRatio = z.number().nullable().describe('candidate/baseline; null where the clock reads zero')
export const pairSchema = z.object({
  isConfirming: z.boolean().describe('false for the first look, true for the fresh pairs after it'),
  ratios: z.object(byMetric(() => pairRatio)) satisfies z.ZodType<Ratios>,
})

const timedSummary = z.object({
  raw: interval.describe('95 % interval over forks, as the machine gave it'),
  normalised: interval.describe('95 % interval over forks, at reference speed'),
})
export const metricsSchema = z.object({
  ...byMetric(() => timedSummary),
  maxNs: z.number().describe('slowest sample of all, raw'),
  allocatedBytesPerOp: interval,
  gcPerThousandOps: interval,
  gcNsPerThousandOps: interval,
  samples: count,
  opsPerSample: count,
}) satisfies z.ZodType<ScenarioMetrics>

export const counterSchema = z.object({
  name: z.string(),
  unit: z.enum(['bytes', 'ns', 'count']),
  perOp: z.number().describe('exact'),
  baselinePerOp: z.number().nullable(),
}) satisfies z.ZodType<CounterResult>

export const warningSchema = z.object({
  code: z.enum(WARNING_CODES),
  message: z.string().describe('what was seen'),
  cure: z.string().describe('what would cure it'),
}) satisfies z.ZodType<Warning>

export const comparisonSchema = z.object({
  metric,
  isGated: z.boolean(),
  limit: z.number().describe('ratio candidate/baseline'),
  confidence: z.number().describe('of its intervals, corrected for the number of comparisons and looks'),
  canary: canarySchema.nullable().describe('that normalised both sides; null in lockstep'),
  ratio: interval.nullable().describe('candidate/baseline'),
  firstLook: z
    .enum(['inside', 'better', 'beyond', 'crossing'])
    .nullable()
    .describe('where the ratio lies against its limit'),
  confirmation: interval.nullable().describe('the same ratio from fresh trials, where one was asked for'),
  minimumDetectableEffect: z
    .number()
    .nullable()
    .describe('ratio >= 1 that this run would have seen with a power of 80 %'),
  verdict: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['pass', 'regressed', 'improved']) }),
    z.object({ kind: z.literal('inconclusive'), neededTrials: count.describe('estimate, in all') }),
    z.object({
      kind: z.literal('unproven'),
      reason: z.string(),
      isBaselineFault: z.boolean().describe('true when the baseline lacks the scenario or has it otherwise'),
    }),
  ]),
}) satisfies z.ZodType<Comparison>

export const scenarioVerdictSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['pass', 'same-code']) }),
  z.object({ kind: z.enum(['regressed', 'improved']), metrics: z.array(metric) }),
  z.object({
    kind: z.literal('inconclusive'),
    metrics: z.array(metric),
    neededTrials: count.describe('forks, or pairs, in all; an estimate'),
  }),
  z.object({ kind: z.literal('unproven'), reason: z.string() }),
]) satisfies z.ZodType<ScenarioVerdict>

export const costSchema = z.object({
  kind: z.enum(['wall', 'cpu']).describe('wall time, or for HTTP the server’s CPU time'),
  nsPerOp: z.number().describe('at reference speed'),
  ratio: interval.nullable().describe('candidate/baseline; null where it was not compared'),
  hasChanged: z.boolean().describe('whether it is another than the baseline’s'),
}) satisfies z.ZodType<Cost>

export const profileSummarySchema = z.object({
  profiles: count,
  stackSamples: count,
  overhead: interval.nullable().describe('cost of an op under the profiler ÷ cost without'),
  countedOps: count.nullable(),
  waitingNsPerOp: z
    .number()
    .optional()
    .describe('for what an op waits, beside its functions; missing where it does not'),
  problems: z.array(z.string()),
  functions: z
    .array(
      z.object({
        functionName: z.string(),
        file: z.string().describe('path from the project’s folder, or a URL; empty for the engine’s own'),
        line: count.describe('from 1; 0 where there is none'),
        column: count,
        category: z.enum(CATEGORIES),
        selfShare: interval.describe('of the op, 0 to 1'),
        selfNsPerOp: interval,
        totalNsPerOp: interval.describe('with callees, as far as they are on the stack'),
        callsPerOp: z.number().nullable().describe('exact; null where the function’s source is not known'),
        allocatedBytesPerOp: z.number().nullable().describe('sampled'),
      }),
    )
    .describe('the most self time first'),
}) satisfies z.ZodType<ProfileSummary>

export const distributionSchema = z.object({
  quantiles: z.array(z.number()).describe('shares of ops, 0 to 1'),
  candidateNs: z
    .array(z.number())
    .describe('what that share of ops costs at most, raw; the middle of the forks'),
  baselineNs: z.array(z.number()).nullable().describe('null where it was not measured beside'),
}) satisfies z.ZodType<Distribution>

export const findingSchema = z.object({
  code: z.enum(FINDING_CODES),
  message: z.string().describe('what was seen'),
  cure: z.string().describe('what to try'),
  nsPerOp: z.number(),
  share: z.number().describe('of the op, 0 to 1'),
  functionName: z.string().describe('empty where it has no place'),
  file: z.string().describe('as in hot functions'),
  line: count,
}) satisfies z.ZodType<OpFinding>

const both = <T extends z.ZodType>(of: T) => z.object({ baseline: of, candidate: of })
const CHANGES = ['same', 'changed', 'renamed', 'moved', 'new', 'gone'] as const satisfies FunctionChange[]
const changedPackage = both(z.string().nullable()).extend({ name: z.string() })
const blamedFunction = z.object({
  functionName: z.string(),
  file: z.string().describe('as in hot functions; of the baseline where the candidate lacks it'),
  line: count,
  category: z.enum(CATEGORIES),
  change: z.enum(CHANGES),
  isTouched: z.boolean().describe('whether its own code differs, comments and layout aside'),
  selfNsPerOp: both(z.number()),
  changeNs: interval.describe('of its self time per op, by the scatter of the profiles'),
  changeShare: z.number().describe('of the whole change of the op'),
  callsPerOp: both(z.number().nullable()).describe('exact; null where they were not counted'),
  allocatedBytesPerOp: both(z.number().nullable()).describe('sampled'),
  deopts: both(z.number()).describe(
    'how often V8 deoptimised it in a profile of its measured ops, on average',
  ),
  deoptReason: z.string().describe('in V8’s words; empty where it was not'),
}) satisfies z.ZodType<BlamedFunction>
const suspect = blamedFunction.extend({
  line: count.describe('the line that does it'),
  explainedNs: interval.describe('of its own time and of others’ that it answers for, per op'),
  explainedShare: z.number(),
  symptom: blamedFunction
    .nullable()
    .describe('the function in which most of it shows; null where that is its own time'),
  loop: both(z.number())
    .extend({ line: count })
    .nullable()
    .describe('code of its own that runs more often per op than any of it did in the baseline'),
  package: changedPackage.nullable().describe('its package, where that has another version'),
})
export const blameSchema = z.object({
  outcome: z.enum(['blamed', 'unchanged-code', 'withheld']),
  reason: z.string().nullable().describe('why nobody is blamed'),
  cure: z.string().nullable(),
  nsPerOp: both(z.number()),
  ratio: interval.describe('cost of an op, candidate/baseline'),
  stackSamples: both(count),
  suspects: z.array(suspect).describe('the largest part first'),
  functions: z.array(blamedFunction).describe('the largest change first'),
  unexplainedNs: z.number().describe('of the change, what no suspect answers for'),
  packages: z.array(changedPackage).describe('loaded packages with another version'),
}) satisfies z.ZodType<BlameSummary>

export const gateSchema = z.object({
  isStrict: z.boolean(),
  outcome: z.enum(['green', 'red', 'not-compared', 'invalid', 'control-failed']),
  baselineCommit: revisionSchema.nullable(),
  proof: z
    .object({
      plantedRatio: interval.nullable().describe('cost with an injected slow-down ÷ cost without'),
      sameRatio: interval.nullable().describe('cost of the same code twice'),
      failure: z.string().nullable().describe('why this gate proves nothing here; null where it works'),
    })
    .nullable()
    .describe('the gate’s positive and negative control; null where none was asked for'),
  keyScenarios: count.describe('scenarios that the gate is about'),
  compared: count.describe('key scenarios with at least one gated ratio, or with the same code'),
  sameCode: count.describe('key scenarios that run the baseline’s code'),
  inconclusive: z
    .array(z.string())
    .describe('scenarios with an interval across a limit, or beyond it once and not again'),
  notCompared: z
    .array(z.string())
    .describe('scenarios that could be skipped without harm, or whose numbers prove nothing, with why'),
  reasons: z.array(z.string()).describe('why the outcome is not green'),
  minimumDetectable: z
    .object({
      median: z.number(),
      worst: z.object({ ratio: z.number(), scenarioId: z.string(), metric }),
    })
    .nullable()
    .describe('minimum detectable effects (ratio >= 1, power 80 %) of the gated comparisons'),
  change: z
    .enum(['none', 'same-code', 'some'])
    .nullable()
    .describe('whether any scenario costs other than the version beside it; null where none was beside it'),
}) satisfies z.ZodType<Gate>
