import { CATEGORIES } from '../../category.ts'
import type { Graph } from '../data.ts'
import { button, element } from './dom.ts'
import type { ViewState } from './state.ts'
import { categoryColour, isDark } from './theme.ts'

/** What the header's controls ask for. */
export interface ControlActions {
  change(state: Partial<ViewState>): void
  nextHottest(): void
  resetZoom(): void
  toggleTheme(): void
}

/** The header: which graph, how it is drawn, the search, and the legend. */
export class Controls {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  readonly #select: HTMLSelectElement
  readonly #note = element('p', { className: 'note' })
  readonly #legend = element('div', { className: 'legend' })
  readonly #choices: { readonly button: HTMLButtonElement; isChosen(state: ViewState): boolean }[] = []

  constructor(title: string, ids: readonly string[], actions: ControlActions) {
    this.#select = element(
      'select',
      { title: 'scenario', onchange: () => actions.change({ graph: this.#select.selectedIndex }) },
      ...ids.map((id) => element('option', { textContent: id })),
    )
    this.#select.ariaLabel = 'scenario'
    this.search = element('input', {
      type: 'search',
      placeholder: 'search functions and files ( / )',
      oninput: () => actions.change({ search: this.search.value }),
    })
    this.search.ariaLabel = 'search functions and files'
    const choose = <Key extends 'order' | 'direction' | 'panel'>(
      key: Key,
      options: readonly (readonly [ViewState[Key], string, string])[],
    ) =>
      element(
        'div',
        { className: 'group', role: 'group' },
        ...options.map((option) => this.#choice(key, option, actions)),
      )
    this.element = element(
      'header',
      {},
      element('h1', { textContent: title }),
      this.#select,
      choose('direction', [
        ['flame', 'flame', 'root at the bottom (i)'],
        ['icicle', 'icicle', 'root at the top (i)'],
      ]),
      choose('order', [
        ['heavy', 'left heavy', 'merged, the costliest to the left (o)'],
        ['time', 'in time', 'as it was seen, one after the other (o)'],
      ]),
      choose('panel', [
        ['functions', 'functions', 'all functions (1)'],
        ['sandwich', 'sandwich', 'callers and callees of the chosen function (2)'],
        ['source', 'source', 'its source, with what each line costs (3)'],
      ]),
      button('next hottest', 'choose the function with the next most self time (n)', actions.nextHottest),
      button('reset zoom', 'show everything (0 or Esc)', actions.resetZoom),
      element('span', { className: 'spacer' }),
      this.search,
      button('◐', 'light or dark (d)', actions.toggleTheme),
      this.#note,
      this.#legend,
    )
  }

  show(graph: Graph, state: ViewState): void {
    this.#select.selectedIndex = state.graph
    if (this.search.value !== state.search) this.search.value = state.search
    this.#note.textContent = graph.note
    for (const { button, isChosen } of this.#choices) button.ariaPressed = String(isChosen(state))
    const present = new Set(graph.frames.map(({ category }) => category))
    const shown = CATEGORIES.filter((category) => present.has(category))
    this.#legend.replaceChildren(
      ...shown.map((category) => {
        const swatch = element('span', { className: 'swatch' })
        swatch.style.background = categoryColour(category, isDark())
        return element('span', {}, swatch, category)
      }),
    )
  }

  #choice<Key extends 'order' | 'direction' | 'panel'>(
    key: Key,
    [value, text, title]: readonly [ViewState[Key], string, string],
    actions: ControlActions,
  ): HTMLButtonElement {
    const made = button(text, title, () => actions.change({ [key]: value }))
    this.#choices.push({ button: made, isChosen: (state) => state[key] === value })
    return made
  }
}
