// One trial of the self-test, as its file has it.
import { z } from 'zod'
import { environmentSchema } from '../../perf/results/environment.ts'
import { PEERS } from './peers/index.ts'

/** Raised when a reader of the old format could misread the new one. */
export const SELF_TEST_VERSION = 1

export const TOOLS = ['flamegate', ...PEERS] as const
export type ToolName = (typeof TOOLS)[number]
export const LOADS = ['quiet', 'loaded'] as const
export type Load = (typeof LOADS)[number]

const trialSchema = z.object({
  scenarioId: z.string(),
  kind: z.enum(['micro', 'http']),
  load: z.enum(LOADS).describe('loaded: beside a process that is busy half of the time'),
  tool: z.enum(TOOLS),
  effect: z.number().describe('planted slow-down, 0.1 is +10 %; 0 for the same code twice'),
  trueRatio: z.number().describe('CPU time per op with the plant ÷ without'),
  ratio: z.number().describe('what the tool estimated, candidate ÷ baseline'),
  isSeen: z
    .boolean()
    .describe('whether the tool calls the candidate slower: its interval above 1, or p < 0.05'),
  verdict: z
    .enum(['pass', 'improved', 'regressed', 'inconclusive', 'unproven'])
    .nullable()
    .describe('flamegate alone'),
  elapsedMs: z.number(),
})
/** One comparison of two versions by one tool. */
export type Trial = z.infer<typeof trialSchema>

export const selfTestSchema = z.object({
  schemaVersion: z.literal(SELF_TEST_VERSION),
  startedAt: z.iso.datetime(),
  isComplete: z.boolean(),
  environment: environmentSchema,
  trials: z.array(trialSchema),
})
/** All that one self-test saw: the content of `self-test.json`. */
export type SelfTest = z.infer<typeof selfTestSchema>
