// How far single pairs of unchanged code are off, by scenario and metric: the noise that a comparison has to overcome.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/pair-noise.ts [--pairs 8] [--quick] \
//   [--warmup <ms, at most>] [--turns <ms>] [scenario id …]
import { parseArgs } from 'node:util'
import type { TurnsPlan } from '../../perf/measure/turns.ts'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { pairTimeoutOf, turnsPlanOf } from '../../perf/run/durations.ts'
import { runPair } from '../../perf/run/methods/pair.ts'
import { GATED_METRICS } from '../../perf/suite/metrics.ts'
import type { Scenario } from '../../perf/suite/scenario.ts'
import { meanOf } from '../../profile/model/sum.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '8' },
    quick: { type: 'boolean', default: false },
    warmup: { type: 'string' },
    turns: { type: 'string' },
  },
})
/** The plan of a run, but for the times that were asked for. */
function planFor(kind: Scenario['kind']): TurnsPlan {
  const plan = turnsPlanOf(kind, { isQuick: values.quick })
  const warmupMaxMs = Number(values.warmup ?? plan.warmupMaxMs)
  const warmupMinMs = Math.min(plan.warmupMinMs, warmupMaxMs)
  return { warmupMinMs, warmupMaxMs, turnsMs: Number(values.turns ?? plan.turnsMs) }
}

const { signal } = new AbortController()
const rows: string[][] = []
for (const discovered of await discoverScenarios(process.cwd(), undefined)) {
  const { id, kind } = discovered.scenario
  if (positionals.length > 0 && !positionals.includes(id)) continue
  const plan = planFor(kind)
  const pair = { baseline: discovered, candidate: discovered }
  const start = performance.now()
  const outcomes = await Promise.all(
    Array.from({ length: Number(values.pairs) }, (_, i) =>
      runPair(pair, plan, i, pairTimeoutOf(plan), signal),
    ),
  )
  const seconds = (performance.now() - start) / 1000 / outcomes.length
  const ratios = outcomes.flatMap((outcome) =>
    outcome.kind === 'measured' ? [outcome.measurement.ratios] : [],
  )
  const errors = GATED_METRICS.map((metric) =>
    Math.sqrt(meanOf(ratios.map((ratio) => Math.log(ratio[metric] ?? Number.NaN) ** 2))),
  )
  rows.push([id, `${ratios.length}`, ...errors.map((error) => (100 * error).toFixed(1)), seconds.toFixed(2)])
}
process.stdout.write(
  renderTable(['scenario', 'pairs', ...GATED_METRICS.map((metric) => `${metric}, %`), 's a pair'], rows),
)
