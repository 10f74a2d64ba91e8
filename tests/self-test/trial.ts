// One trial of the self-test, as its file has it.
import * as v from 'valibot'
import { environmentSchema } from '../../perf/results/environment.ts'
import { PEERS } from './peers/index.ts'

/** Raised when a reader of the old format could misread the new one. */
export const SELF_TEST_VERSION = 1

export const TOOLS = ['flamegate', ...PEERS] as const
export type ToolName = (typeof TOOLS)[number]
export const LOADS = ['quiet', 'loaded'] as const
export type Load = (typeof LOADS)[number]

const trialSchema = v.object({
  scenarioId: v.string(),
  kind: v.picklist(['micro', 'http']),
  load: v.pipe(v.picklist(LOADS), v.description('loaded: beside a process that is busy half of the time')),
  tool: v.picklist(TOOLS),
  effect: v.pipe(v.number(), v.description('planted slow-down, 0.1 is +10 %; 0 for the same code twice')),
  trueRatio: v.pipe(v.number(), v.description('CPU time per op with the plant ÷ without')),
  ratio: v.pipe(v.number(), v.description('what the tool estimated, candidate ÷ baseline')),
  isSeen: v.pipe(
    v.boolean(),
    v.description('whether the tool calls the candidate slower: its interval above 1, or p < 0.05'),
  ),
  verdict: v.pipe(
    v.nullable(v.picklist(['pass', 'improved', 'regressed', 'inconclusive', 'unproven'])),
    v.description('flamegate alone'),
  ),
  elapsedMs: v.number(),
})
/** One comparison of two versions by one tool. */
export type Trial = v.InferOutput<typeof trialSchema>

export const selfTestSchema = v.object({
  schemaVersion: v.literal(SELF_TEST_VERSION),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  isComplete: v.boolean(),
  environment: environmentSchema,
  trials: v.array(trialSchema),
})
/** All that one self-test saw: the content of `self-test.json`. */
export type SelfTest = v.InferOutput<typeof selfTestSchema>
