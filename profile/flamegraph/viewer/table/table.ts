// The function table.

import { element } from '../dom.ts'
import type { Column } from './columns.ts'
import type { FunctionRow } from './rows.ts'

/** Rows that are put into the page; nobody reads more, and searching finds the others. */
const MOST_ROWS = 200

/** All functions, sortable by every column; a click chooses one. */
export class FunctionTable {
  readonly element = element('div', { className: 'table' })
  readonly #onSelect: (frame: number) => void
  #columns: readonly Column[] = []
  #sort = { column: '', isDescending: true }
  #rows: readonly FunctionRow[] = []
  #isKept: (row: FunctionRow) => boolean = () => true
  #selected = -1
  #filter = ''
  readonly #rowOf = new Map<number, HTMLElement>()

  constructor(onSelect: (frame: number) => void) {
    this.#onSelect = onSelect
  }

  /** Sorted as before where there is such a column, else by the first one. */
  show(columns: readonly Column[], rows: readonly FunctionRow[]): void {
    this.#columns = columns
    this.#rows = rows
    if (!columns.some(({ title }) => title === this.#sort.column))
      this.#sort = { column: columns[0]!.title, isDescending: columns[0]!.isNumber }
    this.#filter = ''
    this.#isKept = () => true
    this.#render()
  }

  /** Shows only what is kept; `filter` tells whether that are others than the last time. */
  narrow(filter: string, isKept: (row: FunctionRow) => boolean): void {
    if (filter === this.#filter) return
    this.#filter = filter
    this.#isKept = isKept
    this.#render()
  }

  /** Marks the chosen function. */
  highlight(selected: number): void {
    this.#rowOf.get(this.#selected)?.classList.remove('selected')
    this.#selected = selected
    this.#rowOf.get(selected)?.classList.add('selected')
  }

  #render(): void {
    const sorted = this.#rows.filter(this.#isKept).sort((a, b) => this.#compare(a, b))
    this.#rowOf.clear()
    const head = element('tr', {}, ...this.#columns.map((column) => this.#headCell(column)))
    const body = sorted.slice(0, MOST_ROWS).map((row) => this.#row(row))
    const more = sorted.length - body.length
    this.element.replaceChildren(
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
      ...(more > 0
        ? [element('p', { className: 'note', textContent: `${more} more: search to find them` })]
        : []),
    )
  }

  #headCell({ title, isNumber, isDetail }: Column): HTMLElement {
    const isSorted = this.#sort.column === title
    const arrow = isSorted ? (this.#sort.isDescending ? ' ▾' : ' ▴') : ''
    const sort = () => {
      this.#sort = { column: title, isDescending: isSorted ? !this.#sort.isDescending : isNumber }
      this.#render()
    }
    const cell = element('th', { className: `${isNumber ? 'number' : ''}${isDetail ? ' detail' : ''}` })
    cell.ariaSort = isSorted ? (this.#sort.isDescending ? 'descending' : 'ascending') : 'none'
    cell.append(element('button', { type: 'button', textContent: `${title}${arrow}`, onclick: sort }))
    return cell
  }

  #row(row: FunctionRow): HTMLElement {
    const { frame } = row
    const made = element(
      'tr',
      { className: frame === this.#selected ? 'selected' : '', onclick: () => this.#onSelect(frame) },
      ...this.#columns.map((column) => {
        const cell = column.cell(row)
        if (column.isDetail) cell.classList.add('detail')
        return cell
      }),
    )
    this.#rowOf.set(frame, made)
    return made
  }

  #compare(a: FunctionRow, b: FunctionRow): number {
    const column = this.#columns.find(({ title }) => title === this.#sort.column)!
    const sign = this.#sort.isDescending ? -1 : 1
    const [left, right] = [column.value(a), column.value(b)]
    if (typeof left === 'string') return sign * left.localeCompare(right as string)
    return sign * (left - (right as number)) || b.self - a.self
  }
}
