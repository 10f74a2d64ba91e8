// The self-test: every effect, scenario and load in turn.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FlamegateError } from '../../perf/errors.ts'
import { Child } from '../../perf/process/child.ts'
import { discoverScenarios } from '../../perf/process/discover.ts'
import type { MeasuredResult } from '../../perf/results/report.ts'
import { pairTimeoutOf, turnsPlanOf } from '../../perf/run/durations.ts'
import { runPair } from '../../perf/run/methods/pair.ts'
import { compareOneScenario } from '../../perf/run/one-scenario.ts'
import { median } from '../../perf/stats/quantile.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { formatPercent } from '../../profile/model/format.ts'
import { COMPARISON_BUDGET } from '../../scripts/shared/budget.ts'
import { askPeer, availablePeers, type PeerName } from './peers/index.ts'
import type { PeerJob } from './peers/job.ts'
import { plantCopy } from './plant.ts'
import type { Load, Trial } from './trial.ts'

/** What a self-test is asked for. */
export interface SelfTestPlan {
  readonly root: string
  /** Where copies with slow-downs go. */
  readonly folder: string
  readonly scenarioIds: readonly string[]
  /** 0.1 is a slow-down of 10 %; 0 the same code twice. */
  readonly effects: readonly number[]
  /** The effects at which other tools are asked too. */
  readonly peerEffects: readonly number[]
  readonly loads: readonly Load[]
  readonly repeats: number
  readonly forks: number
  /** Whether flamegate compares as `compare --quick` does. */
  readonly isQuick: boolean
  readonly seed: number
}

/** What a self-test tells while it goes on. */
export interface SelfTestSeams {
  readonly signal: AbortSignal
  onTrial(trial: Trial): Promise<void>
  onProgress(what: string, done: number, total: number): void
}

/** A scenario with what doing `applyEvent` once more at every call costs it, as a share of its CPU time per op. */
interface Calibrated {
  readonly discovered: DiscoveredScenario
  readonly shareOfOne: number
}

/**
 * Plants slow-downs of known size in the measured package and lets flamegate and other tools look for them, on the same
 * code in the same minutes, quiet and beside a busy neighbour. Every trial is told at once.
 * @throws FlamegateError for a scenario that is not there or fails; the signal's reason
 */
export async function runSelfTest(plan: SelfTestPlan, seams: SelfTestSeams): Promise<void> {
  const calibrated: Calibrated[] = []
  for (const id of plan.scenarioIds) {
    seams.onProgress(`calibrating the plant for ${id}`, 0, 1)
    calibrated.push(await calibrate(id, plan, seams.signal))
  }
  const rounds = Array.from({ length: plan.repeats }, (_, round) => round)
  const cells = rounds.flatMap((round) =>
    plan.loads.flatMap((load) =>
      calibrated.flatMap((scenario) => plan.effects.map((effect) => ({ round, load, scenario, effect }))),
    ),
  )
  for (const [done, { round, load, scenario, effect }] of cells.entries()) {
    const { id } = scenario.discovered.scenario
    seams.onProgress(`${id}, ${load}, +${formatPercent(effect)}`, done, cells.length)
    const neighbour = load === 'loaded' ? startNeighbour() : undefined
    try {
      await runCell(scenario, effect, load, { ...plan, seed: plan.seed + round }, seams)
    } finally {
      neighbour?.kill()
    }
  }
}

/** The cost of one call more: that of as many as double the scenario's, divided by their number. */
async function calibrate(id: string, plan: SelfTestPlan, signal: AbortSignal): Promise<Calibrated> {
  const discovered = await findIn(plan.root, await plantCopy(plan.root, plan.folder, 0), id)
  const measure = async (again: number, pairs: number) => {
    const candidate = await findIn(plan.root, await plantCopy(plan.root, plan.folder, again), id)
    const turns = turnsPlanOf(discovered.scenario.kind, { isQuick: false })
    // Each waits for a core of its own.
    const outcomes = await Promise.all(
      Array.from({ length: pairs }, (_, i) =>
        runPair({ baseline: discovered, candidate }, turns, i, pairTimeoutOf(turns), signal),
      ),
    )
    const ratios = outcomes.map((outcome) => {
      if (outcome.kind === 'failed') throw new FlamegateError('bad-suite', `${id} failed: ${outcome.reason}`)
      return outcome.measurement.ratios.cpuNsPerOp ?? Number.NaN
    })
    return (median(ratios) - 1) / again
  }
  const rough = await measure(ROUGH_AGAIN, ROUGH_PAIRS)
  if (!(rough > LEAST_SHARE)) {
    throw new FlamegateError(
      'bad-suite',
      `${id} hardly calls applyEvent: a slow-down planted there costs it nothing`,
      {
        hint: 'name a scenario whose every op applies an event, as in arrays/append.apply',
      },
    )
  }
  const again = Math.max(1, Math.round(LARGE_EFFECT / rough))
  return { discovered, shareOfOne: await measure(again, CALIBRATING_PAIRS) }
}

/** A share that a few pairs cannot tell from nothing would make the plant endless, or its stated size a guess. */
const LEAST_SHARE = 0.01
/** Large beside the noise of a pair. */
const LARGE_EFFECT = 1
const ROUGH_AGAIN = 10
const ROUGH_PAIRS = 3
const CALIBRATING_PAIRS = 9

async function runCell(
  { discovered, shareOfOne }: Calibrated,
  effect: number,
  load: Load,
  plan: SelfTestPlan,
  { signal, onTrial }: SelfTestSeams,
): Promise<void> {
  const { id, kind } = discovered.scenario
  const baseline = await findIn(plan.root, await plantCopy(plan.root, join(plan.folder, 'baseline'), 0), id)
  const candidate = await findIn(
    plan.root,
    await plantCopy(plan.root, join(plan.folder, 'candidate'), effect / shareOfOne),
    id,
  )
  const known = { scenarioId: id, kind, load, effect, trueRatio: 1 + effect }
  const start = performance.now()
  const result = await compareInLockstep(baseline, candidate, plan, signal)
  const elapsedMs = performance.now() - start
  const comparison = result.comparisons.find(({ metric }) => metric === 'cpuNsPerOp')
  const ratio = comparison?.ratio
  if (!ratio) throw new FlamegateError('bad-suite', `${id} could not be compared`)
  await onTrial({
    ...known,
    tool: 'flamegate',
    ratio: ratio.value,
    isSeen: ratio.low > 1,
    verdict: verdictOf(result),
    elapsedMs,
  })
  if (!plan.peerEffects.includes(effect)) return
  for (const tool of availablePeers()) {
    const asked = performance.now()
    const estimate = await askWithServers(tool, baseline, candidate, elapsedMs, signal)
    await onTrial({
      ...known,
      tool,
      ratio: estimate.ratio,
      isSeen: estimate.ratio > 1 && estimate.pValue < 0.05,
      verdict: null,
      elapsedMs: performance.now() - asked,
    })
  }
}

/** What `compare` does, for one scenario. */
async function compareInLockstep(
  baseline: DiscoveredScenario,
  candidate: DiscoveredScenario,
  { root, seed, forks, isQuick }: SelfTestPlan,
  signal: AbortSignal,
): Promise<MeasuredResult> {
  const folders = { baseline: root, candidate: root }
  const budgetMs = COMPARISON_BUDGET.msOf([candidate])
  const effort = { root, seed, forks, budgetMs, isQuick, mayAddForks: true, isProfiled: false }
  const { result } = await compareOneScenario({ ...effort, baseline, candidate, folders }, signal)
  return result
}

/** The worst that is said of a gated metric. */
function verdictOf({ comparisons }: MeasuredResult): Trial['verdict'] {
  const kinds = comparisons.filter(({ isGated }) => isGated).map(({ verdict }) => verdict.kind)
  const order = ['regressed', 'unproven', 'inconclusive', 'improved'] as const
  return order.find((kind) => kinds.includes(kind)) ?? 'pass'
}

async function askWithServers(
  tool: PeerName,
  baseline: DiscoveredScenario,
  candidate: DiscoveredScenario,
  timeMs: number,
  signal: AbortSignal,
) {
  const { suiteFile, scenario } = candidate
  const entries = [baseline.targetEntry, candidate.targetEntry] as const
  const job: PeerJob = { suiteFile, scenarioId: scenario.id, entries, ports: undefined, timeMs }
  if (scenario.kind === 'micro') return askPeer(tool, job, signal)
  const common = {
    suiteFile,
    scenarioId: scenario.id,
    workingFolder: undefined,
    observe: undefined,
    kind: 'http-server',
  } as const
  const servers = entries.map((targetEntry) => Child.start({ ...common, targetEntry }))
  try {
    const answers = await Promise.all(servers.map((server) => server.answer(SERVER_TIMEOUT_MS, signal)))
    const ports = answers.flatMap((answer) => (answer.kind === 'listening' ? [answer.ports] : []))
    return await askPeer(tool, { ...job, ports }, signal)
  } finally {
    await Promise.all(servers.map((server) => server.end()))
  }
}

const SERVER_TIMEOUT_MS = 15_000

async function findIn(root: string, target: string | undefined, id: string): Promise<DiscoveredScenario> {
  const discovered = (await discoverScenarios(root, target)).find(({ scenario }) => scenario.id === id)
  if (discovered === undefined) throw new FlamegateError('no-scenario', `there is no scenario '${id}'`)
  if (discovered.skipReason !== undefined)
    throw new FlamegateError('no-scenario', `${id}: ${discovered.skipReason}`)
  return discovered
}

/** A process that is busy half of the time, in bursts; it ends when this one does, or is killed. */
export function startNeighbour() {
  const script = fileURLToPath(new URL('./neighbour.mjs', import.meta.url))
  return spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}
