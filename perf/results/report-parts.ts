// The schemas of what a report is made of; each is checked against the type that lives where the thing is made.
import * as v from 'valibot'
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

const interval = v.object({ low: v.number(), value: v.number(), high: v.number() })
const metric = v.picklist(TIMED_METRICS)
const count = v.pipe(v.number(), v.integer())

export const canaryNameSchema = v.picklist([
  'json',
  'allocation',
  'integer',
  'memory',
  'loopback',
]) satisfies v.GenericSchema<CanaryName>
/** Of the canaries that a fork had. */
export const byCanary = <T extends v.GenericSchema>(of: T) =>
  v.object(
    Object.fromEntries(canaryNameSchema.options.map((name) => [name, v.exactOptional(of)])) as Record<
      CanaryName,
      v.ExactOptionalSchema<T, undefined>
    >,
  )
export const canarySchema = v.object({
  name: canaryNameSchema,
  residual: v.number(),
}) satisfies v.GenericSchema<CanaryChoice>
export const parametersSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))
export const countersSchema = v.record(v.string(), v.number())
export const revisionSchema = v.object({
  hash: v.string(),
  isDirty: v.pipe(v.boolean(), v.description('whether the tree differs from the commit')),
}) satisfies v.GenericSchema<Revision>

const opCost = v.object(
  Object.fromEntries(TIMED_METRICS.map((name) => [METRICS[name].field, v.number()])) as Record<
    (typeof METRICS)[(typeof TIMED_METRICS)[number]]['field'],
    v.NumberSchema<undefined>
  >,
)

export const forkSchema = v.object({
  raw: v.object({ ...opCost.entries, maxNs: v.number() }),
  canaries: v.pipe(
    byCanary(
      v.object({
        medianNs: v.number(),
        residual: v.pipe(v.number(), v.description('robust deviation of ln(slice ÷ canary) inside the fork')),
        normalised: v.pipe(opCost, v.description('at reference speed')),
      }),
    ),
    v.description('the fork as each canary saw it'),
  ),
  samples: count,
  opsPerSample: count,
  slices: count,
  isSteady: v.boolean(),
  warmupMs: v.number(),
  trend: v.pipe(
    v.number(),
    v.description('relative change of cost from the first third of the fork to the last'),
  ),
  counters: v.pipe(countersSchema, v.description('what the scenario counts, per op; exact')),
  allocatedBytesPerOp: v.number(),
  gcPerThousandOps: v.number(),
  gcNsPerThousandOps: v.number(),
  clientBusyShare: v.nullable(v.number()),
  isNothingLeft: v.pipe(
    v.optional(v.boolean()),
    v.description('whether an op costs no more than an empty one; else it is missing'),
  ),
}) satisfies v.GenericSchema<ForkMeasurement>

const pairRatio = v.pipe(
  v.nullable(v.number()),
  v.description('candidate/baseline; null where the clock reads zero'),
)
export const pairSchema = v.object({
  isConfirming: v.pipe(
    v.boolean(),
    v.description('false for the first look, true for the fresh pairs after it'),
  ),
  ratios: v.object(byMetric(() => pairRatio)) satisfies v.GenericSchema<Ratios>,
})

const timedSummary = v.object({
  raw: v.pipe(interval, v.description('95 % interval over forks, as the machine gave it')),
  normalised: v.pipe(interval, v.description('95 % interval over forks, at reference speed')),
})
export const metricsSchema = v.object({
  ...byMetric(() => timedSummary),
  maxNs: v.pipe(v.number(), v.description('slowest sample of all, raw')),
  allocatedBytesPerOp: interval,
  gcPerThousandOps: interval,
  gcNsPerThousandOps: interval,
  samples: count,
  opsPerSample: count,
}) satisfies v.GenericSchema<ScenarioMetrics>

export const counterSchema = v.object({
  name: v.string(),
  unit: v.picklist(['bytes', 'ns', 'count']),
  perOp: v.pipe(v.number(), v.description('exact')),
  baselinePerOp: v.nullable(v.number()),
}) satisfies v.GenericSchema<CounterResult>

export const warningSchema = v.object({
  code: v.picklist(WARNING_CODES),
  message: v.pipe(v.string(), v.description('what was seen')),
  cure: v.pipe(v.string(), v.description('what would cure it')),
}) satisfies v.GenericSchema<Warning>

export const comparisonSchema = v.object({
  metric,
  isGated: v.boolean(),
  limit: v.pipe(v.number(), v.description('ratio candidate/baseline')),
  confidence: v.pipe(
    v.number(),
    v.description('of its intervals, corrected for the number of comparisons and looks'),
  ),
  canary: v.pipe(v.nullable(canarySchema), v.description('that normalised both sides; null in lockstep')),
  ratio: v.pipe(v.nullable(interval), v.description('candidate/baseline')),
  firstLook: v.pipe(
    v.nullable(v.picklist(['inside', 'better', 'beyond', 'crossing'])),
    v.description('where the ratio lies against its limit'),
  ),
  confirmation: v.pipe(
    v.nullable(interval),
    v.description('the same ratio from fresh trials, where one was asked for'),
  ),
  minimumDetectableEffect: v.pipe(
    v.nullable(v.number()),
    v.description('ratio >= 1 that this run would have seen with a power of 80 %'),
  ),
  verdict: v.variant('kind', [
    v.object({ kind: v.picklist(['pass', 'regressed', 'improved']) }),
    v.object({
      kind: v.literal('inconclusive'),
      neededTrials: v.pipe(count, v.description('estimate, in all')),
    }),
    v.object({
      kind: v.literal('unproven'),
      reason: v.string(),
      isBaselineFault: v.pipe(
        v.boolean(),
        v.description('true when the baseline lacks the scenario or has it otherwise'),
      ),
    }),
  ]),
}) satisfies v.GenericSchema<Comparison>

export const scenarioVerdictSchema = v.variant('kind', [
  v.object({ kind: v.picklist(['pass', 'same-code']) }),
  v.object({ kind: v.picklist(['regressed', 'improved']), metrics: v.array(metric) }),
  v.object({
    kind: v.literal('inconclusive'),
    metrics: v.array(metric),
    neededTrials: v.pipe(count, v.description('forks, or pairs, in all; an estimate')),
  }),
  v.object({ kind: v.literal('unproven'), reason: v.string() }),
]) satisfies v.GenericSchema<ScenarioVerdict>

export const costSchema = v.object({
  kind: v.pipe(v.picklist(['wall', 'cpu']), v.description('wall time, or for HTTP the server’s CPU time')),
  nsPerOp: v.pipe(v.number(), v.description('at reference speed')),
  ratio: v.pipe(v.nullable(interval), v.description('candidate/baseline; null where it was not compared')),
  hasChanged: v.pipe(v.boolean(), v.description('whether it is another than the baseline’s')),
}) satisfies v.GenericSchema<Cost>

export const profileSummarySchema = v.object({
  profiles: count,
  stackSamples: count,
  overhead: v.pipe(v.nullable(interval), v.description('cost of an op under the profiler ÷ cost without')),
  countedOps: v.nullable(count),
  waitingNsPerOp: v.pipe(
    v.optional(v.number()),
    v.description('for what an op waits, beside its functions; missing where it does not'),
  ),
  problems: v.array(v.string()),
  functions: v.pipe(
    v.array(
      v.object({
        functionName: v.string(),
        file: v.pipe(
          v.string(),
          v.description('path from the project’s folder, or a URL; empty for the engine’s own'),
        ),
        line: v.pipe(count, v.description('from 1; 0 where there is none')),
        column: count,
        category: v.picklist(CATEGORIES),
        selfShare: v.pipe(interval, v.description('of the op, 0 to 1')),
        selfNsPerOp: interval,
        totalNsPerOp: v.pipe(interval, v.description('with callees, as far as they are on the stack')),
        callsPerOp: v.pipe(
          v.nullable(v.number()),
          v.description('exact; null where the function’s source is not known'),
        ),
        allocatedBytesPerOp: v.pipe(v.nullable(v.number()), v.description('sampled')),
      }),
    ),
    v.description('the most self time first'),
  ),
}) satisfies v.GenericSchema<ProfileSummary>

export const distributionSchema = v.object({
  quantiles: v.pipe(v.array(v.number()), v.description('shares of ops, 0 to 1')),
  candidateNs: v.pipe(
    v.array(v.number()),
    v.description('what that share of ops costs at most, raw; the middle of the forks'),
  ),
  baselineNs: v.pipe(v.nullable(v.array(v.number())), v.description('null where it was not measured beside')),
}) satisfies v.GenericSchema<Distribution>

export const findingSchema = v.object({
  code: v.picklist(FINDING_CODES),
  message: v.pipe(v.string(), v.description('what was seen')),
  cure: v.pipe(v.string(), v.description('what to try')),
  nsPerOp: v.number(),
  share: v.pipe(v.number(), v.description('of the op, 0 to 1')),
  functionName: v.pipe(v.string(), v.description('empty where it has no place')),
  file: v.pipe(v.string(), v.description('as in hot functions')),
  line: count,
}) satisfies v.GenericSchema<OpFinding>

const both = <T extends v.GenericSchema>(of: T) => v.object({ baseline: of, candidate: of })
const CHANGES = ['same', 'changed', 'renamed', 'moved', 'new', 'gone'] as const satisfies FunctionChange[]
const changedPackage = v.object({ ...both(v.nullable(v.string())).entries, name: v.string() })
const blamedFunction = v.object({
  functionName: v.string(),
  file: v.pipe(
    v.string(),
    v.description('as in hot functions; of the baseline where the candidate lacks it'),
  ),
  line: count,
  category: v.picklist(CATEGORIES),
  change: v.picklist(CHANGES),
  isTouched: v.pipe(v.boolean(), v.description('whether its own code differs, comments and layout aside')),
  selfNsPerOp: both(v.number()),
  changeNs: v.pipe(interval, v.description('of its self time per op, by the scatter of the profiles')),
  changeShare: v.pipe(v.number(), v.description('of the whole change of the op')),
  callsPerOp: v.pipe(both(v.nullable(v.number())), v.description('exact; null where they were not counted')),
  allocatedBytesPerOp: v.pipe(both(v.nullable(v.number())), v.description('sampled')),
  deopts: v.pipe(
    both(v.number()),
    v.description('how often V8 deoptimised it in a profile of its measured ops, on average'),
  ),
  deoptReason: v.pipe(v.string(), v.description('in V8’s words; empty where it was not')),
}) satisfies v.GenericSchema<BlamedFunction>
const suspect = v.object({
  ...blamedFunction.entries,
  line: v.pipe(count, v.description('the line that does it')),
  explainedNs: v.pipe(interval, v.description('of its own time and of others’ that it answers for, per op')),
  explainedShare: v.number(),
  symptom: v.pipe(
    v.nullable(blamedFunction),
    v.description('the function in which most of it shows; null where that is its own time'),
  ),
  loop: v.pipe(
    v.nullable(v.object({ ...both(v.number()).entries, line: count })),
    v.description('code of its own that runs more often per op than any of it did in the baseline'),
  ),
  package: v.pipe(v.nullable(changedPackage), v.description('its package, where that has another version')),
})
export const blameSchema = v.object({
  outcome: v.picklist(['blamed', 'unchanged-code', 'withheld']),
  reason: v.pipe(v.nullable(v.string()), v.description('why nobody is blamed')),
  cure: v.nullable(v.string()),
  nsPerOp: both(v.number()),
  ratio: v.pipe(interval, v.description('cost of an op, candidate/baseline')),
  stackSamples: both(count),
  suspects: v.pipe(v.array(suspect), v.description('the largest part first')),
  functions: v.pipe(v.array(blamedFunction), v.description('the largest change first')),
  unexplainedNs: v.pipe(v.number(), v.description('of the change, what no suspect answers for')),
  packages: v.pipe(v.array(changedPackage), v.description('loaded packages with another version')),
}) satisfies v.GenericSchema<BlameSummary>

export const gateSchema = v.object({
  isStrict: v.boolean(),
  outcome: v.picklist(['green', 'red', 'not-compared', 'invalid', 'control-failed']),
  baselineCommit: v.nullable(revisionSchema),
  proof: v.pipe(
    v.nullable(
      v.object({
        plantedRatio: v.pipe(
          v.nullable(interval),
          v.description('cost with an injected slow-down ÷ cost without'),
        ),
        sameRatio: v.pipe(v.nullable(interval), v.description('cost of the same code twice')),
        failure: v.pipe(
          v.nullable(v.string()),
          v.description('why this gate proves nothing here; null where it works'),
        ),
      }),
    ),
    v.description('the gate’s positive and negative control; null where none was asked for'),
  ),
  keyScenarios: v.pipe(count, v.description('scenarios that the gate is about')),
  compared: v.pipe(
    count,
    v.description('key scenarios with at least one gated ratio, or with the same code'),
  ),
  sameCode: v.pipe(count, v.description('key scenarios that run the baseline’s code')),
  inconclusive: v.pipe(
    v.array(v.string()),
    v.description('scenarios with an interval across a limit, or beyond it once and not again'),
  ),
  notCompared: v.pipe(
    v.array(v.string()),
    v.description('scenarios that could be skipped without harm, or whose numbers prove nothing, with why'),
  ),
  reasons: v.pipe(v.array(v.string()), v.description('why the outcome is not green')),
  minimumDetectable: v.pipe(
    v.nullable(
      v.object({
        median: v.number(),
        worst: v.object({ ratio: v.number(), scenarioId: v.string(), metric }),
      }),
    ),
    v.description('minimum detectable effects (ratio >= 1, power 80 %) of the gated comparisons'),
  ),
  change: v.pipe(
    v.nullable(v.picklist(['none', 'same-code', 'some'])),
    v.description(
      'whether any scenario costs other than the version beside it; null where none was beside it',
    ),
  ),
}) satisfies v.GenericSchema<Gate>
