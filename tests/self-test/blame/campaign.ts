// A campaign: plants are drawn, made, asked about.
import { FlamegateError } from '../../../perf/errors.ts'
import type { ScenarioPair } from '../../../perf/run/methods/pair.ts'
import { createRandom, type Random } from '../../../perf/stats/random.ts'
import type { BlameTrial, DroppedPlant } from './blame-trial.ts'
import type { Investigate } from './investigate.ts'
import type { PlantableScenario } from './packages/known-scenario.ts'
import { calibrate, type WantedEffect } from './plant/calibration.ts'
import { makeCandidate } from './plant/candidate.ts'
import type { Effect } from './plant/effect.ts'
import { PLANT_KINDS, type Plant, type PlantKind, plantIn } from './plant/plants.ts'
import { mayBeInlined, orderSites, type Site } from './plant/sites.ts'
import { rankOf } from './rank.ts'

/** How many slow-downs are planted, and where. */
export interface CampaignPlan {
  readonly scenarios: readonly PlantableScenario[]
  readonly plants: number
  /** Trials with nothing but harmless changes. */
  readonly sameTrials: number
  readonly seed: number
}

/** What a campaign leaves to others, and what it tells while it goes on. */
export interface CampaignSeams {
  readonly signal: AbortSignal
  readonly investigate: Investigate
  /** Measures two versions by so many short pairs. @throws FlamegateError when a version fails */
  measure(discovered: ScenarioPair, pairs: number, signal: AbortSignal): Promise<Effect>
  onTrial(trial: BlameTrial): Promise<void>
  onDropped(dropped: DroppedPlant): Promise<void>
  onProgress(what: string, done: number, total: number): void
}

const SMALL: WantedEffect = { aim: 0.1, low: 0.06, high: 0.14 }
/** A large one is aimed at anything between these. */
const LARGE_AIMS = [0.2, 0.5] as const
const LARGE = { low: 0.17, high: 0.8 }
/** Of three plants of a kind, which are large. */
const SIZES = ['large', 'small', 'large'] as const
const THOROUGH_PAIRS = 3
const LONGEST_REASON = 200

/** The sites of one kind that are left, and how many came to a trial. */
interface Queue {
  readonly kind: PlantKind
  readonly sites: Site<PlantableScenario>[]
  planted: number
}

/**
 * Plants slow-downs one at a time, of every kind about as many, and has each investigated. A plant that fails, or cannot be
 * brought to its size, is dropped with the reason, and another one takes its place as long as there are sites.
 * @throws the signal's reason
 */
export async function runCampaign(plan: CampaignPlan, seams: CampaignSeams): Promise<void> {
  const { scenarios, seed } = plan
  const queues = PLANT_KINDS.map(
    (kind): Queue => ({ kind, sites: orderSites(scenarios, kind, seed), planted: 0 }),
  )
  const random = createRandom(seed)
  const steps = planSteps(plan)
  let same = 0
  for (const [done, step] of steps.entries()) {
    const tell = (what: string) => seams.onProgress(what, done, steps.length)
    if (step === 'plant') await plantNext(queues, random, tell, seams)
    else await investigateSame(scenarios[same++ % scenarios.length]!, tell, seams)
  }
}

/** Trials of equal code evenly between the others: the machine is not the same all the time. */
function planSteps({ plants, sameTrials }: CampaignPlan): ('plant' | 'same')[] {
  const total = plants + sameTrials
  return Array.from({ length: total }, (_, i) =>
    Math.floor(((i + 1) * sameTrials) / total) > Math.floor((i * sameTrials) / total) ? 'same' : 'plant',
  )
}

/** Plants at the next site that comes to a trial, of the kind that has had the fewest. */
async function plantNext(
  queues: readonly Queue[],
  random: Random,
  tell: (what: string) => void,
  seams: CampaignSeams,
): Promise<void> {
  for (;;) {
    seams.signal.throwIfAborted()
    const [queue] = queues.filter(({ sites }) => sites.length > 0).sort((a, b) => a.planted - b.planted)
    if (queue === undefined) return
    const wanted = wantedOf(queue.planted, random)
    const fit = queue.sites.findIndex((site) => mayFit(site, wanted))
    const [site] = queue.sites.splice(Math.max(0, fit), 1) as [Site<PlantableScenario>]
    tell(`${site.scenario.scenarioId}: ${queue.kind} in ${site.executed.name || 'a nameless function'}`)
    if (!(await plantAndInvestigate(site, wanted, seams))) continue
    queue.planted += 1
    return
  }
}

/** Whether the fewest turns and the most leave room for the wanted size, as far as can be guessed. */
function mayFit(
  { scenario, turnNsPerOp, leastTurns, mostTurns }: Site<PlantableScenario>,
  { low, high }: WantedEffect,
): boolean {
  const perTurn = turnNsPerOp / scenario.nsPerOp
  return leastTurns * perTurn <= high && mostTurns * perTurn >= low
}

function wantedOf(planted: number, random: Random): WantedEffect {
  const [least, most] = LARGE_AIMS
  const aim = least + random() * (most - least)
  return SIZES[planted % SIZES.length] === 'small' ? SMALL : { aim, ...LARGE }
}

async function investigateSame(
  scenario: PlantableScenario,
  tell: (what: string) => void,
  { investigate, onTrial, signal }: CampaignSeams,
): Promise<void> {
  const { baseline, targetName, scenarioId } = scenario
  tell(`${scenarioId}: harmless changes`)
  const candidate = await makeCandidate(scenario, undefined)
  const verdict = await investigate(baseline, candidate, signal)
  await onTrial({
    ...verdict,
    suspects: [...verdict.suspects],
    target: targetName,
    scenarioId,
    plant: null,
    rank: null,
  })
}

/** Whether it came to a trial. */
async function plantAndInvestigate(
  { scenario, executed, way, leastTurns, mostTurns, turnNsPerOp }: Site<PlantableScenario>,
  wanted: WantedEffect,
  seams: CampaignSeams,
): Promise<boolean> {
  const { baseline, functions } = scenario
  const { signal } = seams
  let plant = plantIn(executed, way, 1)
  const drop = (reason: string) =>
    seams.onDropped({ ...describeSite(scenario, plant), wanted: wanted.aim, reason }).then(() => false)
  try {
    const first = (wanted.aim * scenario.nsPerOp) / turnNsPerOp
    const calibration = await calibrate(
      wanted,
      { first, least: leastTurns, most: mostTurns },
      async (turns, isThorough) => {
        plant = plantIn(executed, way, turns)
        const candidate = await makeCandidate(scenario, plant)
        const pairs = isThorough ? THOROUGH_PAIRS : 1
        return (await seams.measure({ baseline, candidate }, pairs, signal)).ratio - 1
      },
    )
    if (calibration.kind === 'missed') return await drop(calibration.reason)
    const candidate = await makeCandidate(scenario, plant)
    const verdict = await seams.investigate(baseline, candidate, signal)
    const { target, scenarioId, ...where } = describeSite(scenario, plant)
    await seams.onTrial({
      ...verdict,
      suspects: [...verdict.suspects],
      target,
      scenarioId,
      plant: {
        ...where,
        startOffset: plant.startOffset,
        turns: plant.turns,
        wanted: wanted.aim,
        calibrated: calibration.effect,
        callsPerOp: executed.callsPerOp,
        mayBeInlined: mayBeInlined(executed),
        isCalledFromElsewhere: executed.isCalledFromElsewhere,
      },
      rank: rankOf(verdict.suspects, plant, functions),
    })
    return true
  } catch (error) {
    if (!(error instanceof FlamegateError)) throw error
    // What a package says of an error may hold whole documents.
    return drop(error.message.split('\n', 1)[0]!.slice(0, LONGEST_REASON))
  }
}

function describeSite(
  { targetName, scenarioId }: PlantableScenario,
  { kind, what, file, functionName, line }: Plant,
): Omit<DroppedPlant, 'wanted' | 'reason'> & { readonly kind: PlantKind } {
  return { target: targetName, scenarioId, kind, what, file, functionName, line }
}
