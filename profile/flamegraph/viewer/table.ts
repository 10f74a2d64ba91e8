import type { Graph } from '../data.ts'
import { element } from './dom.ts'
import { categoryColour, isDark } from './theme.ts'
import { formatCalls, formatCost, formatShare, placeOf } from './units.ts'

/** A row of the hot-function table. */
export interface FunctionRow {
  readonly frame: number
  readonly self: number
  readonly total: number
}

type Column = 'name' | 'place' | 'category' | 'self' | 'total' | 'calls' | 'bytes'

const COLUMNS: readonly { readonly key: Column; readonly title: string; readonly isNumber: boolean }[] = [
  { key: 'self', title: 'self', isNumber: true },
  { key: 'total', title: 'total', isNumber: true },
  { key: 'calls', title: 'calls/op', isNumber: true },
  { key: 'bytes', title: 'bytes/op', isNumber: true },
  { key: 'name', title: 'function', isNumber: false },
  { key: 'place', title: 'where', isNumber: false },
]
/** Rows that are put into the page; nobody reads more, and searching finds the others. */
const MOST_ROWS = 200

/** All functions, sortable by every column; a click chooses one. */
export class FunctionTable {
  readonly element = element('div', { className: 'table' })
  readonly #onSelect: (frame: number) => void
  #sort: { column: Column; isDescending: boolean } = { column: 'self', isDescending: true }
  #graph: Graph | undefined
  #rows: readonly FunctionRow[] = []
  #total = 1
  #isMatch: Uint8Array | undefined
  #selected = -1
  #search = ''
  readonly #rowOf = new Map<number, HTMLElement>()

  constructor(onSelect: (frame: number) => void) {
    this.#onSelect = onSelect
  }

  show(graph: Graph, rows: readonly FunctionRow[], total: number): void {
    this.#graph = graph
    this.#rows = rows
    this.#total = total
    this.#render()
  }

  /** Shows only what `search` matches, and marks the chosen function. */
  highlight(search: string, isMatch: Uint8Array | undefined, selected: number): void {
    this.#rowOf.get(this.#selected)?.classList.remove('selected')
    this.#selected = selected
    this.#rowOf.get(selected)?.classList.add('selected')
    if (search === this.#search) return
    this.#search = search
    this.#isMatch = isMatch
    this.#render()
  }

  #render(): void {
    const graph = this.#graph
    if (graph === undefined) return
    const found = this.#rows.filter(({ frame }) => this.#isMatch === undefined || this.#isMatch[frame] === 1)
    const sorted = [...found].sort((a, b) => this.#compare(graph, a, b))
    this.#rowOf.clear()
    const head = element('tr', {}, ...COLUMNS.map((column) => this.#headCell(column)))
    const body = sorted.slice(0, MOST_ROWS).map((row) => this.#row(graph, row))
    const more = sorted.length - body.length
    this.element.replaceChildren(
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
      ...(more > 0
        ? [element('p', { className: 'note', textContent: `${more} more: search to find them` })]
        : []),
    )
  }

  #headCell({ key, title, isNumber }: (typeof COLUMNS)[number]): HTMLElement {
    const isSorted = this.#sort.column === key
    const arrow = isSorted ? (this.#sort.isDescending ? ' ▾' : ' ▴') : ''
    const sort = () => {
      this.#sort = { column: key, isDescending: isSorted ? !this.#sort.isDescending : isNumber }
      this.#render()
    }
    const cell = element('th', { className: isNumber ? 'number' : '' })
    cell.ariaSort = isSorted ? (this.#sort.isDescending ? 'descending' : 'ascending') : 'none'
    cell.append(element('button', { type: 'button', textContent: `${title}${arrow}`, onclick: sort }))
    return cell
  }

  #row(graph: Graph, { frame, self, total }: FunctionRow): HTMLElement {
    const facts = graph.frames[frame]!
    const number = (text: string) => element('td', { className: 'number', textContent: text })
    const swatch = element('span', { className: 'swatch', title: facts.category })
    swatch.style.background = categoryColour(facts.category, isDark())
    const bar = element('td', { className: 'number bar' })
    bar.style.setProperty('--share', `${(self / this.#total) * 100}%`)
    bar.append(
      `${formatCost(self, graph.unit)} `,
      element('small', { textContent: formatShare(self / this.#total) }),
    )
    const name = element('button', {
      type: 'button',
      className: 'name',
      textContent: facts.name || '(anonymous)',
    })
    const row = element(
      'tr',
      { className: frame === this.#selected ? 'selected' : '', onclick: () => this.#onSelect(frame) },
      bar,
      number(formatCost(total, graph.unit)),
      number(formatCalls(facts.callsPerOp)),
      number(facts.bytesPerOp === null ? '–' : formatCost(facts.bytesPerOp, 'bytes/op')),
      element('td', {}, swatch, name),
      element('td', { className: 'place', textContent: placeOf(facts), title: placeOf(facts) }),
    )
    this.#rowOf.set(frame, row)
    return row
  }

  #compare(graph: Graph, a: FunctionRow, b: FunctionRow): number {
    const sign = this.#sort.isDescending ? -1 : 1
    const [left, right] = [this.#value(graph, a), this.#value(graph, b)]
    if (typeof left === 'string') return sign * left.localeCompare(right as string)
    return sign * (left - (right as number)) || b.self - a.self
  }

  #value(graph: Graph, { frame, self, total }: FunctionRow): number | string {
    const facts = graph.frames[frame]!
    switch (this.#sort.column) {
      case 'self':
        return self
      case 'total':
        return total
      case 'calls':
        return facts.callsPerOp ?? -1
      case 'bytes':
        return facts.bytesPerOp ?? -1
      case 'name':
        return facts.name
      case 'place':
        return placeOf(facts)
      case 'category':
        return facts.category
      default:
        return this.#sort.column satisfies never
    }
  }
}
