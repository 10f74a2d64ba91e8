// Where a slow-down can be planted.
import { createRandom, type Random } from '../../../../perf/stats/random.ts'
import type { ExecutedFunction } from '../read/executed.ts'
import type { ParameterFacts } from '../read/probe.ts'
import { findWays, guessTurnNs, mostTurns, PLANT_KINDS, type PlantKind, type PlantWay } from './plants.ts'

/** A scenario with all that is known of the functions that it runs. */
export interface KnownScenario {
  readonly targetName: string
  readonly scenarioId: string
  readonly functions: readonly ExecutedFunction[]
  /** Of each function's parameters, in the functions' order. */
  readonly facts: readonly (readonly ParameterFacts[])[]
}

/** A function of a scenario, and a way to make it slower. */
export interface Site<Scenario extends KnownScenario = KnownScenario> {
  readonly scenario: Scenario
  readonly executed: ExecutedFunction
  readonly way: PlantWay
  /** The fewest with which every op has a turn. */
  readonly leastTurns: number
  readonly mostTurns: number
  /** What a turn at every call costs an op, ns: a guess. */
  readonly turnNsPerOp: number
}

/** V8 inlines functions of up to 460 bytes of bytecode, which is about as many letters as this. */
const INLINED_LENGTH = 700
/** Of a function that V8 may inline and that is called again and again, compared with others. */
const INLINED_WEIGHT = 3
/** Of one that another file calls, compared with one that only its own does. */
const ELSEWHERE_WEIGHT = 2

/** Whether a function is short enough for V8 to inline it where it is called. */
export function mayBeInlined({ startOffset, endOffset }: ExecutedFunction): boolean {
  return endOffset - startOffset <= INLINED_LENGTH
}

/**
 * Every function of every scenario once, where the kind can be planted there, in an order to try them in: drawn by lot, so
 * that functions V8 may inline come sooner, scenarios take about equal parts, and none comes twice before others came once.
 * Same seed, same order.
 */
export function orderSites<Scenario extends KnownScenario>(
  scenarios: readonly Scenario[],
  kind: PlantKind,
  seed: number,
): Site<Scenario>[] {
  const random = createRandom(seed + 1_000 * PLANT_KINDS.indexOf(kind))
  const left = new Set(scenarios.flatMap((scenario) => sitesOf(scenario, kind, random)))
  const drawn = new Map<string, number>()
  const order: Site<Scenario>[] = []
  const count = (key: string) => drawn.get(key) ?? 0
  while (left.size > 0) {
    const sites = [...left]
    const site = draw(
      sites,
      (candidate) =>
        weightOf(candidate.executed) /
        (4 ** count(functionKey(candidate)) * (1 + count(candidate.scenario.scenarioId))),
      random,
    )
    left.delete(site)
    order.push(site)
    for (const key of [functionKey(site), site.scenario.scenarioId]) drawn.set(key, count(key) + 1)
  }
  return order
}

function sitesOf<Scenario extends KnownScenario>(
  scenario: Scenario,
  kind: PlantKind,
  random: Random,
): Site<Scenario>[] {
  const ownNames = new Set(scenario.functions.map(({ name }) => name))
  return scenario.functions.flatMap((executed, i) => {
    const ways = findWays(executed, kind, scenario.facts[i] ?? [], ownNames)
    const way = ways[Math.floor(random() * ways.length)]
    return way === undefined
      ? []
      : [
          {
            scenario,
            executed,
            way,
            leastTurns: 1 / Math.max(1, Math.floor(executed.callsPerOp)),
            mostTurns: mostTurns(way),
            turnNsPerOp: executed.callsPerOp * guessTurnNs(way),
          },
        ]
  })
}

function weightOf(executed: ExecutedFunction): number {
  return (
    (mayBeInlined(executed) && executed.callsPerOp >= 2 ? INLINED_WEIGHT : 1) *
    (executed.isCalledFromElsewhere ? ELSEWHERE_WEIGHT : 1)
  )
}

function functionKey({ scenario, executed }: Site): string {
  return `${scenario.targetName} ${executed.file} ${executed.startOffset}`
}

/** One of at least one item, each as likely as its weight says. */
function draw<T>(items: readonly T[], weigh: (item: T) => number, random: Random): T {
  const weights = items.map(weigh)
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [i, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return items[i]!
  }
  return items.at(-1)!
}
