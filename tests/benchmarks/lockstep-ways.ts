// The ways of taking turns that the lockstep benchmark compares.
import { fileURLToPath } from 'node:url'
import { type ForkMeasurement, normalisedValue } from '../../perf/measure/measure.ts'
import type { Side } from '../../perf/measure/side.ts'
import { type Ratios, ratiosOf, type TurnsPlan, takeTurns, warmSides } from '../../perf/measure/turns.ts'
import type { Child } from '../../perf/process/child.ts'
import { bindableCores } from '../../perf/process/cores/affinity.ts'
import { pairTimeoutOf, turnsPlanOf } from '../../perf/run/durations.ts'
import { withSides } from '../../perf/run/methods/pair.ts'
import { median } from '../../perf/stats/quantile.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { byMetric } from '../../perf/suite/metrics.ts'
import type { Scenario } from '../../perf/suite/scenario.ts'
import { chooseCanary } from '../../perf/verdict/canary-choice.ts'
import { residualsOf } from '../../perf/verdict/compare-stored.ts'
import type { Load } from '../self-test/trial.ts'
import { CONNECTIONS, withConnections } from './connections.perf.ts'

/** Where a pair's processes run while they take turns. */
export type Placement = keyof typeof PLACEMENTS

/** Cores of the baseline, the candidate and the load client, counted from the pair's own; what has none is not bound. */
const PLACEMENTS = {
  'all on one core': [0, 0, 0],
  'the versions on one core, the client on another': [0, 0, 1],
  'each version on a core of its own': [0, 1],
  'where the system puts them': [],
} as const satisfies Record<string, readonly number[]>

/** How a pair is measured. Lengths are in multiples of those that runs have. */
export interface Way {
  readonly placement: Placement
  readonly slices: number
  readonly turns: number
  readonly warmup: number
  /** Requests under way at a time; those that the scenario has where it says nothing. */
  readonly connections?: number
}

/** As in runs, and on for as long again: what shorter turns would have said is in it. */
export const AS_RUNS: Way = { placement: 'all on one core', slices: 1, turns: 2, warmup: 1 }
/** At which the turns of a pair are looked at. */
const LENGTHS = [0.5, 1, 2]

/**
 * What a benchmark asks: where processes should run, how long slices, turns and warm-up should be, or how many connections
 * a client should have.
 */
export const PARTS = ['cores', 'lengths', 'connections'] as const
export type Part = (typeof PARTS)[number]

/** The ways to measure a scenario for some parts, that of runs first. */
export function waysOf(kind: Scenario['kind'], parts: readonly Part[]): Way[] {
  const isHttp = kind === 'http'
  const placements = (Object.keys(PLACEMENTS) as Placement[]).slice(1)
  const cores = placements
    // Where there is no client there is nowhere to put it.
    .filter((placement) => isHttp || PLACEMENTS[placement].length < 3)
    .map((placement): Way => ({ ...AS_RUNS, placement, turns: 1 }))
  const lengths = (isHttp ? [0.25, 2] : [0.25, 0.5, 2]).map((slices): Way => ({ ...AS_RUNS, slices }))
  const warmups: Way[] = isHttp ? [{ ...AS_RUNS, turns: 1, warmup: 0.5 }] : []
  const connections = CONNECTIONS.map((count): Way => ({ ...AS_RUNS, turns: 1, connections: count }))
  return [
    AS_RUNS,
    ...(parts.includes('cores') ? cores : []),
    ...(parts.includes('lengths') ? [...lengths, ...warmups] : []),
    ...(parts.includes('connections') && isHttp ? connections : []),
  ]
}

/** One pair that is to be measured. */
export interface Cell {
  readonly round: number
  readonly load: Load
  readonly discovered: DiscoveredScenario
  readonly way: Way
}

/**
 * Every round has one pair of every way. Rounds go there and back, A B B A: ways that are compared have had their pairs in
 * the same minutes, and a machine that becomes slower harms none. Lengths are asked under the first load alone.
 */
export function cellsOf(
  scenarios: readonly DiscoveredScenario[],
  loads: readonly Load[],
  parts: readonly Part[],
  rounds: number,
): Cell[] {
  return Array.from({ length: rounds }, (_, round) => {
    const cells = loads.flatMap((load, i) => {
      const asked = parts.filter((part) => part !== 'lengths' || i === 0)
      return asked.length === 0
        ? []
        : scenarios.flatMap((discovered) =>
            waysOf(discovered.scenario.kind, asked).map((way): Cell => ({ round, load, discovered, way })),
          )
    })
    // There, back, back, there: so both directions have pairs that begin with either version.
    return ((round + 1) >> 1) % 2 === 1 ? cells.reverse() : cells
  }).flat()
}

/** What the turns of a pair say when they are ended at some length. */
export interface Look {
  /** In multiples of what runs have. */
  readonly turns: number
  readonly slicesPerSide: number
  readonly ratios: Ratios
}

/** What one pair said. */
export interface Measured {
  readonly scenarioId: string
  readonly kind: Scenario['kind']
  readonly load: Load
  readonly way: Way
  /** Wall time of a slice with its canaries and messages: the median of the pair's, ms. */
  readonly sliceMs: number
  readonly looks: readonly Look[]
  /** What two forks that took no turns would say, each divided by its canary; of pairs that the system places. */
  readonly normalised: Ratios | undefined
}

/**
 * Measures a pair of the same code as runs do but for the way.
 * @throws ChildFailure, or the signal's reason
 */
export async function measureCell(cell: Cell, signal: AbortSignal): Promise<Measured> {
  const { way, load, round } = cell
  const { id: scenarioId, kind } = cell.discovered.scenario
  const plan = planOf(kind, way)
  const discovered =
    way.connections === undefined ? cell.discovered : loadedBy(cell.discovered, way.connections)
  const pair = { baseline: discovered, candidate: discovered }
  return withSides(
    pair,
    { timeoutMs: pairTimeoutOf(plan), signal, core: undefined },
    async (sides, children) => {
      const slicesMs: number[] = []
      const [baseline, candidate] = [
        resized(sides[0], way.slices, slicesMs),
        resized(sides[1], way.slices, slicesMs),
      ]
      await warmSides(baseline, candidate, plan)
      await place(children, way.placement, round)
      const blocks = await takeTurns(baseline, candidate, plan.turnsMs, round % 2 === 1)
      const lookAt = (turns: number): Look => {
        const seen = blocks.slice(0, Math.ceil((blocks.length * turns) / way.turns))
        return { turns, slicesPerSide: 2 * seen.length, ratios: ratiosOf(seen) }
      }
      return {
        scenarioId,
        kind,
        load,
        way,
        sliceMs: median(slicesMs),
        looks: LENGTHS.filter((turns) => turns <= way.turns).map(lookAt),
        normalised:
          way.placement === 'where the system puts them'
            ? normalisedRatios(await baseline.finish(), await candidate.finish())
            : undefined,
      }
    },
  )
}

const CONNECTIONS_SUITE = fileURLToPath(new URL('./connections.perf.ts', import.meta.url))

function loadedBy(discovered: DiscoveredScenario, connections: number): DiscoveredScenario {
  const { scenario } = discovered
  const id = withConnections(scenario.id, connections)
  return { ...discovered, suiteFile: CONNECTIONS_SUITE, scenario: { ...scenario, id } }
}

function planOf(kind: Scenario['kind'], { turns, warmup }: Way): TurnsPlan {
  const { warmupMinMs, warmupMaxMs, turnsMs } = turnsPlanOf(kind, { isQuick: false })
  return { warmupMinMs: warmup * warmupMinMs, warmupMaxMs: warmup * warmupMaxMs, turnsMs: turns * turnsMs }
}

/** A side with longer or shorter slices; notes how long they take. For ops of 4 µs or more, each of which is a sample. */
function resized(side: Side, factor: number, slicesMs: number[]): Side {
  return {
    ...side,
    // As many samples as would make a usual slice of ops that are so much cheaper.
    settle: (nsPerOp) => side.settle(nsPerOp / factor),
    async runSlice() {
      const start = performance.now()
      const cost = await side.runSlice()
      slicesMs.push(performance.now() - start)
      return cost
    },
  }
}

/** Every other two pairs begin on another core, as in runs. */
async function place(children: readonly Child[], placement: Placement, round: number): Promise<void> {
  const cores = bindableCores()
  const own = round >> 1
  const bound = PLACEMENTS[placement].flatMap((offset, i) => {
    const core = cores[(own + offset) % cores.length]
    return children[i] === undefined || core === undefined ? [] : [children[i].bind(core)]
  })
  await Promise.all(bound)
}

function normalisedRatios(baseline: ForkMeasurement, candidate: ForkMeasurement): Ratios {
  const { name } = chooseCanary(residualsOf([baseline]), residualsOf([candidate]))
  return byMetric((metric) => {
    const ratio = normalisedValue(candidate, metric, name) / normalisedValue(baseline, metric, name)
    return ratio > 0 && Number.isFinite(ratio) ? ratio : null
  })
}
