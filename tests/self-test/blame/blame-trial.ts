// One trial of the blame, as its file has it.
import { z } from 'zod'
import { environmentSchema } from '../../../perf/results/environment.ts'
import { PLANT_KINDS } from './plant/plants.ts'

/** Raised when a reader of the old format could misread the new one. */
export const BLAME_SELF_TEST_VERSION = 1

const suspectSchema = z.object({
  functionName: z.string(),
  file: z.string().describe('a path or file URL that ends in the path from the package'),
  line: z.number().int().describe('where the function begins, from 1'),
})
/** A function that is said to have made code slower. */
export type NamedFunction = z.infer<typeof suspectSchema>

const plantSchema = z.object({
  kind: z.enum(PLANT_KINDS),
  what: z.string().describe('what was put in, in words'),
  file: z.string().describe("from the package's folder, with /"),
  functionName: z.string(),
  line: z.number().int(),
  startOffset: z.number().int(),
  turns: z.number().describe('at every call; below 1: at every so many calls'),
  wanted: z.number().describe('slow-down that was aimed at, 0.1 is +10 %'),
  calibrated: z.number().describe('slow-down by three short pairs, before the trial'),
  callsPerOp: z.number(),
  mayBeInlined: z.boolean().describe('short enough for V8 to inline it'),
  isCalledFromElsewhere: z.boolean().describe('called from another file'),
})

const blameTrialSchema = z.object({
  target: z.string(),
  scenarioId: z.string(),
  plant: plantSchema.nullable().describe('null: nothing but harmless changes'),
  ratio: z.number().describe("what the op costs with the plant ÷ without, by the trial's own comparison"),
  suspects: z.array(suspectSchema).describe('the likeliest first; empty: nobody is named'),
  rank: z.number().int().nullable().describe('place of the right function among them, from 1'),
  reason: z.string().nullable().describe('why nobody is named'),
  unexplainedShare: z.number().nullable().describe('of the slow-down, that no suspect accounts for'),
  elapsedMs: z.number(),
})
/** One pair of versions, and who was named. */
export type BlameTrial = z.infer<typeof blameTrialSchema>

const droppedSchema = z.object({
  target: z.string(),
  scenarioId: z.string(),
  kind: z.enum(PLANT_KINDS),
  what: z.string(),
  file: z.string(),
  functionName: z.string(),
  line: z.number().int(),
  wanted: z.number(),
  reason: z.string(),
})
/** A plant that came to nothing. */
export type DroppedPlant = z.infer<typeof droppedSchema>

export const blameSelfTestSchema = z.object({
  schemaVersion: z.literal(BLAME_SELF_TEST_VERSION),
  startedAt: z.iso.datetime(),
  isComplete: z.boolean(),
  seed: z.number().int(),
  environment: environmentSchema,
  trials: z.array(blameTrialSchema),
  dropped: z.array(droppedSchema),
})
/** All that one self-test of the blame saw: the content of `blame.json`. */
export type BlameSelfTest = z.infer<typeof blameSelfTestSchema>
