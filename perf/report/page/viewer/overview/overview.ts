// The overview of a run: its outcome, what changed and who did it, and all scenarios.
import { button, element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange } from '../../../../../profile/model/format.ts'
import type { PageScenario, RunPageData } from '../../data.ts'
import { linkTo, type OverviewState, readOverview, writeOverview } from '../address.ts'
import { BARS } from '../interval-bar.ts'
import { factList } from '../parts.ts'
import { lookOf, outcomeLook, verdictChip } from '../verdicts.ts'
import { ScenarioTable } from './scenario-table.ts'

/** Shows one kind of verdict alone. */
interface KindButton {
  readonly kind: string
  readonly button: HTMLButtonElement
}

/** The overview of a run; what it shows of the scenarios is what the address says. */
export class Overview {
  readonly element: HTMLElement
  readonly #search: HTMLInputElement
  readonly #table: ScenarioTable
  readonly #kinds: readonly KindButton[]
  #state: OverviewState = readOverview(location.hash)

  constructor(data: RunPageData) {
    this.#table = new ScenarioTable(data.scenarios, (change) => this.#change(change))
    this.#search = element('input', {
      type: 'search',
      placeholder: 'Filter scenarios and functions  /',
      oninput: () => this.#change({ filter: this.#search.value }),
    })
    this.#search.ariaLabel = 'filter scenarios and functions'
    this.#kinds = this.#createKinds(data.scenarios)
    const kinds = element(
      'div',
      { className: 'kinds', role: 'group' },
      ...this.#kinds.map(({ button }) => button),
    )
    kinds.ariaLabel = 'verdicts'
    const scenarios = element(
      'section',
      { className: 'scenarios' },
      element(
        'div',
        { className: 'filters' },
        element('h2', { textContent: 'Scenarios' }),
        kinds,
        this.#search,
      ),
      this.#table.element,
      ...(data.scenarios.some(({ lead }) => lead?.ratio != null)
        ? [element('p', { className: 'note', textContent: BARS })]
        : []),
    )
    this.element = element(
      'div',
      { className: 'overview' },
      renderOutcome(data),
      ...renderChanged(data),
      scenarios,
      ...renderNotes(data),
      renderEnvironment(data),
    )
  }

  /** Shows what the address says. */
  open(): void {
    this.#state = readOverview(location.hash)
    this.#show()
  }

  /** Does what a key is for; false where it is for nothing here. */
  press({ key }: KeyboardEvent): boolean {
    if (key === '/') this.#search.focus()
    else if (key === 'Escape') {
      this.#search.blur()
      this.#change({ filter: '', verdict: '' })
    } else if (key === 'ArrowDown' || key === 'j') this.#table.step(1)
    else if (key === 'ArrowUp' || key === 'k') this.#table.step(-1)
    else return false
    return true
  }

  #createKinds(scenarios: readonly PageScenario[]): readonly KindButton[] {
    const counts = new Map<string, number>()
    for (const { verdict } of scenarios) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
    const present = [...counts].sort((a, b) => lookOf(a[0]).order - lookOf(b[0]).order)
    const create = (kind: string, text: string, count: number) => {
      const made = button('', `only ${text}`, () =>
        this.#change({ verdict: this.#state.verdict === kind ? '' : kind }),
      )
      const { tone, sign } = lookOf(kind)
      const mark = element('span', { className: `sign ${tone}`, textContent: sign, ariaHidden: 'true' })
      made.append(
        ...(kind === '' ? [] : [mark]),
        `${text} `,
        element('small', { textContent: String(count) }),
      )
      return { kind, button: made }
    }
    return [
      create('', 'all', scenarios.length),
      ...(present.length < 2 ? [] : present.map(([kind, count]) => create(kind, lookOf(kind).label, count))),
    ]
  }

  #change(change: Partial<OverviewState>): void {
    this.#state = { ...this.#state, ...change }
    history.replaceState(null, '', writeOverview(this.#state))
    this.#show()
  }

  #show(): void {
    if (this.#search.value !== this.#state.filter) this.#search.value = this.#state.filter
    for (const { kind, button } of this.#kinds) button.ariaPressed = String(kind === this.#state.verdict)
    this.#table.show(this.#state)
  }
}

function renderOutcome({ outcome, sentence, about, remarks, versions }: RunPageData): HTMLElement {
  const { sign, tone } = outcomeLook(outcome)
  return element(
    'section',
    { className: `outcome ${tone}` },
    element('span', { className: 'badge', textContent: sign, ariaHidden: 'true' }),
    element(
      'div',
      {},
      element('h2', { textContent: capitalise(sentence) }),
      element(
        'p',
        { className: 'about' },
        ...(outcome === 'not-compared' ? [] : [`${versions.baseline} → ${versions.candidate} · `]),
        about,
      ),
      ...remarks.map((remark) => element('p', { className: 'remark', textContent: capitalise(remark) })),
    ),
  )
}

/** What regressed or failed, and whatever else somebody is named for; the worst first. */
function renderChanged({ scenarios, reasons, outcome }: RunPageData): HTMLElement[] {
  const named = scenarios
    .filter(({ verdict, culprit }) => lookOf(verdict).tone === 'bad' || culprit !== '')
    .sort((a, b) => lookOf(a.verdict).order - lookOf(b.verdict).order || sizeOf(b) - sizeOf(a))
  const told = reasons.filter((reason) => !named.some(({ id }) => reason.startsWith(id)))
  const isTold = outcome !== 'green' && told.length > 0
  const causes = groupByCulprit(named)
  if (named.length === 0 && !isTold) return []
  return [
    element(
      'section',
      { className: 'changed' },
      element('h2', { textContent: named.length === 0 ? 'Why it is not green' : 'What changed' }),
      ...(isTold
        ? [
            element(
              'ul',
              { className: 'reasons' },
              ...told.map((reason) => element('li', { textContent: reason })),
            ),
          ]
        : []),
      ...causes.slice(0, MOST_NAMED).map(renderCause),
      ...(causes.length > MOST_NAMED
        ? [
            element('p', {
              className: 'note',
              textContent: `${causes.length - MOST_NAMED} more are in the table below`,
            }),
          ]
        : []),
    ),
  ]
}

/** More than this nobody reads before the table. */
const MOST_NAMED = 8

function sizeOf({ lead }: PageScenario): number {
  return lead?.ratio == null ? 0 : Math.abs(Math.log(lead.ratio.value))
}

/** Scenarios that one function made slower, or faster, are one cause; the first of each stays the first. */
function groupByCulprit(named: readonly PageScenario[]): PageScenario[][] {
  const groups = new Map<string, PageScenario[]>()
  for (const scenario of named) {
    const { id, culprit, verdict } = scenario
    const key = culprit === '' ? id : `${lookOf(verdict).tone} ${culprit}`
    groups.set(key, [...(groups.get(key) ?? []), scenario])
  }
  return [...groups.values()]
}

function renderCause([first, ...others]: readonly PageScenario[]): HTMLElement {
  const { id, verdict, sentence, words, lead } = first!
  return element(
    'div',
    { className: `cause ${lookOf(verdict).tone}` },
    element(
      'a',
      { className: 'cause-main', href: linkTo(id) },
      element(
        'span',
        { className: 'cause-head' },
        verdictChip(verdict),
        element('span', { className: 'id', textContent: id }),
        ...(lead?.ratio == null
          ? []
          : [element('span', { className: 'by', textContent: `${lead.title} ${lead.text}` })]),
      ),
      element('span', { className: 'cause-text', textContent: sentence === '' ? words : sentence }),
    ),
    ...(others.length === 0 ? [] : [renderOthers(others)]),
  )
}

/** The other scenarios of a cause: a link each. */
function renderOthers(others: readonly PageScenario[]): HTMLElement {
  const links = others
    .slice(0, MOST_OTHERS)
    .flatMap(({ id, lead }, i) => [
      i === 0 ? 'The same in ' : ', ',
      element('a', { className: 'id', href: linkTo(id), textContent: id }),
      lead?.ratio == null ? '' : ` ${formatChange(lead.ratio.value - 1)}`,
    ])
  const more = others.length - MOST_OTHERS
  return element('p', { className: 'cause-others' }, ...links, more > 0 ? ` and ${more} more` : '')
}

const MOST_OTHERS = 6

function renderNotes({ notCompared, scenarios }: RunPageData): HTMLElement[] {
  const warned = new Map<string, { readonly cure: string; readonly ids: string[] }>()
  for (const { id, warnings } of scenarios) {
    for (const { message, cure } of warnings) {
      const known = warned.get(cure) ?? { cure: `${message}: ${cure}`, ids: [] }
      known.ids.push(id)
      warned.set(cure, known)
    }
  }
  const lines = [
    ...notCompared.map((line) => element('li', { textContent: line })),
    ...[...warned.values()].map(({ cure, ids }) =>
      element('li', {}, `${capitalise(cure)} `, element('small', { textContent: listOf(ids) })),
    ),
  ]
  if (lines.length === 0) return []
  return [
    element(
      'section',
      { className: 'notes' },
      element('h2', { textContent: 'Notes' }),
      element('ul', {}, ...lines),
    ),
  ]
}

function listOf(ids: readonly string[]): string {
  const more = ids.length - 3
  return `(${ids.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

function renderEnvironment({ environment }: RunPageData): HTMLElement {
  return element(
    'section',
    { className: 'environment' },
    element('h2', { textContent: 'Run' }),
    factList(environment),
    element('p', {
      className: 'note keys',
      textContent: 'Keys: / filters, ↓ ↑ choose a scenario, Enter opens it, Esc shows all, d light or dark',
    }),
  )
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
