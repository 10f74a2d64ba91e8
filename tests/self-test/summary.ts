// What all trials of one kind say together.
import { formatPercent } from '../../profile/model/format.ts'
import { LOADS, type Load, TOOLS, type ToolName, type Trial } from './trial.ts'

/** What one tool made of all trials of one kind under one load with one planted effect. */
export interface CellSummary {
  readonly kind: Trial['kind']
  readonly load: Load
  readonly effect: number
  readonly tool: ToolName
  readonly trials: number
  /** Trials in which the tool called the candidate slower: false positives where the effect is 0. */
  readonly seen: number
  /** Of the estimates: mean distance from the truth, in points of the baseline's cost. */
  readonly meanErrorPoints: number
  readonly worstErrorPoints: number
  /** Half the width in which 95 % of the estimates of this truth lie, as a ratio: 1.96 deviations of ln(ratio ÷ truth). */
  readonly spread: number
  /** Trials by verdict, flamegate alone. */
  readonly verdicts: Readonly<Partial<Record<NonNullable<Trial['verdict']>, number>>>
}

/** One summary a kind, load, effect and tool that has trials, in that order. */
export function summariseTrials(trials: readonly Trial[]): CellSummary[] {
  const effects = [...new Set(trials.map(({ effect }) => effect))].sort((a, b) => a - b)
  const cells: CellSummary[] = []
  for (const kind of ['micro', 'http'] as const) {
    for (const load of LOADS) {
      for (const effect of effects) {
        for (const tool of TOOLS) {
          const chosen = trials.filter(
            (trial) =>
              trial.kind === kind && trial.load === load && trial.effect === effect && trial.tool === tool,
          )
          if (chosen.length > 0) cells.push({ kind, load, effect, tool, ...summariseCell(chosen) })
        }
      }
    }
  }
  return cells
}

function summariseCell(trials: readonly Trial[]): Omit<CellSummary, 'kind' | 'load' | 'effect' | 'tool'> {
  const errors = trials.map(({ ratio, trueRatio }) => 100 * Math.abs(ratio - trueRatio))
  const logs = trials.map(({ ratio, trueRatio }) => Math.log(ratio / trueRatio))
  const verdicts: Record<string, number> = {}
  for (const { verdict } of trials) if (verdict !== null) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
  return {
    trials: trials.length,
    seen: trials.filter(({ isSeen }) => isSeen).length,
    meanErrorPoints: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    worstErrorPoints: Math.max(...errors),
    spread: Math.exp(1.96 * Math.sqrt(logs.reduce((sum, log) => sum + log ** 2, 0) / logs.length)) - 1,
    verdicts,
  }
}

/** Why a gate that did this should not be trusted; empty where it did what it must. */
export function findFaults(trials: readonly Trial[]): string[] {
  const own = trials.filter(({ tool }) => tool === 'flamegate')
  const describe = ({ scenarioId, load, effect }: Trial) =>
    `${scenarioId}, ${load}, +${formatPercent(effect)}`
  return [
    ...own
      .filter(({ effect, verdict }) => effect === 0 && verdict === 'regressed')
      .map((trial) => `the same code was called a regression: ${describe(trial)}`),
    ...own
      .filter(({ effect, verdict }) => effect >= SURE_EFFECT && verdict !== 'regressed')
      .map((trial) => `a slow-down was not called a regression: ${describe(trial)}, ${trial.verdict}`),
  ]
}

/** Well beyond every limit. */
const SURE_EFFECT = 0.4
