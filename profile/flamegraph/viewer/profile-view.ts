// The view of profiles: graph, tables and source, kept at one state, which is the address's.
import { Controls } from './controls.ts'
import { element } from './dom.ts'
import { Flame } from './graph/flame.ts'
import { layOutByWeight } from './graph/layout.ts'
import { type Drawing, ShownGraph } from './graph/shown.ts'
import { isDark, readPalette } from './graph/theme.ts'
import { Tooltip } from './graph/tooltip.ts'
import { keyActions } from './keys.ts'
import type { Graphs } from './loader.ts'
import { renderBothSources } from './source/diff-source.ts'
import { renderSource } from './source/source.ts'
import { readState, type ViewState, writeState } from './state.ts'
import { BlameTable } from './table/blame.ts'
import { changeColumns, costColumns } from './table/columns.ts'
import { Selection } from './table/selection.ts'
import { FunctionTable } from './table/table.ts'

const NOTHING = layOutByWeight({ nodeFrame: [], nodeParent: [], nodeSelf: [] })

/** How a view of profiles is part of its page. */
export interface ProfileViewOptions {
  /** Whether it is a part of a page that scrolls, and is about one graph; else it is the page. */
  readonly isEmbedded: boolean
  toggleTheme(): void
}

/** One of the page's graphs with its tables, at one state, which is the address's. */
export class ProfileView {
  readonly element: HTMLElement
  readonly #graphs: Graphs
  readonly #options: ProfileViewOptions
  readonly #shown: (ShownGraph | undefined)[] = []
  readonly #tooltip = new Tooltip()
  readonly #table = new FunctionTable((frame) => this.#select(frame))
  readonly #blame = new BlameTable((frame) => this.#select(frame))
  readonly #functions = element('div', {}, this.#blame.element, this.#table.element)
  readonly #selection = new Selection()
  readonly #panel = element('section', { className: 'panel', tabIndex: 0 })
  readonly #controls: Controls
  readonly #flame: Flame
  readonly #callers: Flame
  readonly #callees: Flame
  readonly #sandwich: HTMLElement
  #state: ViewState
  #present = ''
  #tabled = ''
  readonly #drawn = new Map<Flame, Drawing>()

  constructor(graphs: Graphs, options: ProfileViewOptions) {
    this.#graphs = graphs
    this.#options = options
    this.#state = readState(location.hash, graphs.ids)
    this.#controls = new Controls(options.isEmbedded ? [] : graphs.ids, {
      change: (change) => this.#change(change),
      nextHottest: () => this.#selectNext(),
      resetZoom: () => this.#flame.reset(),
    })
    const main = createCanvas('flame graph; the table of functions below has the same numbers')
    this.#flame = this.#createFlame(main, (viewport) => {
      const { total } = this.#flame.layout
      this.#remember({ zoom: [viewport.start / total, viewport.width / total] })
    })
    const [callers, callees] = [createCanvas('callers'), createCanvas('callees')]
    this.#callers = this.#createFlame(callers)
    this.#callees = this.#createFlame(callees)
    this.#sandwich = element(
      'div',
      { className: 'sandwich' },
      element('h2', { textContent: 'Callers: who pays for it' }),
      element('div', { className: 'stage' }, callers),
      element('h2', { textContent: 'Callees: what it pays for' }),
      element('div', { className: 'stage' }, callees),
    )
    this.#panel.ariaLabel = 'functions, callers or source'
    this.element = element(
      'div',
      { className: `profile${options.isEmbedded ? ' embedded' : ''}` },
      this.#controls.element,
      element('div', { className: 'stage' }, main),
      element('div', { className: 'lower' }, this.#selection.element, this.#controls.tabs, this.#panel),
      this.#tooltip.element,
    )
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void this.render())
  }

  /** Shows what the address says. */
  open(): Promise<void> {
    this.#state = readState(location.hash, this.#graphs.ids)
    return this.render()
  }

  /** Does what a key is for; false where it is for nothing here. */
  press(event: KeyboardEvent): boolean {
    const isTyping = event.target === this.#controls.search
    const hasVersions = this.#current()?.graph.diff != null
    const actions = keyActions(this.#flame, this.#state, hasVersions, {
      change: (change) => this.#change(change),
      focusSearch: () => this.#controls.search.focus(),
      leave: () => {
        if (!isTyping) return this.#flame.reset()
        this.#controls.search.blur()
        this.#change({ search: '' })
      },
      nextHottest: () => this.#selectNext(),
      toggleTheme: this.#options.toggleTheme,
    })
    const action = actions[event.key]
    action?.()
    return action !== undefined
  }

  /** Everything again, as after a change of the theme. */
  async render(): Promise<void> {
    if (this.#graphs.ids.length === 0) return
    const shown = await this.#load(this.#state.graph)
    // Another graph was chosen meanwhile: that choice renders, too.
    if (shown !== this.#current()) return
    const { graph, order, direction, zoom, width, only, search } = this.#state
    this.#controls.show(shown.graph, this.#state)
    const drawing = shown.draw(this.#state)
    const present = `${graph} ${order} ${direction} ${width} ${only}`
    if (this.#present !== present) {
      this.#present = present
      const { total } = drawing.layout
      this.#draw(this.#flame, drawing, direction === 'flame')
      if (zoom[1] < 1) this.#flame.setViewport({ start: zoom[0] * total, width: zoom[1] * total })
    } else this.#flame.draw()
    this.#showTables(shown)
    const selected = shown.find(this.#state.selected)
    const isMatch = shown.match(search)
    this.#flame.highlight(isMatch, selected)
    this.#table.narrow(`${only} ${search}`, shown.filter(isMatch, only))
    this.#table.highlight(selected)
    this.#blame.highlight(selected)
    this.#selection.show(shown, drawing, selected)
    this.#renderPanel(shown, selected)
  }

  #createFlame(canvas: HTMLCanvasElement, onViewport: Flame['setViewport'] = () => {}): Flame {
    const flame: Flame = new Flame(canvas, NOTHING, {
      isPageScrolled: this.#options.isEmbedded,
      palette: readPalette,
      onHover: (box, x, y) => {
        const drawing = this.#drawn.get(flame)
        if (drawing !== undefined) this.#tooltip.show(this.#current()!.graph, drawing, box, x, y)
      },
      onClick: (box) => {
        flame.zoomTo(box)
        this.#select(flame.layout.frame[box]!)
      },
      onViewport,
    })
    return flame
  }

  #draw(flame: Flame, drawing: Drawing, isUpwards: boolean): void {
    this.#drawn.set(flame, drawing)
    flame.show(drawing.layout, drawing.look, isUpwards)
  }

  #current(): ShownGraph | undefined {
    return this.#shown[this.#state.graph]
  }

  async #load(index: number): Promise<ShownGraph> {
    this.#shown[index] ??= new ShownGraph(await this.#graphs.load(index))
    return this.#shown[index]
  }

  #change(change: Partial<ViewState>): void {
    const isOther = (['graph', 'order', 'width', 'only'] as const).some((key) => change[key] !== undefined)
    this.#remember(isOther ? { zoom: [0, 1], ...change } : change)
    void this.render()
  }

  #remember(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change }
    history.replaceState(null, '', writeState(this.#state, this.#graphs.ids))
  }

  /** Unless they are of that graph, in that theme, already. */
  #showTables({ graph, rows, total }: ShownGraph): void {
    const tabled = `${this.#state.graph} ${isDark()}`
    if (this.#tabled === tabled) return
    this.#tabled = tabled
    const { diff } = graph
    this.#table.show(diff === null ? costColumns(graph, total) : changeColumns(graph, diff), rows)
    this.#blame.show(graph)
  }

  #renderPanel(shown: ShownGraph, selected: number): void {
    const { graph, total } = shown
    const lookedAt = () => (selected >= 0 ? selected : shown.lead())
    switch (this.#state.panel) {
      case 'functions':
        if (this.#panel.firstChild !== this.#functions) this.#panel.replaceChildren(this.#functions)
        return
      case 'source':
        this.#panel.replaceChildren(
          graph.diff === null
            ? renderSource(graph, graph.frames[lookedAt()]!, total)
            : renderBothSources(graph, graph.diff, lookedAt(), total),
        )
        this.#centre(this.#panel.querySelector('tr.blamed') ?? this.#panel.querySelector('tr.selected'))
        return
      case 'sandwich': {
        this.#panel.replaceChildren(this.#sandwich)
        const frame = lookedAt()
        this.#draw(this.#callers, shown.drawCallers(frame, this.#state), true)
        this.#draw(this.#callees, shown.drawCallees(frame, this.#state), false)
        return
      }
      default:
        this.#state.panel satisfies never
    }
  }

  /** Scrolls the panel, and never the page, to a row. */
  #centre(row: HTMLElement | null): void {
    if (row === null) return
    const [panel, place] = [this.#panel.getBoundingClientRect(), row.getBoundingClientRect()]
    this.#panel.scrollTop += place.top - panel.top - (panel.height - place.height) / 2
  }

  #select(frame: number): void {
    this.#change({ selected: this.#current()!.nameOf(frame) })
  }

  #selectNext(): void {
    const shown = this.#current()!
    const ranking = shown.ranking()
    const at = ranking.findIndex(({ frame }) => frame === shown.find(this.#state.selected))
    const next = ranking[(at + 1) % ranking.length]
    if (next !== undefined) this.#select(next.frame)
  }
}

function createCanvas(label: string): HTMLCanvasElement {
  const made = element('canvas', { tabIndex: 0, role: 'img' })
  made.ariaLabel = label
  return made
}
