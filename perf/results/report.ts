import { z } from 'zod'
import { CATEGORIES } from '../../profile/model/category.ts'
import type { CanaryName } from '../measure/canary.ts'
import type { ForkMeasurement } from '../measure/measure.ts'
import type { Ratios } from '../measure/turns.ts'
import { environmentSchema } from './environment.ts'

/** Raised when a reader of the old format could misread the new one; docs/formats.md has the log. */
export const REPORT_VERSION = 3

const intervalSchema = z.object({ low: z.number(), value: z.number(), high: z.number() })
export const canaryNameSchema = z.enum([
  'json',
  'allocation',
  'integer',
  'memory',
  'loopback',
]) satisfies z.ZodType<CanaryName>
export const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

const opCostSchema = z.object({
  nsPerOp: z.number(),
  p50Ns: z.number(),
  p95Ns: z.number(),
  p99Ns: z.number(),
  cpuNsPerOp: z.number(),
})

const forkSchema = z.object({
  raw: opCostSchema.extend({ maxNs: z.number() }),
  canaries: z
    .partialRecord(
      canaryNameSchema,
      z.object({
        medianNs: z.number(),
        residual: z.number().describe('robust deviation of ln(slice ÷ canary) inside the fork'),
        normalised: opCostSchema.describe('at reference speed'),
      }),
    )
    .describe('the fork as each canary saw it'),
  samples: z.number().int(),
  opsPerSample: z.number().int(),
  slices: z.number().int(),
  isSteady: z.boolean(),
  warmupMs: z.number(),
  trend: z.number().describe('relative change of cost from the first third of the fork to the last'),
  patchBytesPerOp: z.number().nullable(),
  allocatedBytesPerOp: z.number(),
  gcPerThousandOps: z.number(),
  gcNsPerThousandOps: z.number(),
  clientBusyShare: z.number().nullable(),
}) satisfies z.ZodType<ForkMeasurement>

const pairRatioSchema = z.number().nullable().describe('candidate/baseline; null where the clock reads zero')
const pairSchema = z.object({
  isConfirming: z.boolean().describe('false for the first look, true for the fresh pairs after it'),
  ratios: z.object({
    opsPerSecond: pairRatioSchema,
    p50Ns: pairRatioSchema,
    p95Ns: pairRatioSchema,
    p99Ns: pairRatioSchema,
    cpuNsPerOp: pairRatioSchema,
  }) satisfies z.ZodType<Ratios>,
})
/** What one pair of processes said. */
export type PairRow = z.infer<typeof pairSchema>

const timedSummarySchema = z.object({
  raw: intervalSchema.describe('95 % interval over forks, as the machine gave it'),
  normalised: intervalSchema.describe('95 % interval over forks, at reference speed'),
})

const warningSchema = z.object({
  code: z.enum([
    'trend',
    'never-steady',
    'machine-moved',
    'client-saturated',
    'below-clock',
    'few-samples',
    'canary-lost',
  ]),
  message: z.string().describe('what was seen'),
  cure: z.string().describe('what would cure it'),
})
/** Something about the data that its reader should know. */
export type Warning = z.infer<typeof warningSchema>

const verdictSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['pass', 'regressed', 'improved']) }),
  z.object({ kind: z.literal('inconclusive'), neededForks: z.number().int().describe('estimate, in all') }),
  z.object({
    kind: z.literal('unproven'),
    reason: z.string(),
    isBaselineFault: z.boolean().describe('true when the baseline lacks the scenario or has it otherwise'),
  }),
])
/** What is known about one metric against its limit. */
export type Verdict = z.infer<typeof verdictSchema>

const comparisonSchema = z.object({
  metric: z.enum(['opsPerSecond', 'p50Ns', 'p95Ns', 'p99Ns', 'cpuNsPerOp', 'patchBytesPerOp']),
  isGated: z.boolean(),
  limit: z.number().nullable().describe('ratio candidate/baseline; null for exact counters'),
  ratio: intervalSchema.nullable().describe('candidate/baseline, corrected for the number of comparisons'),
  confirmation: intervalSchema
    .nullable()
    .describe('the same ratio from fresh forks, where one was asked for'),
  smallestDetectable: z
    .number()
    .nullable()
    .describe('ratio >= 1 that this run would have seen four times in five'),
  verdict: verdictSchema,
})
/** One metric of one scenario against the baseline. */
export type Comparison = z.infer<typeof comparisonSchema>

const scenarioBaseSchema = z.object({
  id: z.string(),
  kind: z.enum(['micro', 'http']),
  parameters: parametersSchema,
  isKey: z.boolean(),
  tags: z.array(z.string()),
})

const hotFunctionSchema = z.object({
  functionName: z.string(),
  file: z.string().describe('path from the project’s folder, or a URL; empty for the engine’s own'),
  line: z.number().int().describe('from 1; 0 where there is none'),
  column: z.number().int(),
  category: z.enum(CATEGORIES),
  selfShare: intervalSchema.describe('of the op, 0 to 1'),
  selfNsPerOp: intervalSchema,
  totalNsPerOp: intervalSchema.describe('with callees, as far as they are on the stack'),
  callsPerOp: z.number().nullable().describe('exact; null where the function’s source is not known'),
  allocatedBytesPerOp: z.number().nullable().describe('sampled'),
})
/** A function's part in an op. */
export type HotFunctionRow = z.infer<typeof hotFunctionSchema>

const profileSummarySchema = z.object({
  cost: z
    .enum(['wall', 'cpu'])
    .describe(
      'what ns per op are parts of: wall time, or for HTTP the server’s CPU time; at reference speed',
    ),
  profiles: z.number().int(),
  stackSamples: z.number().int(),
  overhead: intervalSchema.nullable().describe('cost of an op under the profiler ÷ cost without'),
  countedOps: z.number().int().nullable(),
  problems: z.array(z.string()),
  functions: z.array(hotFunctionSchema).describe('the most self time first'),
})
/** Where the time of a scenario's op goes. */
export type ProfileSummary = z.infer<typeof profileSummarySchema>

const bothSchema = <T extends z.ZodType>(of: T) => z.object({ baseline: of, candidate: of })
const changedPackageSchema = z.object({
  name: z.string(),
  baseline: z.string().nullable(),
  candidate: z.string().nullable(),
})

const blamedFunctionSchema = z.object({
  functionName: z.string(),
  file: z.string().describe('as in hot functions; of the version before where the one after lacks it'),
  line: z.number().int(),
  category: z.enum(CATEGORIES),
  change: z.enum(['same', 'changed', 'renamed', 'moved', 'new', 'gone']),
  isTouched: z.boolean().describe('whether its own code differs, comments and layout aside'),
  selfNsPerOp: bothSchema(z.number()),
  changeNs: intervalSchema.describe('of its self time per op, by the scatter of the profiles'),
  changeShare: z.number().describe('of the whole change of the op'),
  callsPerOp: bothSchema(z.number().nullable()).describe('exact; null where they were not counted'),
  allocatedBytesPerOp: bothSchema(z.number().nullable()).describe('sampled'),
  deopts: bothSchema(z.number()).describe(
    'how often V8 deoptimised it in a profile of its measured ops, on average',
  ),
  deoptReason: z.string().describe('in V8’s words; empty where it was not'),
})
/** What became of a function between two versions. */
export type BlamedFunction = z.infer<typeof blamedFunctionSchema>

const suspectSchema = blamedFunctionSchema.extend({
  line: z.number().int().describe('the line that does it'),
  explainedNs: intervalSchema.describe('of its own time and of others’ that it answers for, per op'),
  explainedShare: z.number(),
  symptom: blamedFunctionSchema
    .nullable()
    .describe('the function in which most of it shows; null where that is its own time'),
  loop: z
    .object({ line: z.number().int(), baseline: z.number(), candidate: z.number() })
    .nullable()
    .describe('code of its own that runs more often per op than any of it did before'),
  package: changedPackageSchema.nullable().describe('its package, where that has another version'),
})
/** A touched function that answers for a part of the change. */
export type SuspectRow = z.infer<typeof suspectSchema>

const blameSchema = z.object({
  outcome: z.enum(['blamed', 'unchanged-code', 'withheld']),
  reason: z.string().nullable().describe('why nobody is blamed'),
  cure: z.string().nullable(),
  nsPerOp: bothSchema(z.number()),
  ratio: intervalSchema.describe('cost of an op, candidate/baseline'),
  stackSamples: bothSchema(z.number().int()),
  suspects: z.array(suspectSchema).describe('the largest part first'),
  functions: z.array(blamedFunctionSchema).describe('the largest change first'),
  unexplainedNs: z.number().describe('of the change, what no suspect answers for'),
  packages: z.array(changedPackageSchema).describe('loaded packages with another version'),
})
/** Where the time went between two versions of a scenario. */
export type BlameSummary = z.infer<typeof blameSchema>

const measuredSchema = scenarioBaseSchema.extend({
  status: z.literal('measured'),
  canary: z.object({ name: canaryNameSchema, residual: z.number() }),
  metrics: z.object({
    opsPerSecond: timedSummarySchema,
    p50Ns: timedSummarySchema,
    p95Ns: timedSummarySchema,
    p99Ns: timedSummarySchema,
    cpuNsPerOp: timedSummarySchema,
    maxNs: z.number().describe('slowest sample of all, raw'),
    patchBytesPerOp: z.number().nullable(),
    allocatedBytesPerOp: intervalSchema,
    gcPerThousandOps: intervalSchema,
    gcNsPerThousandOps: intervalSchema,
    samples: z.number().int(),
    opsPerSample: z.number().int(),
  }),
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
/** A scenario with numbers. */
export type MeasuredResult = z.infer<typeof measuredSchema>

const scenarioResultSchema = z.discriminatedUnion('status', [
  measuredSchema,
  scenarioBaseSchema.extend({ status: z.literal('failed'), reason: z.string() }),
  scenarioBaseSchema.extend({ status: z.literal('skipped'), reason: z.string() }),
  scenarioBaseSchema.extend({ status: z.literal('not-reached') }),
])
export type ScenarioResult = z.infer<typeof scenarioResultSchema>

const proofSchema = z.object({
  plantedRatio: intervalSchema.nullable().describe('cost with a slow-down planted ÷ cost without'),
  sameRatio: intervalSchema.nullable().describe('cost of the same code twice'),
  failure: z.string().nullable().describe('why this gate proves nothing here; null where it works'),
})
/** Whether the gate sees what it must see on this machine, and nothing else. */
export type Proof = z.infer<typeof proofSchema>

const gateSchema = z.object({
  isStrict: z.boolean(),
  outcome: z.enum(['green', 'red', 'not-compared', 'invalid', 'unproven']),
  baselineCommit: z.string().nullable(),
  proof: proofSchema
    .nullable()
    .describe('what the gate saw of a slow-down of its own; null where none was asked for'),
  keyScenarios: z.number().int().describe('scenarios that the gate is about'),
  compared: z.number().int().describe('key scenarios with at least one gated ratio'),
  inconclusive: z.array(z.string()).describe('scenarios with an interval across a limit'),
  notCompared: z
    .array(z.string())
    .describe('scenarios that could be skipped without harm, or whose numbers prove nothing, with why'),
  reasons: z.array(z.string()).describe('why the outcome is not green'),
})
/** What the gate made of a run. */
export type Gate = z.infer<typeof gateSchema>

export const reportSchema = z.object({
  schemaVersion: z.literal(REPORT_VERSION),
  run: z.object({
    id: z.string(),
    startedAt: z.iso.datetime(),
    elapsedMs: z.number(),
    isComplete: z.boolean().describe('false when the run was interrupted'),
    commit: z.string().nullable().describe('of the measured code; +changes when the tree differs from it'),
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
  scenarios: z.array(scenarioResultSchema),
  gate: gateSchema,
})
/** Everything one run found out: the content of `report.json`. */
export type Report = z.infer<typeof reportSchema>

/** The published JSON Schema of `report.json`, draft 2020-12. */
export function reportJsonSchema(): unknown {
  return { $id: 'flamegate-report.schema.json', title: 'flamegate report', ...z.toJSONSchema(reportSchema) }
}

/** One step a version: what the report of the version before lacks. */
export const REPORT_UPGRADES: Readonly<Record<number, (content: Record<string, unknown>) => unknown>> = {
  1: (content) => ({
    ...content,
    schemaVersion: 2,
    run: { against: null, ...(content.run as object) },
    gate: { proof: null, ...(content.gate as object) },
    scenarios: (content.scenarios as object[]).map((scenario) => ({ pairs: [], blame: null, ...scenario })),
  }),
}
