// The table of who is blamed.
import type { BlameRow, Graph, GraphDiff } from '../../data.ts'
import { element } from '../dom.ts'
import { formatSignedCost } from '../units.ts'

/** What the comparison concluded, and whom it blames; a click chooses a function. */
export class BlameTable {
  readonly element = element('div', { className: 'blame' })
  readonly #onSelect: (frame: number) => void
  #rows: readonly { readonly frame: number; readonly element: HTMLElement }[] = []

  constructor(onSelect: (frame: number) => void) {
    this.#onSelect = onSelect
  }

  /** Shows nothing in the graph of one version, and where nothing was concluded. */
  show(graph: Graph): void {
    const { diff } = graph
    const isEmpty = diff === null || (diff.sentence === '' && diff.blame.length === 0)
    this.element.hidden = isEmpty
    this.#rows = []
    this.element.replaceChildren()
    if (diff === null || isEmpty) return
    this.#rows = diff.blame.map((row) => ({ frame: row.frame, element: this.#row(graph, diff, row) }))
    const sentence = element('p', { className: 'sentence', textContent: diff.sentence })
    this.element.append(
      ...(diff.sentence === '' ? [] : [sentence]),
      ...(diff.blame.length === 0 ? [] : [this.#table(graph, diff)]),
    )
  }

  /** Marks the chosen function. */
  highlight(selected: number): void {
    for (const { frame, element } of this.#rows)
      element.classList.toggle('selected', frame >= 0 && frame === selected)
  }

  #table(graph: Graph, { unexplained }: GraphDiff): HTMLElement {
    const titles = ['explains', 'interval', 'function', 'because', 'where']
    const head = titles.map((textContent, i) =>
      element('th', { textContent, className: i < 2 ? 'number' : '' }),
    )
    const rest = element(
      'tr',
      { className: 'rest' },
      element('td', { className: 'number', textContent: formatSignedCost(unexplained, graph.unit) }),
      element('td'),
      element('td', { textContent: 'unexplained', colSpan: 3 }),
    )
    return element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...this.#rows.map(({ element }) => element), rest),
    )
  }

  #row(
    graph: Graph,
    diff: GraphDiff,
    { frame, name, place, reason, explained, low, high }: BlameRow,
  ): HTMLElement {
    const change = Math.abs(diff.totalCandidate - diff.totalBaseline)
    const bar = element('td', {
      className: `number bar ${explained < 0 ? 'less' : 'more'}`,
      textContent: formatSignedCost(explained, graph.unit),
    })
    bar.style.setProperty('--share', `${change === 0 ? 0 : Math.min(1, Math.abs(explained) / change) * 100}%`)
    const isInGraph = frame >= 0
    return element(
      'tr',
      { className: isInGraph ? '' : 'rest', ...(isInGraph && { onclick: () => this.#onSelect(frame) }) },
      bar,
      element('td', {
        className: 'number',
        textContent: `${formatSignedCost(low, graph.unit)} … ${formatSignedCost(high, graph.unit)}`,
      }),
      element(
        'td',
        {},
        isInGraph ? element('button', { type: 'button', className: 'name', textContent: name }) : name,
      ),
      element('td', { textContent: reason }),
      element('td', { className: 'place', textContent: place, title: place }),
    )
  }
}
