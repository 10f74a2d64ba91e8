// The controls in the header.
import { CATEGORIES } from '../../model/category.ts'
import type { Graph, GraphDiff } from '../data.ts'
import { button, element } from './dom.ts'
import { categoryColour, changeColour, isDark } from './graph/theme.ts'
import type { Choice, ViewState } from './state.ts'

/** What the header's controls ask for. */
export interface ControlActions {
  change(state: Partial<ViewState>): void
  nextHottest(): void
  resetZoom(): void
}

/** The toolbar of a profile: which graph, how it is drawn, the search, and the legend; and the tabs of the panel below. */
export class Controls {
  readonly element: HTMLElement
  /** What the panel below the graph shows. */
  readonly tabs: HTMLElement
  readonly search: HTMLInputElement
  readonly #select: HTMLSelectElement
  readonly #note = element('p', { className: 'note' })
  readonly #legend = element('div', { className: 'legend' })
  readonly #order: HTMLElement
  readonly #versions: HTMLElement
  readonly #choices: { readonly button: HTMLButtonElement; isChosen(state: ViewState): boolean }[] = []

  /** @param ids of the graphs to choose from; none where there is nothing to choose */
  constructor(ids: readonly string[], actions: ControlActions) {
    this.#select = element(
      'select',
      { title: 'scenario', onchange: () => actions.change({ graph: this.#select.selectedIndex }) },
      ...ids.map((id) => element('option', { textContent: id })),
    )
    this.#select.ariaLabel = 'scenario'
    this.#select.hidden = ids.length < 2
    this.search = element('input', {
      type: 'search',
      placeholder: 'search functions and files ( / )',
      oninput: () => actions.change({ search: this.search.value }),
    })
    this.search.ariaLabel = 'search functions and files'
    const choose = <Key extends Choice>(
      key: Key,
      options: readonly (readonly [ViewState[Key], string, string])[],
    ) =>
      element(
        'div',
        { className: 'group', role: 'group' },
        ...options.map((option) => this.#choice(key, option, actions)),
      )
    this.#order = choose('order', [
      ['heavy', 'left heavy', 'merged, the costliest to the left (o)'],
      ['time', 'in time', 'as it was seen, one after the other (o)'],
    ])
    this.#versions = element(
      'div',
      { className: 'versions' },
      'width',
      choose('width', [
        ['candidate', 'after', 'boxes are as wide as what they cost after the change (c)'],
        ['baseline', 'before', 'boxes are as wide as what they cost before the change (c)'],
        [
          'change',
          'change',
          'boxes are as wide as all changes of self cost in them, up and down alike: |after − before|, noise included (c)',
        ],
      ]),
      this.#onlyChanged(actions),
    )
    this.tabs = choose('panel', [
      ['functions', 'Functions', 'all functions (1)'],
      ['sandwich', 'Sandwich', 'callers and callees of the chosen function (2)'],
      ['source', 'Source', 'its source, with what each line costs (3)'],
    ])
    this.tabs.className = 'tabs'
    const toolbar = element(
      'div',
      { className: 'toolbar' },
      this.#select,
      choose('direction', [
        ['flame', 'flame', 'root at the bottom (i)'],
        ['icicle', 'icicle', 'root at the top (i)'],
      ]),
      this.#order,
      this.#versions,
      button(
        'next hottest',
        'choose the function with the next most self time, or the next largest change of it (n)',
        actions.nextHottest,
      ),
      button('reset zoom', 'show everything (0 or Esc)', actions.resetZoom),
      element('span', { className: 'spacer' }),
      this.search,
    )
    this.element = element(
      'div',
      {},
      toolbar,
      element('div', { className: 'facts' }, this.#note, this.#legend),
    )
  }

  show(graph: Graph, state: ViewState): void {
    this.#select.selectedIndex = state.graph
    if (this.search.value !== state.search) this.search.value = state.search
    this.#note.textContent = graph.note
    for (const { button, isChosen } of this.#choices) button.ariaPressed = String(isChosen(state))
    this.#order.hidden = graph.diff !== null
    this.#versions.hidden = graph.diff === null
    this.#legend.replaceChildren(...(graph.diff === null ? categories(graph) : changes(graph.diff)))
  }

  #onlyChanged(actions: ControlActions): HTMLButtonElement {
    const made = button(
      'only what changed',
      'leave out boxes and functions in which nothing changed beyond the noise (x)',
      () => actions.change({ only: made.ariaPressed === 'true' ? 'all' : 'changed' }),
    )
    this.#choices.push({ button: made, isChosen: ({ only }) => only === 'changed' })
    return made
  }

  #choice<Key extends Choice>(
    key: Key,
    [value, text, title]: readonly [ViewState[Key], string, string],
    actions: ControlActions,
  ): HTMLButtonElement {
    const made = button(text, title, () => actions.change({ [key]: value }))
    this.#choices.push({ button: made, isChosen: (state) => state[key] === value })
    return made
  }
}

function categories({ frames }: Graph): HTMLElement[] {
  const present = new Set(frames.map(({ category }) => category))
  return CATEGORIES.filter((category) => present.has(category)).map((category) =>
    element('span', {}, swatch(categoryColour(category, isDark())), category),
  )
}

/** From the largest saving to the largest addition. */
const STRENGTHS = [-1, -0.6, -0.2, 0, 0.2, 0.6, 1]

function changes({ baseline, candidate }: GraphDiff): HTMLElement[] {
  const scale = STRENGTHS.map((strength) => swatch(changeColour(strength, isDark())))
  return [
    element('span', { className: 'versionNames' }, `${baseline} → ${candidate}`),
    element(
      'span',
      { className: 'scale', title: 'the change of what a box costs with all that it calls' },
      'less',
      ...scale,
      'more; grey: inside the noise',
    ),
  ]
}

function swatch(colour: string): HTMLElement {
  const made = element('span', { className: 'swatch' })
  made.style.background = colour
  return made
}
