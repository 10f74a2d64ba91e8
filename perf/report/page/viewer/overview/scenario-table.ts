// The table of scenarios: sorted, filtered, and chosen from with the keyboard.
import { element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatPercent } from '../../../../../profile/model/format.ts'
import type { PageNumber, PageScenario } from '../../data.ts'
import { linkTo, type OverviewState, type Sort } from '../address.ts'
import { intervalBar } from '../interval-bar.ts'
import { axisOf, type Scale, scaleOfChanges } from '../scale.ts'
import { lookOf, verdictChip } from '../verdicts.ts'

/** A column: what it is sorted by, and what stands in it. */
interface ScenarioColumn {
  readonly key: Sort
  readonly title: string
  readonly className: string
  /** Least first; what is not known comes last. */
  value(scenario: PageScenario): number | string
  cell(scenario: PageScenario, scale: Scale): (Node | string)[]
}

const COLUMNS: readonly ScenarioColumn[] = [
  {
    key: 'scenario',
    title: 'Scenario',
    className: 'scenario',
    value: ({ id }) => id,
    cell: ({ id }) => [element('a', { className: 'id', href: linkTo(id), textContent: id })],
  },
  {
    key: 'verdict',
    title: 'Verdict',
    className: 'verdict',
    value: ({ verdict, lead }) => lookOf(verdict).order * 1000 - (lead?.ratio == null ? 0 : lead.ratio.value),
    cell: ({ verdict }) => [verdictChip(verdict)],
  },
  {
    key: 'change',
    title: 'Change',
    className: 'change',
    value: ({ lead }) => (lead?.ratio == null ? Number.POSITIVE_INFINITY : -lead.ratio.value),
    cell: ({ lead }, scale) => [
      intervalBar(lead, scale),
      ...(lead?.ratio == null
        ? []
        : [element('span', { className: 'by', textContent: lead.text.replace(/ \[.*/, '') })]),
    ],
  },
  numberColumn('p50', 'P50'),
  numberColumn('p95', 'P95'),
  numberColumn('cpu', 'CPU/op'),
  numberColumn('allocated', 'Allocated'),
  {
    key: 'hottest',
    title: 'Hottest function',
    className: 'hottest',
    value: ({ hottest }) => hottest?.name ?? '\uffff',
    cell: ({ hottest }) =>
      hottest === null
        ? [element('span', { className: 'none', textContent: '–' })]
        : [
            element('span', { className: 'share', textContent: formatPercent(hottest.share) }),
            element('span', { className: 'fn', textContent: hottest.name }),
            element('span', {
              className: 'place',
              textContent: shortPlace(hottest.place),
              title: hottest.place,
            }),
          ],
  },
]

function numberColumn(key: keyof PageScenario['numbers'], title: string): ScenarioColumn {
  const number = ({ numbers }: PageScenario): PageNumber => numbers[key]
  return {
    key,
    title,
    className: 'number',
    value: (scenario) => -(number(scenario)?.value ?? Number.NEGATIVE_INFINITY),
    cell: (scenario) => [number(scenario)?.text ?? '–'],
  }
}

/** `state.ts:9` of `packages/a/src/state.ts:9`; the whole is in the tooltip, and in the scenario's view. */
function shortPlace(place: string): string {
  return place.slice(place.lastIndexOf('/') + 1)
}

interface Row {
  readonly scenario: PageScenario
  readonly element: HTMLElement
  /** What a filter finds it by. */
  readonly text: string
}

/** All scenarios, a row each. */
export class ScenarioTable {
  readonly element: HTMLElement
  readonly #rows: readonly Row[]
  readonly #body = element('tbody')
  readonly #heads: readonly {
    readonly column: ScenarioColumn
    readonly cell: HTMLElement
    readonly arrow: HTMLElement
  }[]
  readonly #nothing = element('p', {
    className: 'note nothing',
    textContent: 'No scenario is left: Esc shows all.',
    hidden: true,
  })
  #sort: Pick<OverviewState, 'sort' | 'isReversed'> = { sort: 'verdict', isReversed: false }

  constructor(scenarios: readonly PageScenario[], onSort: (change: Partial<OverviewState>) => void) {
    const scale = scaleOfChanges(scenarios.flatMap(({ lead }) => lead ?? []))
    this.#rows = scenarios.map((scenario) => ({
      scenario,
      element: renderRow(scenario, scale),
      text: [scenario.id, scenario.words, scenario.hottest?.name, scenario.hottest?.place]
        .join(' ')
        .toLowerCase(),
    }))
    this.#heads = COLUMNS.map((column) => {
      const arrow = element('span', { className: 'arrow', ariaHidden: 'true' })
      const sort = element(
        'button',
        {
          type: 'button',
          onclick: () => {
            const { sort, isReversed } = this.#sort
            onSort({ sort: column.key, isReversed: sort === column.key && !isReversed })
          },
        },
        column.title,
        arrow,
      )
      const cell = element('th', { className: column.className, scope: 'col' }, sort)
      if (column.key === 'change') cell.append(axisOf(scale))
      return { column, cell, arrow }
    })
    const table = element(
      'table',
      {
        className: `scenario-table${scenarios.every(({ lead }) => lead?.ratio == null) ? ' uncompared' : ''}`,
      },
      element('thead', {}, element('tr', {}, ...this.#heads.map(({ cell }) => cell))),
      this.#body,
    )
    this.element = element('div', { className: 'scenario-list' }, table, this.#nothing)
  }

  /** Sorted and filtered so. */
  show({ sort, isReversed, filter, verdict }: OverviewState): void {
    this.#sort = { sort, isReversed }
    const column = COLUMNS.find(({ key }) => key === sort)!
    const wanted = filter.trim().toLowerCase()
    const kept = this.#rows.filter(
      ({ scenario, text }) => (verdict === '' || scenario.verdict === verdict) && text.includes(wanted),
    )
    const sign = isReversed ? -1 : 1
    kept.sort((a, b) => sign * compare(column.value(a.scenario), column.value(b.scenario)))
    this.#body.replaceChildren(...kept.map(({ element }) => element))
    this.#nothing.hidden = kept.length > 0
    for (const { column, cell, arrow } of this.#heads) {
      const isSorted = column.key === sort
      cell.ariaSort = isSorted ? (isReversed ? 'descending' : 'ascending') : 'none'
      arrow.textContent = isSorted ? (isReversed ? ' ↑' : ' ↓') : ''
    }
  }

  /** Moves the focus to another row, from none to the first. */
  step(by: number): void {
    const links = [...this.#body.querySelectorAll<HTMLElement>('a.id')]
    const at = links.indexOf(document.activeElement as HTMLElement)
    links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus()
  }
}

function renderRow(scenario: PageScenario, scale: Scale): HTMLElement {
  const row = element(
    'tr',
    {
      onclick: ({ target }) => {
        if (!(target as Element).closest('a')) location.hash = linkTo(scenario.id)
      },
    },
    ...COLUMNS.map((column) => {
      const cell = element('td', { className: column.className }, ...column.cell(scenario, scale))
      cell.dataset.title = column.title
      return cell
    }),
  )
  return row
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string') return a.localeCompare(b as string, 'en', { numeric: true })
  return a === b ? 0 : a - (b as number)
}
