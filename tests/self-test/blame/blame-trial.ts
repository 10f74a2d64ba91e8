// One trial of the blame, as its file has it.
import * as v from 'valibot'
import { environmentSchema } from '../../../perf/results/environment.ts'
import { PLANT_KINDS } from './plant/plants.ts'

/** Raised when a reader of the old format could misread the new one. */
export const BLAME_SELF_TEST_VERSION = 1

const suspectSchema = v.object({
  functionName: v.string(),
  file: v.pipe(v.string(), v.description('a path or file URL that ends in the path from the package')),
  line: v.pipe(v.number(), v.integer(), v.description('where the function begins, from 1')),
})
/** A function that is said to have made code slower. */
export type NamedFunction = v.InferOutput<typeof suspectSchema>

const plantSchema = v.object({
  kind: v.picklist(PLANT_KINDS),
  what: v.pipe(v.string(), v.description('what was put in, in words')),
  file: v.pipe(v.string(), v.description("from the package's folder, with /")),
  functionName: v.string(),
  line: v.pipe(v.number(), v.integer()),
  startOffset: v.pipe(v.number(), v.integer()),
  turns: v.pipe(v.number(), v.description('at every call; below 1: at every so many calls')),
  wanted: v.pipe(v.number(), v.description('slow-down that was aimed at, 0.1 is +10 %')),
  calibrated: v.pipe(v.number(), v.description('slow-down by three short pairs, before the trial')),
  callsPerOp: v.number(),
  mayBeInlined: v.pipe(v.boolean(), v.description('short enough for V8 to inline it')),
  isCalledFromElsewhere: v.pipe(v.boolean(), v.description('called from another file')),
})

const blameTrialSchema = v.object({
  target: v.string(),
  scenarioId: v.string(),
  plant: v.pipe(v.nullable(plantSchema), v.description('null: nothing but harmless changes')),
  ratio: v.pipe(
    v.number(),
    v.description("what the op costs with the plant ÷ without, by the trial's own comparison"),
  ),
  suspects: v.pipe(v.array(suspectSchema), v.description('the likeliest first; empty: nobody is named')),
  rank: v.pipe(
    v.nullable(v.pipe(v.number(), v.integer())),
    v.description('place of the right function among them, from 1'),
  ),
  reason: v.pipe(v.nullable(v.string()), v.description('why nobody is named')),
  unexplainedShare: v.pipe(
    v.nullable(v.number()),
    v.description('of the slow-down, that no suspect accounts for'),
  ),
  elapsedMs: v.number(),
})
/** One pair of versions, and who was named. */
export type BlameTrial = v.InferOutput<typeof blameTrialSchema>

const droppedSchema = v.object({
  target: v.string(),
  scenarioId: v.string(),
  kind: v.picklist(PLANT_KINDS),
  what: v.string(),
  file: v.string(),
  functionName: v.string(),
  line: v.pipe(v.number(), v.integer()),
  wanted: v.number(),
  reason: v.string(),
})
/** A plant that came to nothing. */
export type DroppedPlant = v.InferOutput<typeof droppedSchema>

export const blameSelfTestSchema = v.object({
  schemaVersion: v.literal(BLAME_SELF_TEST_VERSION),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  isComplete: v.boolean(),
  seed: v.pipe(v.number(), v.integer()),
  environment: environmentSchema,
  trials: v.array(blameTrialSchema),
  dropped: v.array(droppedSchema),
})
/** All that one self-test of the blame saw: the content of `blame.json`. */
export type BlameSelfTest = v.InferOutput<typeof blameSelfTestSchema>
