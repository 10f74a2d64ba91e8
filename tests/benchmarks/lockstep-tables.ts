// What the lockstep benchmark prints.
import type { Ratios } from '../../perf/measure/turns.ts'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { turnsPlanOf } from '../../perf/run/durations.ts'
import { median } from '../../perf/stats/quantile.ts'
import { GATED_METRICS, METRICS, type TimedMetric } from '../../perf/suite/metrics.ts'
import type { Scenario } from '../../perf/suite/scenario.ts'
import { LOADS } from '../self-test/trial.ts'
import { AS_RUNS, type Measured } from './lockstep-ways.ts'
import { formatScatter, scatterOf } from './scatter.ts'

/** All that the pairs say, as Markdown: a table each for cores, slices and turns, warm-up, and connections, of what was measured. */
export function renderTables(measured: readonly Measured[]): string {
  return (['micro', 'http'] as const)
    .flatMap((kind) => {
      const own = measured.filter((pair) => pair.kind === kind)
      const name = kind === 'micro' ? 'Micro' : 'HTTP'
      return [
        section(`${name}: cores`, ['scenario', 'load', 'processes'], coreRows(own)),
        section(
          `${name}: slices and turns`,
          ['load', 'slices', 'one takes', 'turns', 'slices a side'],
          lengthRows(own, kind),
        ),
        section(`${name}: warm-up`, ['load', 'warm-up'], warmupRows(own, kind)),
        section(`${name}: connections`, ['scenario', 'load', 'connections'], connectionRows(own)),
      ]
    })
    .join('')
}

/** What stands before the numbers, and the ratios that they are of. */
interface Row {
  readonly heads: readonly string[]
  readonly ratios: readonly Ratios[]
}

function section(title: string, heads: readonly string[], rows: readonly Row[]): string {
  if (rows.length < 2) return ''
  const head = [...heads, ...GATED_METRICS.map((metric) => METRICS[metric].title), 'n']
  const cells = rows.map(({ heads, ratios }) => [
    ...heads,
    ...GATED_METRICS.map((metric) => cellOf(ratios, metric)),
    String(ratios.length),
  ])
  return `### ${title}\n\n${renderTable(head, cells, heads.length)}\n\n`
}

function cellOf(ratios: readonly Ratios[], metric: TimedMetric): string {
  const known = ratios.map((ratio) => ratio[metric]).filter((ratio) => ratio !== null)
  return formatScatter(scatterOf(known))
}

/** Those who are alike, by what makes them so, in the order in which they first appear. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | number): T[][] {
  const groups = new Map<string | number, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/** Each load's pairs on their own. */
function byLoad(measured: readonly Measured[]): Measured[][] {
  return LOADS.map((load) => measured.filter((pair) => pair.load === load)).filter(({ length }) => length > 0)
}

/** What pairs may differ in from those of runs, once they have as many turns. */
const VARIED = ['placement', 'slices', 'warmup', 'connections'] as const

/** The pairs that are measured as in runs but for one thing; none where all of them have the same of it. */
function varying(measured: readonly Measured[], what: (typeof VARIED)[number]): Measured[] {
  const others = VARIED.filter((key) => key !== what)
  const pairs = measured.filter(({ way }) => others.every((key) => way[key] === AS_RUNS[key]))
  return new Set(pairs.map(({ way }) => way[what])).size < 2 ? [] : pairs
}

/** Each scenario's pairs by load, and where there are several scenarios those of all. */
function byScenarioAndLoad(measured: readonly Measured[]): { heads: string[]; pairs: Measured[] }[] {
  const sets = groupBy(measured, ({ scenarioId }) => scenarioId).map((pairs) => ({
    name: `\`${pairs[0]!.scenarioId}\``,
    pairs,
  }))
  if (sets.length > 1) sets.push({ name: 'all of them', pairs: [...measured] })
  return sets.flatMap(({ name, pairs }) =>
    byLoad(pairs).map((loaded) => ({ heads: [name, loaded[0]!.load], pairs: loaded })),
  )
}

function coreRows(measured: readonly Measured[]): Row[] {
  return byScenarioAndLoad(varying(measured, 'placement')).flatMap(({ heads, pairs }) =>
    groupBy(pairs, ({ way }) => way.placement).flatMap((placed): Row[] => {
      const { placement } = placed[0]!.way
      const normalised = placed.flatMap((pair) => pair.normalised ?? [])
      const divided = 'the same, each version divided by its canary'
      return [
        {
          heads: [...heads, markRuns(placement, placement === AS_RUNS.placement)],
          ratios: ratiosAt(placed, 1),
        },
        ...(normalised.length === 0 ? [] : [{ heads: [...heads, divided], ratios: normalised }]),
      ]
    }),
  )
}

function connectionRows(measured: readonly Measured[]): Row[] {
  return byScenarioAndLoad(varying(measured, 'connections')).flatMap(({ heads, pairs }) =>
    groupBy(pairs, ({ way }) => way.connections ?? 'as in runs').map((loaded): Row => {
      const { connections } = loaded[0]!.way
      return {
        heads: [...heads, connections === undefined ? '**as in runs**' : String(connections)],
        ratios: ratiosAt(loaded, 1),
      }
    }),
  )
}

function lengthRows(measured: readonly Measured[], kind: Scenario['kind']): Row[] {
  const { turnsMs } = turnsPlanOf(kind, { isQuick: false })
  return byLoad(varying(measured, 'slices')).flatMap((loaded) =>
    groupBy(loaded, ({ way }) => way.slices)
      .sort(([a], [b]) => a!.way.slices - b!.way.slices)
      .flatMap((sliced) =>
        sliced[0]!.looks.map(({ turns }): Row => {
          const { load, way } = sliced[0]!
          const looks = sliced.flatMap((pair) => pair.looks.filter((look) => look.turns === turns))
          const heads = [
            load,
            way.slices === 1 ? '**as in runs**' : `${way.slices} × as long`,
            `${median(sliced.map(({ sliceMs }) => sliceMs)).toFixed(1)} ms`,
            markRuns(`${(turns * turnsMs) / 1000} s`, turns === 1),
            String(median(looks.map(({ slicesPerSide }) => slicesPerSide))),
          ]
          return { heads, ratios: looks.map(({ ratios }) => ratios) }
        }),
      ),
  )
}

function warmupRows(measured: readonly Measured[], kind: Scenario['kind']): Row[] {
  const { warmupMinMs, warmupMaxMs } = turnsPlanOf(kind, { isQuick: false })
  return byLoad(varying(measured, 'warmup')).flatMap((loaded) => {
    const groups = groupBy(loaded, ({ way }) => way.warmup)
    if (groups.length < 2) return []
    return groups.map((warmed): Row => {
      const { load, way } = warmed[0]!
      const [least, most] = [warmupMinMs, warmupMaxMs].map((ms) => (way.warmup * ms) / 1000)
      return {
        heads: [load, markRuns(`${least} to ${most} s`, way.warmup === 1)],
        ratios: ratiosAt(warmed, 1),
      }
    })
  })
}

function ratiosAt(measured: readonly Measured[], turns: number): Ratios[] {
  return measured.flatMap(({ looks }) =>
    looks.filter((look) => look.turns === turns).map(({ ratios }) => ratios),
  )
}

/** What runs do is in bold. */
function markRuns(text: string, isAsInRuns: boolean): string {
  return isAsInRuns ? `**${text}**` : text
}
