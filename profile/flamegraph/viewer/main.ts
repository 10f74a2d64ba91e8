// The page's start: its parts, kept at one state.

import { Controls } from './controls.ts'
import { element } from './dom.ts'
import { Flame } from './graph/flame.ts'
import { layOutByWeight } from './graph/layout.ts'
import { type Drawing, ShownGraph } from './graph/shown.ts'
import { isDark, readPalette } from './graph/theme.ts'
import { Tooltip } from './graph/tooltip.ts'
import { keyActions } from './keys.ts'
import { Graphs } from './loader.ts'
import { renderBothSources } from './source/diff-source.ts'
import { renderSource } from './source/source.ts'
import { readState, type ViewState, writeState } from './state.ts'
import { BlameTable } from './table/blame.ts'
import { changeColumns, costColumns } from './table/columns.ts'
import { Selection } from './table/selection.ts'
import { FunctionTable } from './table/table.ts'

const NOTHING = layOutByWeight({ nodeFrame: [], nodeParent: [], nodeSelf: [] })

/** Puts the parts of the page together and keeps them at one state, which is the address's. */
class Viewer {
  readonly #graphs = new Graphs()
  readonly #shown: (ShownGraph | undefined)[] = []
  readonly #tooltip = new Tooltip()
  readonly #table = new FunctionTable((frame) => this.#select(frame))
  readonly #blame = new BlameTable((frame) => this.#select(frame))
  readonly #functions = element('div', {}, this.#blame.element, this.#table.element)
  readonly #selection = new Selection()
  readonly #panel = element('section', { className: 'panel' })
  readonly #controls: Controls
  readonly #flame: Flame
  readonly #callers: Flame
  readonly #callees: Flame
  readonly #sandwich: HTMLElement
  #state: ViewState
  #present = ''
  #tabled = ''
  readonly #drawn = new Map<Flame, Drawing>()

  constructor() {
    this.#state = readState(location.hash, this.#graphs.ids)
    this.#controls = new Controls(document.title, this.#graphs.ids, {
      change: (change) => this.#change(change),
      nextHottest: () => this.#selectNext(),
      resetZoom: () => this.#flame.reset(),
      toggleTheme: () => this.#toggleTheme(),
    })
    const main = element('canvas', { tabIndex: 0 })
    main.ariaLabel = 'flame graph'
    this.#flame = this.#createFlame(main, (viewport) => {
      const { total } = this.#flame.layout
      this.#remember({ zoom: [viewport.start / total, viewport.width / total] })
    })
    const [callers, callees] = [element('canvas'), element('canvas')]
    this.#callers = this.#createFlame(callers)
    this.#callees = this.#createFlame(callees)
    this.#sandwich = element(
      'div',
      { className: 'sandwich' },
      element('h2', { textContent: 'callers: who pays for it' }),
      element('div', { className: 'stage' }, callers),
      element('h2', { textContent: 'callees: what it pays for' }),
      element('div', { className: 'stage' }, callees),
    )
    document.body.append(
      this.#controls.element,
      element(
        'main',
        {},
        element('div', { className: 'stage' }, main),
        element('div', { className: 'lower' }, this.#selection.element, this.#panel),
      ),
      this.#tooltip.element,
    )
    addEventListener('keydown', (event) => this.#onKey(event))
    addEventListener('hashchange', () => {
      this.#state = readState(location.hash, this.#graphs.ids)
      void this.#render()
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void this.#render())
    // Drawn in the next frame; whoever waits for the page can wait for this.
    void this.#render().then(() => requestAnimationFrame(() => performance.mark('flamegate-ready')))
  }

  #createFlame(canvas: HTMLCanvasElement, onViewport: Flame['setViewport'] = () => {}): Flame {
    const flame: Flame = new Flame(canvas, NOTHING, {
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
    void this.#render()
  }

  #remember(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change }
    history.replaceState(null, '', writeState(this.#state, this.#graphs.ids))
  }

  async #render(): Promise<void> {
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
      this.#flame.setViewport({ start: zoom[0] * total, width: zoom[1] * total })
    }
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
    switch (this.#state.panel) {
      case 'functions':
        if (this.#panel.firstChild !== this.#functions) this.#panel.replaceChildren(this.#functions)
        return
      case 'source':
        this.#panel.replaceChildren(
          graph.diff === null
            ? renderSource(graph, graph.frames[selected], total)
            : renderBothSources(graph, graph.diff, selected, total),
        )
        this.#panel.querySelector('tr.selected')?.scrollIntoView({ block: 'center' })
        return
      case 'sandwich': {
        this.#panel.replaceChildren(this.#sandwich)
        const frame = selected >= 0 ? selected : (shown.ranking()[0]?.frame ?? 0)
        this.#draw(this.#callers, shown.drawCallers(frame, this.#state), true)
        this.#draw(this.#callees, shown.drawCallees(frame, this.#state), false)
        return
      }
      default:
        this.#state.panel satisfies never
    }
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

  #toggleTheme(): void {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
    void this.#render()
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement
    if (event.ctrlKey || event.metaKey || event.altKey || (isTyping && event.key !== 'Escape')) return
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
      toggleTheme: () => this.#toggleTheme(),
    })
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
}

new Viewer()
